#ifndef AIGATEWAY_STRATEGIES_STRATEGY_H_
#define AIGATEWAY_STRATEGIES_STRATEGY_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/config/v1/config.pb.h"
#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/route.pb.h"
#include "gateway/base/random.h"
#include "gateway/base/registry.h"

namespace aigateway {

// What a strategy may know of a target: its configuration and live state, as
// they were when planning began.
struct TargetView {
  absl::string_view name;
  double weight = 1;
};

// What a strategy may know of a request.
struct RequestView {
  const v1::ChatRequest& chat;
  const v1::RoutingOptions& options;
  bool stream = false;
  absl::string_view model;  // Its name after aliases.
};

// A target that the strategy would try, and why.
struct Choice {
  size_t target = 0;   // Index into the targets it was given.
  std::string reason;  // For people: ExplainRoute and logs. May be empty.
};

// Orders targets. A pure function of the request, the targets and the random
// generator: the same input gives the same order. Immutable, used from every
// loop at once.
class Strategy {
 public:
  virtual ~Strategy() = default;

  // Returns the targets to try, in order; each at most once. `targets` are
  // those that serve the model and are not drained, in the order of the
  // config. A target that is left out is not tried.
  virtual std::vector<Choice> Plan(const RequestView& request,
                                   const std::vector<TargetView>& targets,
                                   Random& random) const = 0;
};

// An entry of the registry: a mode. `create` reports all faults at once, as
// violations with paths relative to the strategy's block.
struct StrategyMode {
  absl::StatusOr<std::unique_ptr<Strategy>> (*create)(
      const config::v1::StrategyConfig& config) = nullptr;
};

}  // namespace aigateway

// Registers a mode: AIGW_REGISTER_STRATEGY("single", &SingleStrategy::Create).
#define AIGW_REGISTER_STRATEGY(name, create_function)               \
  static const ::aigateway::Registration<::aigateway::StrategyMode> \
  aigw_strategy_registration(name, ::aigateway::StrategyMode{create_function})

#endif  // AIGATEWAY_STRATEGIES_STRATEGY_H_
