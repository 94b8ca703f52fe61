#ifndef AIGATEWAY_PROVIDERS_TOOL_ARGUMENTS_H_
#define AIGATEWAY_PROVIDERS_TOOL_ARGUMENTS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"

namespace aigateway {

// The arguments of `call` for an API that takes them as a JSON object: their
// own text, or "{}" where there are none. INVALID_REQUEST, about `path`
// ("chat.messages[1].tool_calls[0]"), if they are anything else.
absl::StatusOr<std::string> ToolArgumentsObject(const v1::ToolCall& call,
                                                absl::string_view path);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_TOOL_ARGUMENTS_H_
