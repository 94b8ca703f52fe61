#include "plugins/external/external_plugin.h"

#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "aigateway/v1/plugin.pb.h"
#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "plugins/external/external_verdict.h"

namespace aigateway {

using config::v1::ExternalSettings;

namespace {

constexpr int kMaxMessageBytes = 4 * 1024 * 1024;

// Whether that is "unix:PATH" or "HOST:PORT".
bool IsAddress(absl::string_view address) {
  if (absl::ConsumePrefix(&address, "unix:")) return !address.empty();
  const size_t colon = address.rfind(':');
  if (colon == absl::string_view::npos || colon == 0) return false;
  const absl::string_view host = address.substr(0, colon);
  // An IPv6 address stands in brackets, and nothing has a scheme or a path.
  if (host.find_first_of("/ ") != absl::string_view::npos) return false;
  if (host.front() != '[' && host.find(':') != absl::string_view::npos) {
    return false;
  }
  int port = 0;
  return absl::SimpleAtoi(address.substr(colon + 1), &port) && port > 0 &&
         port <= 65535;
}

void Describe(const PluginRequest& request, v1::PluginCall& call) {
  call.set_caller(std::string(request.caller));
  call.set_stream(request.stream);
  *call.mutable_options() = request.options;
  *call.mutable_route() = request.route;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Plugin>> ExternalPlugin::Create(
    const google::protobuf::Message& message) {
  const auto& settings = static_cast<const ExternalSettings&>(message);
  std::vector<FieldViolation> faults;
  if (settings.address().empty()) {
    faults.push_back({"address", "is missing: say where the plugin listens"});
  } else if (!IsAddress(settings.address())) {
    faults.push_back({"address", "is neither unix:PATH nor HOST:PORT"});
  }
  if (settings.has_max_message_bytes() && settings.max_message_bytes() <= 0) {
    faults.push_back({"max_message_bytes", "must be above 0"});
  }
  if (!faults.empty()) return InvalidSettings(faults);
  return std::make_unique<ExternalPlugin>(
      MakePluginChannel(settings.address(), settings.has_max_message_bytes()
                                                ? settings.max_message_bytes()
                                                : kMaxMessageBytes));
}

Task<absl::StatusOr<Verdict>> ExternalPlugin::BeforeRequest(
    PluginRequest& request) {
  AIGW_CO_RETURN_IF_ERROR(client_.CheckThere());
  v1::BeforeRequestRequest message;
  Describe(request, *message.mutable_call());
  *message.mutable_chat() = request.chat;
  if (request.embed != nullptr) *message.mutable_embed() = *request.embed;
  AIGW_CO_ASSIGN_OR_RETURN(v1::BeforeRequestResponse response,
                           co_await client_.BeforeRequest(
                               std::move(message), request.env, request.scope));
  absl::StatusOr<Verdict> verdict = ReadVerdict(std::move(response));
  if (verdict.ok() && request.embed != nullptr &&
      std::holds_alternative<AnswerInstead>(*verdict)) {
    co_return absl::InvalidArgumentError("it answered in place of vectors");
  }
  co_return verdict;
}

Task<absl::StatusOr<Verdict>> ExternalPlugin::AfterRequest(
    PluginRequest& request, v1::ChatResponse& response) {
  AIGW_CO_RETURN_IF_ERROR(client_.CheckThere());
  v1::AfterRequestRequest message;
  Describe(request, *message.mutable_call());
  *message.mutable_chat() = request.chat;
  *message.mutable_response() = response;
  AIGW_CO_ASSIGN_OR_RETURN(v1::AfterRequestResponse answer,
                           co_await client_.AfterRequest(
                               std::move(message), request.env, request.scope));
  co_return ReadVerdict(std::move(answer), response);
}

Task<absl::Status> ExternalPlugin::OnError(PluginRequest& request,
                                           const absl::Status& error) {
  AIGW_CO_RETURN_IF_ERROR(client_.CheckThere());
  v1::OnErrorRequest message;
  Describe(request, *message.mutable_call());
  *message.mutable_chat() = request.chat;
  if (request.embed != nullptr) *message.mutable_embed() = *request.embed;
  message.set_reason(static_cast<v1::ErrorReason>(ReasonOf(error)));
  message.set_message(std::string(error.message()));
  const absl::StatusOr<v1::OnErrorResponse> response =
      co_await client_.OnError(std::move(message), request.env, request.scope);
  co_return response.status();
}

AIGW_REGISTER_PLUGIN("external",
                     {.create = &ExternalPlugin::Create,
                      .settings = &ExternalSettings::descriptor,
                      .type = "guardrail",
                      .stages = {Stage::kBeforeRequest, Stage::kAfterRequest,
                                 Stage::kOnError},
                      .default_stages = {Stage::kBeforeRequest}});

}  // namespace aigateway
