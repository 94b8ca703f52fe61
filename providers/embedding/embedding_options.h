#ifndef AIGATEWAY_PROVIDERS_EMBEDDING_EMBEDDING_OPTIONS_H_
#define AIGATEWAY_PROVIDERS_EMBEDDING_EMBEDDING_OPTIONS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/gateway.pb.h"

namespace aigateway {

// Merges `embed.provider_options[type]` into `body`, the JSON object that a
// codec is about to send, by the rules of MergeProviderOptions(): a name by
// which some provider takes what a field of EmbedRequest says, or which says
// what form a vector comes in, is INVALID_REQUEST.
absl::Status MergeEmbeddingOptions(const v1::EmbedRequest& embed,
                                   absl::string_view type, std::string* body);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_EMBEDDING_EMBEDDING_OPTIONS_H_
