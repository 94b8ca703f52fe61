#include "tests/integration/admin_calls.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "grpcpp/client_context.h"

#include "gateway/base/check.h"
#include "gateway/base/clock.h"
#include "tests/integration/case_script.h"

namespace aigateway {

std::string Reloaded::Words() const {
  std::string words = status.error_message();
  for (const auto& fault : faults.field_violations()) {
    absl::StrAppend(&words, "\n", fault.description(), " (", fault.field(),
                    ")");
  }
  return words;
}

Reloaded CallReload(GatewayProcess& gateway, std::optional<std::string> text,
                    bool validate_only) {
  Reloaded reloaded;
  v1::ReloadConfigRequest request;
  if (text.has_value()) request.set_config_text(*std::move(text));
  request.set_validate_only(validate_only);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::seconds(60));
  const absl::Time start = Clock::Real()->Now();
  reloaded.status =
      gateway.admin().ReloadConfig(&context, request, &reloaded.response);
  reloaded.took = Clock::Real()->Now() - start;
  UnpackDetail(reloaded.status, &reloaded.faults);
  google::rpc::ErrorInfo info;
  if (UnpackDetail(reloaded.status, &info)) reloaded.reason = info.reason();
  return reloaded;
}

v1::GetConfigResponse CallGetConfig(GatewayProcess& gateway) {
  grpc::ClientContext context;
  v1::GetConfigResponse response;
  AIGW_CHECK(gateway.admin().GetConfig(&context, {}, &response).ok());
  return response;
}

std::string RevisionOf(GatewayProcess& gateway) {
  return CallGetConfig(gateway).revision();
}

}  // namespace aigateway
