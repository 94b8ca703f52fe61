#ifndef AIGATEWAY_STRATEGIES_STRATEGY_H_
#define AIGATEWAY_STRATEGIES_STRATEGY_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "aigateway/config/v1/config.pb.h"
#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/route.pb.h"
#include "gateway/base/random.h"
#include "gateway/base/registry.h"
#include "gateway/base/status_macros.h"

namespace aigateway {

// What a model costs, in micro-USD for a million tokens.
struct TokenPrices {
  int64_t input = 0;
  std::optional<int64_t> cached_input;  // Unset: not known, as `input`.
  int64_t output = 0;
};

// How fast a target was of late.
struct RecentLatency {
  absl::Duration first_token;  // Decayed mean of its successes.
  absl::Duration age;          // Since the last of them.
  double failure_share = 0;    // Of its attempts, from 0 to 1, decayed.
};

// What a strategy may know of a target: its configuration and live state, as
// they were when planning began. A group is seen as its best member is.
struct TargetView {
  absl::string_view name;
  double weight = 1;
  absl::string_view label;  // Empty: it has none.
  // The rest is there only for a strategy that LooksAtState().
  int64_t in_flight = 0;                 // Attempts under way.
  std::optional<RecentLatency> latency;  // Unset: nobody knows.
  std::optional<TokenPrices> prices;     // Of the model. Unset: not known.
};

// What a strategy may know of a request.
struct RequestView {
  const v1::ChatRequest& chat;
  const v1::RoutingOptions& options;
  bool stream = false;
  bool embed = false;       // Vectors are asked for; `chat` has no messages.
  absl::string_view model;  // Its name after aliases.
  absl::string_view key;    // The name of the caller's key; empty: no keys.
  bool explain = false;     // Whether reasons are wanted: they cost time.
};

// On what terms a target gets a copy of a request.
struct CopyTerms {
  int max_in_flight = 0;   // No more copies than this at once.
  absl::Duration timeout;  // Of one copy, all its tries together.
};

// A target that the strategy would try, and why.
struct Choice {
  size_t target = 0;   // Index into the targets it was given.
  std::string reason;  // For people: ExplainRoute and logs. May be empty.
  // The rule that decided: an index into `conditions`.
  std::optional<int> condition = std::nullopt;
  // Set: it is not tried in its turn, but gets a copy beside, whose answer
  // nobody sees.
  std::optional<CopyTerms> copy = std::nullopt;
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

  // Whether Plan() needs more of a target than name, weight and label: what
  // must be gathered for each request.
  virtual bool LooksAtState() const { return false; }

  // Whether weights mean more to it than that 0 drains.
  virtual bool HasWeights() const { return false; }
};

// An entry of the registry: a mode. `create` reports all faults at once, as
// violations with paths relative to the strategy's block.
struct StrategyMode {
  absl::StatusOr<std::unique_ptr<Strategy>> (*create)(
      const config::v1::StrategyConfig& config) = nullptr;
};

}  // namespace aigateway

// Registers a mode: AIGW_REGISTER_STRATEGY("single", &SingleStrategy::Create).
// A mode of two names is registered twice.
#define AIGW_REGISTER_STRATEGY(name, create_function)               \
  static const ::aigateway::Registration<::aigateway::StrategyMode> \
  AIGW_INTERNAL_CONCAT(aigw_strategy_registration_, __LINE__)(      \
      name, ::aigateway::StrategyMode{create_function})

#endif  // AIGATEWAY_STRATEGIES_STRATEGY_H_
