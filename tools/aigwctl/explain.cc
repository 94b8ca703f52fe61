#include "tools/aigwctl/explain.h"

#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "aigateway/v1/gateway.grpc.pb.h"
#include "tools/aigwctl/printing.h"
#include "tools/aigwctl/table.h"

namespace aigateway {
namespace {

std::string WeightOf(const v1::PlannedTarget& target) {
  return target.has_weight() ? absl::StrCat(target.weight()) : "";
}

std::string CostOf(const v1::PlannedTarget& target) {
  if (!target.has_max_cost_micro_usd()) return "";
  return absl::StrFormat(
      "$%.6f", static_cast<double>(target.max_cost_micro_usd()) / 1e6);
}

// "circuit-open" of ERROR_REASON_CIRCUIT_OPEN.
std::string ReasonOf(const v1::PlannedTarget& target) {
  return Word(v1::ErrorReason_Name(target.reason()), "ERROR_REASON_");
}

v1::ExplainRouteRequest RequestOf(const ExplainCommand& command) {
  v1::ExplainRouteRequest request;
  v1::ChatRequest& chat = *request.mutable_chat();
  chat.set_model(command.model);
  if (!command.user.empty()) chat.set_user(command.user);
  const auto add = [&](v1::Role role, const std::string& text) {
    if (text.empty()) return;
    v1::Message& message = *chat.add_messages();
    message.set_role(role);
    message.set_content(text);
  };
  add(v1::ROLE_SYSTEM, command.system);
  add(v1::ROLE_USER, command.prompt);
  v1::RoutingOptions& options = *request.mutable_options();
  options.set_target(command.target);
  for (const std::string& tag : command.tags) options.add_tags(tag);
  request.set_stream(command.stream);
  return request;
}

}  // namespace

std::string ExplanationText(const v1::ExplainRouteResponse& response) {
  std::string text = absl::StrCat("model ", response.model(), ", strategy ",
                                  response.strategy());
  if (!response.matched_condition().empty()) {
    absl::StrAppend(&text, ", rule ", response.matched_condition());
  }
  absl::StrAppend(&text, ", config ", response.config_revision(), "\n");
  for (const std::string& warning : response.warnings()) {
    absl::StrAppend(&text, "warning: ", warning, "\n");
  }
  if (response.targets().empty()) {
    absl::StrAppend(&text, "\nNo target would be tried.\n");
  } else {
    Table tried(
        {"ORDER", "TARGET", "PROVIDER", "MODEL", "WEIGHT", "MAX COST", "WHY"});
    for (int i = 0; i < response.targets_size(); ++i) {
      const v1::PlannedTarget& target = response.targets(i);
      tried.Add({absl::StrCat(i + 1), target.target(), target.provider(),
                 target.upstream_model(), WeightOf(target), CostOf(target),
                 target.explanation()});
    }
    absl::StrAppend(&text, "\n", tried.ToString());
  }
  if (!response.skipped_targets().empty()) {
    Table skipped({"NOT TRIED", "PROVIDER", "REASON", "WHY"});
    for (const v1::PlannedTarget& target : response.skipped_targets()) {
      skipped.Add({target.target(), target.provider(), ReasonOf(target),
                   target.explanation()});
    }
    absl::StrAppend(&text, "\n", skipped.ToString());
  }
  return text;
}

int RunExplain(const ClientOptions& options, const ExplainCommand& command) {
  auto stub = v1::GatewayService::NewStub(Connect(options.address));
  grpc::ClientContext context;
  Prepare(options, context);
  v1::ExplainRouteResponse response;
  const grpc::Status status =
      stub->ExplainRoute(&context, RequestOf(command), &response);
  if (!status.ok()) return Report(status, options.address);
  if (command.json) {
    PrintJson(response);
  } else {
    std::cout << ExplanationText(response);
  }
  return response.targets().empty() ? 1 : 0;
}

}  // namespace aigateway
