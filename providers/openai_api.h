#ifndef AIGATEWAY_PROVIDERS_OPENAI_API_H_
#define AIGATEWAY_PROVIDERS_OPENAI_API_H_

#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "providers/openai_instance.h"

namespace aigateway {

// By which of OpenAI's two APIs `model` is asked for `chat`: the instance's
// option, else what the vendor and the model take. The same for the request and
// for its answer.
//
// Where both would do, what only chat completions have (several choices, stop
// texts, sound) keeps a request there.
OpenAiApi ChooseOpenAiApi(const OpenAiInstance& instance,
                          const v1::ChatRequest& chat, absl::string_view model);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OPENAI_API_H_
