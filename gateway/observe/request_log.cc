#include "gateway/observe/request_log.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/utf8.h"

namespace aigateway {
namespace {

constexpr size_t kMaxTextBytes = 256;
constexpr size_t kMaxDecisionBytes = 2048;

// As a person reads it: "by strategy.conditions[2]; a: the first in order; b:
// if those before it fail; not c: its breaker is open for 3s more".
std::string Describe(const v1::RouteDecision& decision) {
  std::string text;
  const auto add = [&text](absl::string_view what, absl::string_view name,
                           absl::string_view why) {
    if (text.size() > kMaxDecisionBytes) return;
    absl::StrAppend(&text, text.empty() ? "" : "; ", what, name, why);
  };
  if (!decision.matched_condition().empty()) {
    add("by ", decision.matched_condition(), "");
  }
  for (const v1::PlannedTarget& target : decision.targets()) {
    add(target.target(), ": ", target.explanation());
  }
  for (const v1::PlannedTarget& target : decision.skipped_targets()) {
    add("not ", target.target(), absl::StrCat(": ", target.explanation()));
  }
  return Truncate(text, kMaxDecisionBytes);
}

}  // namespace

void RequestLog::OnRequestEnd(const RequestRecord& record) {
  // The caller's doing is no news; the gateway's own defect is.
  LogLevel level = LogLevel::kInfo;
  if (!record.status.ok()) {
    level = ClassOf(record.status) == ErrorClass::kInternal
                ? LogLevel::kError
                : LogLevel::kWarning;
  }
  if (!logger_->writes(level)) return;
  const v1::RouteInfo& route = *record.route;
  const std::string model = Truncate(record.model, kMaxTextBytes);
  const std::string upstream_model =
      Truncate(route.upstream_model(), kMaxTextBytes);
  const std::string error = Truncate(record.status.message(), kMaxTextBytes);
  std::vector<LogField> fields = {
      {"method", NameOf(record.method)},
      {"request_id", route.request_id()},
      {"trace_id", route.trace_id()},
      {"model", model},
      {"target", route.target()},
      {"provider", route.provider()},
      {"upstream_model", upstream_model},
      {"attempts", route.attempts_size()},
      {"code",
       absl::string_view(record.status.ok() ? "OK"
                                            : NameOf(ReasonOf(record.status)))},
      {"duration_ms", record.duration},
      {"config_revision", route.config_revision()},
  };
  if (!record.caller.empty()) fields.emplace_back("caller", record.caller);
  if (!record.status.ok()) fields.emplace_back("error", error);
  if (route.has_time_to_first_token()) {
    fields.emplace_back("first_token_ms",
                        FromProto(route.time_to_first_token()));
  }
  if (record.usage != nullptr) {
    if (record.usage->has_prompt_tokens()) {
      fields.emplace_back("prompt_tokens", record.usage->prompt_tokens());
    }
    if (record.usage->has_completion_tokens()) {
      fields.emplace_back("completion_tokens",
                          record.usage->completion_tokens());
    }
  }
  if (record.method == Method::kRouteStream) {
    fields.emplace_back("events", record.events);
    fields.emplace_back("text_bytes", record.text_bytes);
  }
  if (route.warnings_size() > 0) {
    fields.emplace_back("warnings", route.warnings_size());
  }
  std::string decision;
  if (record.decision != nullptr) {
    decision = Describe(*record.decision);
    fields.emplace_back("decision", decision);
  }
  logger_->Log(level, "request", fields);
}

}  // namespace aigateway
