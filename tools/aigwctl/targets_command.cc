#include "tools/aigwctl/targets_command.h"

#include <algorithm>
#include <iostream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "aigateway/v1/admin.grpc.pb.h"
#include "tools/aigwctl/printing.h"
#include "tools/aigwctl/table.h"

namespace aigateway {
namespace {

// " 12s" until then; empty if that is past.
std::string Until(const google::protobuf::Timestamp& time) {
  const absl::Duration wait =
      absl::FromUnixSeconds(time.seconds()) + absl::Seconds(1) - absl::Now();
  if (wait <= absl::ZeroDuration()) return "";
  return absl::StrCat(
      " ", absl::FormatDuration(absl::Trunc(wait, absl::Seconds(1))));
}

// What keeps requests from the target, in a word.
std::string StateOf(const v1::Target& target) {
  if (target.drained()) return "drained";
  if (target.breaker() == v1::BREAKER_STATE_OPEN) {
    return absl::StrCat("open", Until(target.breaker_retry_time()));
  }
  if (target.breaker() == v1::BREAKER_STATE_HALF_OPEN) return "half-open";
  if (target.has_parked_until_time()) {
    return absl::StrCat("parked", Until(target.parked_until_time()));
  }
  return "active";
}

Table NewTable() {
  return Table({"TARGET", "PROVIDER", "WEIGHT", "IN FLIGHT", "QUEUED", "P50",
                "P99", "ERRORS", "STATE", "LAST ERROR"});
}

void AddRow(const v1::Target& target, Table& table) {
  table.Add({target.target(), target.provider(), absl::StrCat(target.weight()),
             absl::StrCat(target.in_flight()), absl::StrCat(target.queued()),
             target.has_latency() ? Milliseconds(target.latency().p50()) : "",
             target.has_latency() ? Milliseconds(target.latency().p99()) : "",
             target.has_error_rate()
                 ? absl::StrFormat("%.0f %%", target.error_rate() * 100)
                 : "",
             StateOf(target), target.last_error().message()});
}

v1::TargetAction ActionOf(const std::string& verb) {
  if (verb == "drain") return v1::TARGET_ACTION_DRAIN;
  if (verb == "resume") return v1::TARGET_ACTION_RESUME;
  if (verb == "reset-breaker") return v1::TARGET_ACTION_RESET_BREAKER;
  return v1::TARGET_ACTION_UNSPECIFIED;
}

}  // namespace

int ListTargets(const ClientOptions& options, bool json) {
  auto stub = v1::AdminService::NewStub(Connect(options.admin_address));
  Table table = NewTable();
  const int code = ReadPages<v1::ListTargetsRequest, v1::ListTargetsResponse>(
      options, options.admin_address,
      [&](auto& context, auto& request, auto& response) {
        return stub->ListTargets(&context, request, &response);
      },
      [&](const v1::ListTargetsResponse& page) {
        for (const v1::Target& target : page.targets()) {
          if (json) PrintJson(target);
          AddRow(target, table);
        }
      });
  if (code == 0 && !json) std::cout << table.ToString();
  return code;
}

int SwitchTarget(const ClientOptions& options, bool json,
                 const std::string& verb, const std::string& name) {
  v1::SetTargetStateRequest request;
  request.set_target(name);
  request.set_action(ActionOf(verb));
  if (request.action() == v1::TARGET_ACTION_UNSPECIFIED) return -1;
  auto stub = v1::AdminService::NewStub(Connect(options.admin_address));
  v1::SetTargetStateResponse response;
  grpc::ClientContext context;
  Prepare(options, context);
  const grpc::Status status =
      stub->SetTargetState(&context, request, &response);
  if (!status.ok()) return Report(status, options.admin_address);
  if (json) {
    PrintJson(response.target());
    return 0;
  }
  Table table = NewTable();
  AddRow(response.target(), table);
  std::cout << table.ToString();
  return 0;
}

}  // namespace aigateway
