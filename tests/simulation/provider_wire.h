#ifndef AIGATEWAY_TESTS_SIMULATION_PROVIDER_WIRE_H_
#define AIGATEWAY_TESTS_SIMULATION_PROVIDER_WIRE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace aigateway {

// What simulated providers speak.
enum class Wire { kOpenAi, kAnthropic };

// The type of a provider instance that speaks it.
absl::string_view TypeOf(Wire wire);

// The body of a whole answer.
std::string WholeAnswer(Wire wire, absl::string_view text);

// The events of a streamed answer; `pieces` has one for each piece of text.
struct StreamedAnswer {
  std::string opening;
  std::vector<std::string> pieces;
  std::string closing;  // Finish reason and usage.
  std::string done;     // What comes after, if anything.
};
StreamedAnswer StreamOf(Wire wire, absl::Span<const std::string> pieces);

// An event that cannot be read.
std::string UnreadableEvent(Wire wire);
// An event that says that the provider broke down.
std::string ErrorEvent(Wire wire);
// The body of an answer with an error status; `type` and `message` as the
// vendor would have them.
std::string ErrorAnswer(Wire wire, absl::string_view type,
                        absl::string_view message);

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_SIMULATION_PROVIDER_WIRE_H_
