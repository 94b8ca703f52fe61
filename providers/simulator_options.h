#ifndef AIGATEWAY_PROVIDERS_SIMULATOR_OPTIONS_H_
#define AIGATEWAY_PROVIDERS_SIMULATOR_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"

namespace aigateway {

// A way in which the simulator misbehaves: docs/simulator.md has the list.
struct SimulatorFault {
  enum class Kind {
    // Instead of an answer.
    kError,          // `status`, with `retry_after` if that is set.
    kRateLimit,      // 429.
    kContextLength,  // 400.
    kContentPolicy,  // 400.
    kRefusePrefill,  // 400 if the conversation ends in an assistant's turn.
    kRefuse,         // No connection.
    kSilence,        // Accepts and says nothing for `silence`, then closes.
    kHtml,           // A page.
    kEmpty,          // 200 without a body.
    kRedirect,       // To `location`.
    kHugeHead,       // A header of `bytes`.
    // In the way of an answer.
    kReset,    // After `after_tokens`; unset: before any byte.
    kLate,     // Head at once, the rest `delay` later.
    kTrickle,  // `bytes` at a time, `interval` apart.
    kCut,      // The connection closes after `after_tokens`.
    kStall,    // `silence` after `after_tokens`, then it closes.
    kHalfJson,
    kEndless,
    kHugeEvent,   // `bytes` of text in one piece.
    kErrorEvent,  // With status 200.
    // In a stream only.
    kBadEvent,
    kNoDone,
    kWrongId,
    kDoubleUsage,
    kLateUsage,
  };

  Kind kind = Kind::kError;
  // When it applies. Its requests are counted by instance and `key`.
  std::string key;               // The type's name, unless given.
  std::optional<int64_t> times;  // To so many requests; unset: to all.
  // For so long from the first; unset: for ever.
  std::optional<absl::Duration> during;
  // What it is like. Set if the kind has it and a default for it, or if given.
  std::optional<int64_t> after_tokens;  // Unset: half of the answer's.
  std::optional<int64_t> status;
  std::optional<int64_t> bytes;
  std::optional<absl::Duration> delay;
  std::optional<absl::Duration> interval;
  std::optional<absl::Duration> silence;  // Unset: for ever.
  std::optional<absl::Duration> retry_after;
  std::string location;
  std::string message;
};

// How the simulator answers: of an instance, by its `options`; of one request,
// by its provider_options.
struct SimulatorOptions {
  std::optional<absl::Duration> first_token_delay;
  std::optional<absl::Duration> token_interval;
  std::optional<int64_t> tokens;         // Of the answer, from 1.
  std::optional<int64_t> cached_tokens;  // Of the prompt, to be reported.
  // The first that applies to a request counts.
  std::optional<std::vector<SimulatorFault>> faults;

  // Takes over what `other` sets.
  void Override(const SimulatorOptions& other);
};

// Reads the option `name` into `options`. Returns false, and does nothing, if
// there is no such option. What is wrong with it is added to `violations`, with
// its path below `path` ("options.fault.status"). Never fails otherwise than by
// the text being no JSON, which its reader says.
bool ReadSimulatorOption(absl::string_view name, JsonValue& value,
                         absl::string_view path, SimulatorOptions* options,
                         std::vector<FieldViolation>* violations);

// Reads the JSON object `json`, all of whose members are options; an unknown
// one is a violation.
SimulatorOptions ReadSimulatorOptions(absl::string_view json,
                                      absl::string_view path,
                                      std::vector<FieldViolation>* violations);

// Says that there is no option `name`, and which one may have been meant.
FieldViolation UnknownSimulatorOption(absl::string_view name,
                                      absl::string_view path);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_SIMULATOR_OPTIONS_H_
