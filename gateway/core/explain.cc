#include "gateway/core/explain.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "gateway/core/decision.h"
#include "gateway/core/plan.h"
#include "gateway/core/tree_plan.h"
#include "gateway/core/validate_request.h"

namespace aigateway {
namespace {

// A request whose messages are left out is valid as far as it goes.
absl::Status Validate(const v1::ExplainRouteRequest& request) {
  AIGW_RETURN_IF_ERROR(ValidateOptions(request.options()));
  if (request.chat().messages_size() > 0) return ValidateChat(request.chat());
  v1::ChatRequest with_message = request.chat();
  v1::Message& message = *with_message.add_messages();
  message.set_role(v1::ROLE_USER);
  message.set_content("-");
  return ValidateChat(with_message);
}

// Says whether the target's codec takes the request; `warnings` get what it
// would leave out.
std::string RemarkOn(const v1::ExplainRouteRequest& request,
                     const Target& target, const std::string& model,
                     std::vector<std::string>* warnings) {
  if (request.chat().messages_size() == 0) return "";
  const absl::Status built =
      target.instance()
          .codec
          ->BuildRequest(request.chat(), {.model = target.UpstreamModel(model),
                                          .credential = "none",
                                          .stream = request.stream(),
                                          .warnings = warnings})
          .status();
  return built.ok()
             ? ""
             : absl::StrCat("; it would refuse the request: ", built.message());
}

}  // namespace

absl::StatusOr<v1::ExplainRouteResponse> ExplainRequest(
    const Snapshot& snapshot, const v1::ExplainRouteRequest& request,
    const CallerIdentity& caller, absl::Time now, Random& random) {
  AIGW_RETURN_IF_ERROR(Validate(request));
  const std::string model(snapshot.catalog().Resolve(request.chat().model()));
  const DecisionSubject subject{.snapshot = snapshot,
                                .chat = request.chat(),
                                .named = request.options().target(),
                                .model = model,
                                .now = now};
  v1::ExplainRouteResponse response;
  response.set_model(model);
  response.set_strategy(snapshot.root().mode);
  response.set_config_revision(snapshot.revision());
  v1::RouteDecision decision;
  const absl::Status right =
      CheckModelRight(snapshot, caller, request.chat().model());
  if (!right.ok()) {
    decision = DescribeRefusal(subject,
                               {std::string(right.message()), ReasonOf(right)});
  } else {
    const RequestView view{.chat = request.chat(),
                           .options = request.options(),
                           .stream = request.stream(),
                           .model = model,
                           .key = caller.name,
                           .explain = true};
    const absl::StatusOr<std::vector<ChosenTarget>> chosen =
        ChooseTargets(snapshot, view, now, random);
    std::vector<std::string> warnings;
    const auto remark = [&](const Target& target, bool is_first) {
      std::vector<std::string> others;
      return RemarkOn(request, target, model, is_first ? &warnings : &others);
    };
    decision = DescribeDecision(
        subject, chosen.ok() ? *chosen : std::vector<ChosenTarget>(), remark);
    if (!chosen.ok() && request.options().target().empty()) {
      // The rule that fitted, though all that it names is drained.
      const std::vector<ChosenTarget> drained =
          PlanTree(snapshot.root(), snapshot.catalog().TargetsFor(model), view,
                   now, /*drained_too=*/true, random);
      if (!drained.empty()) {
        decision.set_matched_condition(drained.front().condition);
      }
    }
    for (std::string& warning : warnings) {
      response.add_warnings(std::move(warning));
    }
  }
  response.set_matched_condition(decision.matched_condition());
  response.mutable_targets()->Swap(decision.mutable_targets());
  response.mutable_skipped_targets()->Swap(decision.mutable_skipped_targets());
  return response;
}

}  // namespace aigateway
