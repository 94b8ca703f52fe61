#ifndef AIGATEWAY_PROVIDERS_GEMINI_TOOLS_H_
#define AIGATEWAY_PROVIDERS_GEMINI_TOOLS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"

#include "gateway/base/json_writer.h"
#include "providers/gemini_call.h"

namespace aigateway {

// Writes the members `tools` and `toolConfig` of the object that is open in
// `out`, as far as there are any: the functions of the request, and after them
// `more_tools`, JSON texts of tools that v1 has no field for (search, code
// execution).
//
// tool_choice becomes functionCallingConfig: auto AUTO, or VALIDATED if a tool
// is strict; none NONE; required ANY; a name ANY with that name alone. Fails
// with INVALID_REQUEST or UNSUPPORTED_PARAMETER, with the field path.
absl::Status WriteGeminiTools(const GeminiCall& call,
                              absl::Span<const std::string> more_tools,
                              JsonWriter& out);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_GEMINI_TOOLS_H_
