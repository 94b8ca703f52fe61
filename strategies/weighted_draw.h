#ifndef AIGATEWAY_STRATEGIES_WEIGHTED_DRAW_H_
#define AIGATEWAY_STRATEGIES_WEIGHTED_DRAW_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"

#include "gateway/base/random.h"
#include "strategies/strategy.h"

namespace aigateway {

// Draws all targets by weight, without putting one back: a target of weight w
// is the first with probability w / (sum of weights), and so on among those
// that are left. One of weight 0 is not drawn. Returns indices into `targets`.
std::vector<size_t> DrawByWeight(const std::vector<TargetView>& targets,
                                 Random& random);

// A plan of `order`; the first has `reason`.
std::vector<Choice> ChooseInOrder(const std::vector<size_t>& order,
                                  absl::string_view reason);

}  // namespace aigateway

#endif  // AIGATEWAY_STRATEGIES_WEIGHTED_DRAW_H_
