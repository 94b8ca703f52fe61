#ifndef AIGATEWAY_TESTS_SIMULATION_SIMULATED_ANSWER_TEXT_H_
#define AIGATEWAY_TESTS_SIMULATION_SIMULATED_ANSWER_TEXT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace aigateway {

// What is asked and answered in a simulation. Every healthy provider gives the
// same answer to the same request, and no two requests have a word of theirs in
// common: so what was lost, doubled or mixed up shows in the text.

// The prompt of request `number`.
std::string QuestionText(int number);
// The number of the request that `body`, as a provider gets it, asks.
std::optional<int> QuestionNumber(absl::string_view body);

// The answer to request `number`, in the pieces in which it streams.
std::vector<std::string> AnswerPieces(int number);
std::string AnswerText(int number);
// How many of `pieces` stand in `body` already, as the beginning of an answer
// that is to be continued.
int PiecesWithin(absl::string_view body, absl::Span<const std::string> pieces);

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_SIMULATION_SIMULATED_ANSWER_TEXT_H_
