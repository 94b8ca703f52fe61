#include "tools/aigwctl/config_command.h"

#include <iostream>
#include <memory>

#include "aigateway/v1/admin.grpc.pb.h"
#include "gateway/base/errors.h"
#include "gateway/config/config_text.h"
#include "gateway/config/to_text.h"
#include "gateway/core/gateway.h"

namespace aigateway {
namespace {

int Wrong(const absl::Status& status) {
  const std::vector<FieldViolation> violations = GetViolations(status);
  for (const FieldViolation& violation : violations) {
    std::cerr << violation.description;
    if (!violation.field.empty()) std::cerr << " (" << violation.field << ")";
    std::cerr << "\n";
  }
  if (violations.empty()) std::cerr << "aigwctl: " << status.message() << "\n";
  return 2;
}

int SendReload(const ClientOptions& options, const std::string& path,
               bool validate_only, v1::ReloadConfigResponse& response) {
  v1::ReloadConfigRequest request;
  request.set_validate_only(validate_only);
  if (!path.empty()) {
    absl::StatusOr<std::string> text = ReadConfigFile(path);
    if (!text.ok()) return Wrong(text.status());
    request.set_config_text(*std::move(text));
  }
  auto stub = v1::AdminService::NewStub(Connect(options.admin_address));
  grpc::ClientContext context;
  Prepare(options, context);
  return Report(stub->ReloadConfig(&context, request, &response),
                options.admin_address);
}

void PrintChanges(const v1::ReloadConfigResponse& response) {
  for (const v1::ConfigChange& change : response.changes()) {
    switch (change.kind()) {
      case v1::CONFIG_CHANGE_KIND_ADDED:
        std::cout << "+ " << change.path() << ": " << change.new_value();
        break;
      case v1::CONFIG_CHANGE_KIND_REMOVED:
        std::cout << "- " << change.path() << ": " << change.old_value();
        break;
      default:
        std::cout << "~ " << change.path() << ": " << change.old_value()
                  << " -> " << change.new_value();
    }
    std::cout << "\n";
  }
}

}  // namespace

int ValidateConfigFile(const std::string& path) {
  ConfigSource source;
  source.path = path;
  const absl::Status status = Gateway::ValidateConfig(source);
  if (!status.ok()) return Wrong(status);
  std::cout << path << ": the configuration is valid\n";
  return 0;
}

int DiffConfigFile(const ClientOptions& options, const std::string& path) {
  v1::ReloadConfigResponse response;
  const int code = SendReload(options, path, /*validate_only=*/true, response);
  if (code != 0) return code;
  PrintChanges(response);
  if (response.changes().empty()) std::cout << "nothing would change\n";
  return 0;
}

int ReloadConfigFile(const ClientOptions& options, const std::string& path) {
  v1::ReloadConfigResponse response;
  const int code = SendReload(options, path, /*validate_only=*/false, response);
  if (code != 0) return code;
  PrintChanges(response);
  std::cout << "revision " << response.revision() << " runs\n";
  return 0;
}

int ShowConfig(const ClientOptions& options) {
  auto stub = v1::AdminService::NewStub(Connect(options.admin_address));
  v1::GetConfigResponse response;
  grpc::ClientContext context;
  Prepare(options, context);
  const grpc::Status status = stub->GetConfig(&context, {}, &response);
  if (!status.ok()) return Report(status, options.admin_address);
  std::cout << "# revision " << response.revision() << "\n"
            << ToYaml(response.config());
  return 0;
}

}  // namespace aigateway
