#include "tools/aigwctl/listing.h"

#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "google/protobuf/util/json_util.h"

#include "aigateway/v1/admin.grpc.pb.h"
#include "aigateway/v1/gateway.grpc.pb.h"
#include "tools/aigwctl/table.h"

namespace aigateway {
namespace {

constexpr int kPageSize = 1000;

void PrintJson(const google::protobuf::Message& message) {
  std::string text;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  if (google::protobuf::util::MessageToJsonString(message, &text, options)
          .ok()) {
    std::cout << text << "\n";
  }
}

template <typename Strings>
std::string Join(const Strings& strings) {
  return absl::StrJoin(strings, ", ");
}

// "healthy" of PROVIDER_HEALTH_HEALTHY.
std::string Word(std::string name, absl::string_view prefix) {
  name = absl::StrReplaceAll(name, {{prefix, ""}});
  for (char& c : name) c = c == '_' ? '-' : static_cast<char>(std::tolower(c));
  return name == "unspecified" ? "" : name;
}

std::string Milliseconds(const google::protobuf::Duration& duration) {
  return absl::StrFormat(
      "%.1f ms",
      static_cast<double>(duration.seconds()) * 1e3 + duration.nanos() / 1e6);
}

// Reads every page; `take` gets each response. Returns the exit code.
template <typename Request, typename Response, typename Call, typename Take>
int ReadPages(const ClientOptions& options, const std::string& address,
              Call call, Take take) {
  Request request;
  request.set_page_size(kPageSize);
  for (;;) {
    grpc::ClientContext context;
    Prepare(options, context);
    Response response;
    const grpc::Status status = call(context, request, response);
    if (!status.ok()) return Report(status, address);
    take(response);
    if (response.next_page_token().empty()) return 0;
    request.set_page_token(response.next_page_token());
  }
}

}  // namespace

int ListModels(const ClientOptions& options, bool json) {
  auto stub = v1::GatewayService::NewStub(Connect(options.address));
  Table table({"MODEL", "ALIAS OF", "TARGETS"});
  const int code = ReadPages<v1::ListModelsRequest, v1::ListModelsResponse>(
      options, options.address,
      [&](auto& context, auto& request, auto& response) {
        return stub->ListModels(&context, request, &response);
      },
      [&](const v1::ListModelsResponse& page) {
        for (const v1::Model& model : page.models()) {
          if (json) PrintJson(model);
          table.Add({model.id(), model.alias_of(), Join(model.targets())});
        }
      });
  if (code == 0 && !json) std::cout << table.ToString();
  return code;
}

int ListProviders(const ClientOptions& options, bool json) {
  auto stub = v1::AdminService::NewStub(Connect(options.admin_address));
  Table table({"INSTANCE", "TYPE", "BASE URL", "HEALTH", "SOURCE", "MODELS"});
  const int code =
      ReadPages<v1::ListProvidersRequest, v1::ListProvidersResponse>(
          options, options.admin_address,
          [&](auto& context, auto& request, auto& response) {
            return stub->ListProviders(&context, request, &response);
          },
          [&](const v1::ListProvidersResponse& page) {
            for (const v1::Provider& provider : page.providers()) {
              if (json) PrintJson(provider);
              table.Add({provider.instance(), provider.type(),
                         provider.base_url(),
                         Word(v1::ProviderHealth_Name(provider.health()),
                              "PROVIDER_HEALTH_"),
                         Word(v1::ProviderSource_Name(provider.source()),
                              "PROVIDER_SOURCE_"),
                         Join(provider.models())});
            }
          });
  if (code == 0 && !json) std::cout << table.ToString();
  return code;
}

int ListTargets(const ClientOptions& options, bool json) {
  auto stub = v1::AdminService::NewStub(Connect(options.admin_address));
  Table table({"TARGET", "PROVIDER", "WEIGHT", "IN FLIGHT", "P50", "P99",
               "ERRORS", "STATE", "LAST ERROR"});
  const int code = ReadPages<v1::ListTargetsRequest, v1::ListTargetsResponse>(
      options, options.admin_address,
      [&](auto& context, auto& request, auto& response) {
        return stub->ListTargets(&context, request, &response);
      },
      [&](const v1::ListTargetsResponse& page) {
        for (const v1::Target& target : page.targets()) {
          if (json) PrintJson(target);
          table.Add(
              {target.target(), target.provider(),
               absl::StrCat(target.weight()), absl::StrCat(target.in_flight()),
               target.has_latency() ? Milliseconds(target.latency().p50()) : "",
               target.has_latency() ? Milliseconds(target.latency().p99()) : "",
               target.has_error_rate()
                   ? absl::StrFormat("%.0f %%", target.error_rate() * 100)
                   : "",
               target.drained() ? "drained" : "active",
               target.last_error().message()});
        }
      });
  if (code == 0 && !json) std::cout << table.ToString();
  return code;
}

int ShowVersion(const ClientOptions& options, bool json) {
  auto stub = v1::AdminService::NewStub(Connect(options.admin_address));
  v1::GetVersionResponse response;
  grpc::ClientContext context;
  Prepare(options, context);
  const grpc::Status status = stub->GetVersion(&context, {}, &response);
  if (!status.ok()) return Report(status, options.admin_address);
  if (json) {
    PrintJson(response);
    return 0;
  }
  std::cout << "version    " << response.version() << "\n"
            << "providers  " << Join(response.provider_types()) << "\n"
            << "modes      " << Join(response.strategy_modes()) << "\n"
            << "plugins    " << Join(response.plugins()) << "\n";
  return 0;
}

}  // namespace aigateway
