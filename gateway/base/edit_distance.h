#ifndef AIGATEWAY_GATEWAY_BASE_EDIT_DISTANCE_H_
#define AIGATEWAY_GATEWAY_BASE_EDIT_DISTANCE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace aigateway {

// How many letters must be added, dropped, replaced or swapped with their
// neighbour to make `a` into `b`. Case counts; letters are bytes. Costs
// |a| * |b|.
int EditDistance(absl::string_view a, absl::string_view b);

// Returns the candidate that someone who wrote `word` most likely meant, for
// "did you mean": the nearest, case aside, and among equals the first. Empty if
// none is near enough to be worth a word.
std::string Nearest(absl::string_view word,
                    const std::vector<std::string>& candidates);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_EDIT_DISTANCE_H_
