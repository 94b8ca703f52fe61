#ifndef AIGATEWAY_PROVIDERS_CACHE_NOTE_H_
#define AIGATEWAY_PROVIDERS_CACHE_NOTE_H_

#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "providers/parameter_policy.h"

namespace aigateway {

// Warns if `chat` has a cache_control anywhere: `vendor` ("Gemini") caches by
// itself, so that it is not sent.
void NoteCacheControl(const v1::ChatRequest& chat, absl::string_view vendor,
                      const ParameterPolicy& policy);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_CACHE_NOTE_H_
