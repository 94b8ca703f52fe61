#include "strategies/mirror.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "gateway/base/proto_time.h"

namespace aigateway {
namespace {

// The defaults of config.proto.
constexpr double kShare = 1;
constexpr int kMaxInFlight = 16;
constexpr absl::Duration kTimeout = absl::Minutes(1);

}  // namespace

MirrorStrategy::MirrorStrategy(std::string mirror, double share,
                               CopyTerms terms)
    : mirror_(std::move(mirror)), share_(share), terms_(terms) {}

absl::StatusOr<std::unique_ptr<Strategy>> MirrorStrategy::Create(
    const config::v1::StrategyConfig& config) {
  const config::v1::MirrorConfig& mirror = config.mirror();
  return std::make_unique<MirrorStrategy>(
      mirror.target(), mirror.has_share() ? mirror.share() : kShare,
      CopyTerms{.max_in_flight = mirror.has_max_in_flight()
                                     ? mirror.max_in_flight()
                                     : kMaxInFlight,
                .timeout = mirror.has_timeout() ? FromProto(mirror.timeout())
                                                : kTimeout});
}

std::vector<Choice> MirrorStrategy::Plan(const RequestView& request,
                                         const std::vector<TargetView>& targets,
                                         Random& random) const {
  // Drawn in any case: what else is drawn does not hang on who is there.
  const bool is_copied = random.Uniform() < share_;
  std::vector<Choice> plan;
  plan.reserve(targets.size());
  for (size_t i = 0; i < targets.size(); ++i) {
    Choice choice{.target = i};
    if (targets[i].name == mirror_) {
      if (!is_copied) continue;
      choice.copy = terms_;
      if (request.explain) {
        choice.reason = absl::StrCat("gets a copy of ", share_ * 100,
                                     " % of requests; nobody sees its answer");
      }
    }
    plan.push_back(std::move(choice));
  }
  return plan;
}

AIGW_REGISTER_STRATEGY("mirror", &MirrorStrategy::Create);

}  // namespace aigateway
