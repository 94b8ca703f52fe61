#ifndef AIGATEWAY_PROVIDERS_PROVIDER_OPTIONS_H_
#define AIGATEWAY_PROVIDERS_PROVIDER_OPTIONS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "google/protobuf/struct.pb.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/gateway.pb.h"

namespace aigateway {

// Merges `chat.provider_options[type]` into `body`, the JSON object that a
// codec is about to send. No options: `body` stays as it is.
//
// An option whose name the body does not have is appended; where both sides
// are objects they are merged by the same rule; anything else would change what
// the codec says and is refused.
//
// `reserved` are the names by which this provider, or a server that speaks its
// dialect, takes what a field of v1 says: a word ("max_tokens") is refused at
// any depth, a path ("thinking.type") only there. Names are compared without
// case, '_' and '-', so that "maxTokens" is no way around "max_tokens".
//
// Fails with INVALID_REQUEST and the field path
// "chat.provider_options.TYPE.KEY"; `body` is then not changed. A key that the
// error would quote is shortened.
absl::Status MergeProviderOptions(const v1::ChatRequest& chat,
                                  absl::string_view type,
                                  absl::Span<const absl::string_view> reserved,
                                  std::string* body);

// The same for `embed.provider_options[type]`, whose field path is
// "provider_options.TYPE.KEY".
absl::Status MergeProviderOptions(const v1::EmbedRequest& embed,
                                  absl::string_view type,
                                  absl::Span<const absl::string_view> reserved,
                                  std::string* body);

// The same for options that stand at `path` ("provider_options.openai") of
// another request, or that were changed.
absl::Status MergeOptions(const google::protobuf::Struct& options,
                          absl::string_view path,
                          absl::Span<const absl::string_view> reserved,
                          std::string* body);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_PROVIDER_OPTIONS_H_
