#ifndef AIGATEWAY_PLUGINS_EXTERNAL_EXTERNAL_VERDICT_H_
#define AIGATEWAY_PLUGINS_EXTERNAL_EXTERNAL_VERDICT_H_

#include <cstddef>

#include "absl/status/statusor.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/plugin.pb.h"
#include "plugins/plugin.h"

namespace aigateway {

// The most of what a plugin outside says to a caller, in bytes.
inline constexpr size_t kMaxDenialBytes = 1024;

// What a plugin outside decided. It is believed in nothing: a response that
// breaks a rule of plugin.proto is an INVALID_ARGUMENT, which says the rule. A
// changed request is checked by who puts it in place of the caller's.
absl::StatusOr<Verdict> ReadVerdict(v1::BeforeRequestResponse response);

// The same of an answer; a changed one takes the place of `answer`.
absl::StatusOr<Verdict> ReadVerdict(v1::AfterRequestResponse response,
                                    v1::ChatResponse& answer);

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_EXTERNAL_EXTERNAL_VERDICT_H_
