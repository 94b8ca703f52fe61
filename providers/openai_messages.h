#ifndef AIGATEWAY_PROVIDERS_OPENAI_MESSAGES_H_
#define AIGATEWAY_PROVIDERS_OPENAI_MESSAGES_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/json_writer.h"
#include "providers/openai_instance.h"
#include "providers/openai_plan.h"
#include "providers/parameter_policy.h"

namespace aigateway {

// Writes `chat.messages` as the list that chat completions take, in the way of
// the instance's dialect. `model` is the one that is asked: reasoning that
// another sealed is left out. Fails with INVALID_REQUEST or
// UNSUPPORTED_PARAMETER and the path of the field.
absl::Status WriteOpenAiMessages(const OpenAiInstance& instance,
                                 const OpenAiPlan& plan,
                                 absl::string_view model,
                                 const ParameterPolicy& policy,
                                 const v1::ChatRequest& chat, JsonWriter& out);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OPENAI_MESSAGES_H_
