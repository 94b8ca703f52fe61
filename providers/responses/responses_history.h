#ifndef AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_HISTORY_H_
#define AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_HISTORY_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/json_writer.h"
#include "providers/dialect.h"

namespace aigateway {

// Writes an assistant's turn as the items that it was made of: those of
// reasoning byte for byte, texts with their phase, calls, in the order that its
// reasoning_blocks remember. Blocks of another model or API are left out. A
// text that was changed is one message. `out` is within a list; `field` is the
// message's path. Fails with INVALID_REQUEST or UNSUPPORTED_PARAMETER.
absl::Status WriteResponsesTurn(const Dialect& dialect, absl::string_view model,
                                const v1::Message& message,
                                const std::string& field, JsonWriter& out);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_HISTORY_H_
