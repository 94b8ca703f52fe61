#include "strategies/least_cost.h"

#include <algorithm>
#include <cstdint>
#include <tuple>

#include "absl/numeric/int128.h"
#include "absl/strings/str_format.h"

#include "strategies/prompt_view.h"

namespace aigateway {
namespace {

// Tokens that the request is expected to be billed for.
struct ExpectedTokens {
  int64_t input = 0;
  int64_t cached_input = 0;
  int64_t output = 0;
};

ExpectedTokens TokensOf(const v1::ChatRequest& chat) {
  const PromptTokens prompt = EstimatePrompt(chat);
  int64_t output = LeastCostStrategy::kExpectedOutput;
  if (chat.has_max_output_tokens()) {
    output = std::clamp<int64_t>(chat.max_output_tokens(), 0, output);
  }
  if (chat.has_n()) output *= std::max<int64_t>(chat.n(), 1);
  return {.input = prompt.all - prompt.marked_cached,
          .cached_input = prompt.marked_cached,
          .output = output};
}

// In millionths of a micro-USD: nothing is rounded, nothing overflows.
absl::int128 CostOf(const ExpectedTokens& tokens, const TokenPrices& prices) {
  return absl::int128(tokens.input) * prices.input +
         absl::int128(tokens.cached_input) *
             prices.cached_input.value_or(prices.input) +
         absl::int128(tokens.output) * prices.output;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Strategy>> LeastCostStrategy::Create(
    const config::v1::StrategyConfig& config) {
  return std::make_unique<LeastCostStrategy>();
}

std::vector<Choice> LeastCostStrategy::Plan(
    const RequestView& request, const std::vector<TargetView>& targets,
    Random& random) const {
  struct Priced {
    bool unknown;
    absl::int128 cost;
    size_t target;
  };
  const ExpectedTokens tokens = TokensOf(request.chat);
  std::vector<Priced> priced;
  priced.reserve(targets.size());
  for (size_t i = 0; i < targets.size(); ++i) {
    const auto& prices = targets[i].prices;
    priced.push_back({.unknown = !prices.has_value(),
                      .cost = prices.has_value() ? CostOf(tokens, *prices) : 0,
                      .target = i});
  }
  std::sort(priced.begin(), priced.end(),
            [](const Priced& left, const Priced& right) {
              return std::tuple(left.unknown, left.cost, left.target) <
                     std::tuple(right.unknown, right.cost, right.target);
            });
  std::vector<Choice> plan;
  plan.reserve(priced.size());
  for (const Priced& each : priced) {
    Choice& choice = plan.emplace_back();
    choice.target = each.target;
    if (!request.explain) continue;
    choice.reason =
        each.unknown
            ? "its price is not known"
            : absl::StrFormat(
                  "about %.2f micro-USD for %d tokens in, %d cached, %d out",
                  static_cast<double>(each.cost) / 1e6, tokens.input,
                  tokens.cached_input, tokens.output);
  }
  return plan;
}

AIGW_REGISTER_STRATEGY("least-cost", &LeastCostStrategy::Create);
AIGW_REGISTER_STRATEGY("cost-optimized", &LeastCostStrategy::Create);

}  // namespace aigateway
