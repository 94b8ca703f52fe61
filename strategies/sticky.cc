#include "strategies/sticky.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "gateway/base/status_macros.h"
#include "strategies/rendezvous.h"
#include "strategies/weighted_draw.h"

namespace aigateway {

absl::StatusOr<std::unique_ptr<Strategy>> StickyStrategy::Create(
    const config::v1::StrategyConfig& config) {
  AIGW_ASSIGN_OR_RETURN(
      RequestField field,
      RequestField::Make(config.sticky().field(), "sticky.field"));
  return std::make_unique<StickyStrategy>(std::move(field));
}

std::vector<Choice> StickyStrategy::Plan(const RequestView& request,
                                         const std::vector<TargetView>& targets,
                                         Random& random) const {
  const std::optional<absl::string_view> key = field_.Of(request);
  if (!key.has_value()) {
    return ChooseInOrder(
        DrawByWeight(targets, random),
        request.explain ? absl::StrCat("drawn by weight: the request has no ",
                                       field_.name())
                        : "");
  }
  std::vector<std::pair<double, size_t>> near;
  near.reserve(targets.size());
  for (size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].weight <= 0) continue;
    near.emplace_back(
        RendezvousDistance(*key, targets[i].name, targets[i].weight), i);
  }
  std::sort(near.begin(), near.end());
  std::vector<size_t> order;
  order.reserve(near.size());
  for (const auto& [distance, target] : near) order.push_back(target);
  return ChooseInOrder(
      order, request.explain
                 ? absl::StrCat("where this ", field_.name(), " always goes")
                 : "");
}

AIGW_REGISTER_STRATEGY("sticky", &StickyStrategy::Create);

}  // namespace aigateway
