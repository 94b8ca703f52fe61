#ifndef AIGATEWAY_PROVIDERS_OPENAI_HTTP_H_
#define AIGATEWAY_PROVIDERS_OPENAI_HTTP_H_

#include "absl/strings/string_view.h"

#include "gateway/net/http_message.h"
#include "providers/openai_instance.h"

namespace aigateway {

// Begin a request to `url` as the vendor wants it: with the credential, if
// there is one, and the headers of the instance, which count before ours. A
// post sends and wants JSON.
HttpRequest NewOpenAiGet(const OpenAiInstance& instance, absl::string_view url,
                         absl::string_view credential);
HttpRequest NewOpenAiPost(const OpenAiInstance& instance, absl::string_view url,
                          absl::string_view credential, bool stream = false);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OPENAI_HTTP_H_
