#include "strategies/ab_test.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "gateway/base/status_macros.h"
#include "strategies/rendezvous.h"

namespace aigateway {
namespace {

struct Variant {
  absl::string_view name;
  double weight = 0;
  std::vector<size_t> targets;
  double distance = 0;
};

// The variants in the order of their first targets.
std::vector<Variant> VariantsOf(const std::vector<TargetView>& targets) {
  std::vector<Variant> variants;
  for (size_t i = 0; i < targets.size(); ++i) {
    const TargetView& target = targets[i];
    if (target.weight <= 0) continue;
    const absl::string_view name =
        target.label.empty() ? target.name : target.label;
    auto it =
        std::find_if(variants.begin(), variants.end(),
                     [&](const Variant& known) { return known.name == name; });
    if (it == variants.end()) {
      it = variants.insert(it, {.name = name});
    }
    it->weight += target.weight;
    it->targets.push_back(i);
  }
  return variants;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Strategy>> AbTestStrategy::Create(
    const config::v1::StrategyConfig& config) {
  AIGW_ASSIGN_OR_RETURN(
      RequestField field,
      RequestField::Make(config.ab_test().field(), "ab_test.field"));
  return std::make_unique<AbTestStrategy>(std::move(field));
}

std::vector<Choice> AbTestStrategy::Plan(const RequestView& request,
                                         const std::vector<TargetView>& targets,
                                         Random& random) const {
  const std::optional<absl::string_view> key = field_.Of(request);
  std::vector<Variant> variants = VariantsOf(targets);
  for (Variant& variant : variants) {
    variant.distance =
        key.has_value() ? RendezvousDistance(*key, variant.name, variant.weight)
                        : -std::log1p(-random.Uniform()) / variant.weight;
  }
  std::sort(variants.begin(), variants.end(),
            [](const Variant& left, const Variant& right) {
              return std::pair(left.distance, left.targets.front()) <
                     std::pair(right.distance, right.targets.front());
            });
  std::vector<Choice> plan;
  plan.reserve(targets.size());
  for (const Variant& variant : variants) {
    for (const size_t target : variant.targets) {
      Choice& choice = plan.emplace_back();
      choice.target = target;
      if (!request.explain) continue;
      choice.reason = absl::StrCat(
          "variant '", variant.name, "'",
          &variant != &variants.front() ? ", if the one before fails"
          : key.has_value() ? absl::StrCat(" of this ", field_.name())
                            : ", drawn by weight");
    }
  }
  return plan;
}

AIGW_REGISTER_STRATEGY("ab-test", &AbTestStrategy::Create);

}  // namespace aigateway
