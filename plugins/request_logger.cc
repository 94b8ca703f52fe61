#include "plugins/request_logger.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "gateway/base/clock.h"
#include "gateway/base/errors.h"
#include "gateway/base/utf8.h"

namespace aigateway {

using config::v1::RequestLoggerSettings;

namespace {

// Of texts that come from outside.
constexpr size_t kMaxTextBytes = 256;

std::string Short(absl::string_view text) {
  return Truncate(text, kMaxTextBytes);
}

// When a request came.
class Arrival final : public PluginState {
 public:
  explicit Arrival(absl::Time time) : time(time) {}
  const absl::Time time;
};

absl::string_view KindOf(const PluginRequest& request) {
  if (request.embed != nullptr) return "Embed";
  return request.stream ? "RouteStream" : "Route";
}

// What every line has. Views of `request` and `model`.
std::vector<LogField> CommonFields(const PluginRequest& request,
                                   const std::string& model) {
  std::vector<LogField> fields = {{"request_id", request.route.request_id()},
                                  {"trace_id", request.route.trace_id()},
                                  {"method", KindOf(request)},
                                  {"model", model}};
  if (!request.caller.empty()) fields.emplace_back("caller", request.caller);
  if (request.state != nullptr) {
    const auto& arrival = static_cast<const Arrival&>(*request.state);
    fields.emplace_back("elapsed_ms", request.env.clock->Now() - arrival.time);
  }
  return fields;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Plugin>> RequestLogger::Create(
    const google::protobuf::Message& message) {
  const auto& settings = static_cast<const RequestLoggerSettings&>(message);
  const std::optional<LogLevel> level = settings.level().empty()
                                            ? LogLevel::kInfo
                                            : LogLevelByName(settings.level());
  std::vector<FieldViolation> faults;
  if (!level.has_value()) {
    faults.push_back(
        {"level", "is no level: write debug, info, warning or error"});
  }
  if (settings.persist()) {
    faults.push_back({"persist",
                      "is not served by this version: nothing is kept but the "
                      "log itself"});
  }
  if (!faults.empty()) return InvalidSettings(faults);
  return std::make_unique<RequestLogger>(*level);
}

Task<absl::StatusOr<Verdict>> RequestLogger::BeforeRequest(
    PluginRequest& request) {
  request.state = std::make_unique<Arrival>(request.env.clock->Now());
  if (request.logger != nullptr && request.logger->writes(level_)) {
    const std::string model = Short(request.chat.model());
    std::vector<LogField> fields = CommonFields(request, model);
    if (request.embed != nullptr) {
      fields.emplace_back("texts",
                          std::max(request.embed->input_size(),
                                   request.embed->token_inputs_size()));
    } else {
      fields.emplace_back("messages", request.chat.messages_size());
      fields.emplace_back("tools", request.chat.tools_size());
      fields.emplace_back("bytes", request.chat.ByteSizeLong());
    }
    request.logger->Log(level_, "request begins", fields);
  }
  co_return Verdict(Allow{});
}

Task<absl::StatusOr<Verdict>> RequestLogger::AfterRequest(
    PluginRequest& request, v1::ChatResponse& response) {
  if (request.logger == nullptr || !request.logger->writes(level_)) {
    co_return Verdict(Allow{});
  }
  const std::string model = Short(request.chat.model());
  const std::string upstream_model = Short(request.route.upstream_model());
  std::vector<LogField> fields = CommonFields(request, model);
  fields.emplace_back("target", request.route.target());
  fields.emplace_back("provider", request.route.provider());
  fields.emplace_back("upstream_model", upstream_model);
  fields.emplace_back("attempts", request.route.attempts_size());
  fields.emplace_back("cached", request.route.cache() == v1::CACHE_STATUS_HIT);
  std::string finish;
  for (const v1::Choice& choice : response.choices()) {
    absl::StrAppend(&finish, finish.empty() ? "" : ",",
                    v1::FinishReason_Name(choice.finish_reason()));
  }
  if (!finish.empty()) fields.emplace_back("finish", finish);
  if (response.usage().has_prompt_tokens()) {
    fields.emplace_back("prompt_tokens", response.usage().prompt_tokens());
  }
  if (response.usage().has_completion_tokens()) {
    fields.emplace_back("completion_tokens",
                        response.usage().completion_tokens());
  }
  request.logger->Log(level_, "request answered", fields);
  co_return Verdict(Allow{});
}

Task<absl::Status> RequestLogger::OnError(PluginRequest& request,
                                          const absl::Status& error) {
  const LogLevel level = std::max(level_, LogLevel::kWarning);
  if (request.logger != nullptr && request.logger->writes(level)) {
    const std::string model = Short(request.chat.model());
    const std::string text = Short(error.message());
    std::vector<LogField> fields = CommonFields(request, model);
    fields.emplace_back("reason", NameOf(ReasonOf(error)));
    fields.emplace_back("attempts", request.route.attempts_size());
    fields.emplace_back("error", text);
    request.logger->Log(level, "request failed", fields);
  }
  co_return absl::OkStatus();
}

AIGW_REGISTER_PLUGIN(
    "request-logger",
    {.create = &RequestLogger::Create,
     .settings = &RequestLoggerSettings::descriptor,
     .type = "logging",
     .stages = {Stage::kBeforeRequest, Stage::kAfterRequest, Stage::kOnError},
     .default_stages = {Stage::kBeforeRequest, Stage::kAfterRequest,
                        Stage::kOnError}});

}  // namespace aigateway
