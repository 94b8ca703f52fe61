#include "tools/aigwctl/listing.h"

#include <cstdint>
#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"

#include "aigateway/v1/admin.grpc.pb.h"
#include "aigateway/v1/gateway.grpc.pb.h"
#include "tools/aigwctl/printing.h"
#include "tools/aigwctl/table.h"

namespace aigateway {
namespace {

// Of a million tokens, in USD.
std::string Usd(bool is_known, int64_t micro_usd) {
  return is_known ? absl::StrCat("$", micro_usd / 1e6) : "";
}

// Hands over each provider instance; returns the exit code.
template <typename Take>
int ReadProviders(const ClientOptions& options, Take take) {
  auto stub = v1::AdminService::NewStub(Connect(options.admin_address));
  return ReadPages<v1::ListProvidersRequest, v1::ListProvidersResponse>(
      options, options.admin_address,
      [&](auto& context, auto& request, auto& response) {
        return stub->ListProviders(&context, request, &response);
      },
      [&](const v1::ListProvidersResponse& page) {
        for (const v1::Provider& provider : page.providers()) take(provider);
      });
}

// "12:30:01 Route gpt-4o -> openai OK 812.0 ms 35 tokens".
std::string Describe(const v1::WatchEventsResponse& response) {
  const v1::RequestEvent& event = response.event();
  const v1::RouteInfo& route = event.route();
  std::string line = absl::StrCat(
      absl::FormatTime("%H:%M:%S",
                       absl::FromUnixSeconds(event.time().seconds()),
                       absl::LocalTimeZone()),
      " ", event.method(), " ", event.model());
  if (!route.target().empty()) absl::StrAppend(&line, " -> ", route.target());
  absl::StrAppend(
      &line, " ",
      event.status_code() == 0
          ? "OK"
          : Word(v1::ErrorReason_Name(event.reason()), "ERROR_REASON_"),
      " ", Milliseconds(event.duration()));
  if (event.usage().has_total_tokens()) {
    absl::StrAppend(&line, " ", event.usage().total_tokens(), " tokens");
  }
  if (!event.message().empty()) absl::StrAppend(&line, ": ", event.message());
  if (response.dropped_events() > 0) {
    absl::StrAppend(&line, " (", response.dropped_events(),
                    " before it were dropped)");
  }
  return line;
}

}  // namespace

int ListModels(const ClientOptions& options, bool json) {
  auto stub = v1::GatewayService::NewStub(Connect(options.address));
  Table table({"MODEL", "ALIAS OF", "TARGETS", "IN/M", "CACHED/M", "OUT/M"});
  const int code = ReadPages<v1::ListModelsRequest, v1::ListModelsResponse>(
      options, options.address,
      [&](auto& context, auto& request, auto& response) {
        return stub->ListModels(&context, request, &response);
      },
      [&](const v1::ListModelsResponse& page) {
        for (const v1::Model& model : page.models()) {
          if (json) PrintJson(model);
          const v1::ModelPrices& prices = model.prices();
          table.Add(
              {model.id(), model.alias_of(), Join(model.targets()),
               Usd(prices.has_prompt_micro_usd_per_million_tokens(),
                   prices.prompt_micro_usd_per_million_tokens()),
               Usd(prices.has_cached_prompt_micro_usd_per_million_tokens(),
                   prices.cached_prompt_micro_usd_per_million_tokens()),
               Usd(prices.has_completion_micro_usd_per_million_tokens(),
                   prices.completion_micro_usd_per_million_tokens())});
        }
      });
  if (code == 0 && !json) std::cout << table.ToString();
  return code;
}

int ListProviders(const ClientOptions& options, bool json) {
  Table table({"INSTANCE", "TYPE", "BASE URL", "HEALTH", "SOURCE", "MODELS"});
  const int code = ReadProviders(options, [&](const v1::Provider& provider) {
    if (json) PrintJson(provider);
    table.Add(
        {provider.instance(), provider.type(), provider.base_url(),
         Word(v1::ProviderHealth_Name(provider.health()), "PROVIDER_HEALTH_"),
         Word(v1::ProviderSource_Name(provider.source()), "PROVIDER_SOURCE_"),
         Join(provider.models())});
  });
  if (code == 0 && !json) std::cout << table.ToString();
  return code;
}

int ListPlugins(const ClientOptions& options, bool json) {
  auto stub = v1::AdminService::NewStub(Connect(options.admin_address));
  Table table(
      {"PLUGIN", "TYPE", "STAGE", "ON", "RUNS", "REFUSED", "FAILED", "CONFIG"});
  const int code = ReadPages<v1::ListPluginsRequest, v1::ListPluginsResponse>(
      options, options.admin_address,
      [&](auto& context, auto& request, auto& response) {
        return stub->ListPlugins(&context, request, &response);
      },
      [&](const v1::ListPluginsResponse& page) {
        for (const v1::Plugin& plugin : page.plugins()) {
          if (json) PrintJson(plugin);
          table.Add(
              {plugin.name(), plugin.type(),
               // As a config writes it.
               absl::StrReplaceAll(
                   Word(v1::PluginStage_Name(plugin.stage()), "PLUGIN_STAGE_"),
                   {{"-", "_"}}),
               plugin.enabled() ? "yes" : "no", absl::StrCat(plugin.runs()),
               absl::StrCat(plugin.rejections()),
               absl::StrCat(plugin.failures()),
               plugin.has_config() ? JsonOf(plugin.config()) : ""});
        }
      });
  if (code == 0 && !json) std::cout << table.ToString();
  return code;
}

int ShowProvider(const ClientOptions& options, bool json,
                 const std::string& instance) {
  Table table({"PARAMETER", "IS", "WHY"});
  bool found = false;
  const int code = ReadProviders(options, [&](const v1::Provider& provider) {
    if (provider.instance() != instance) return;
    found = true;
    if (json) PrintJson(provider);
    for (const v1::ParameterSupport& support : provider.parameters()) {
      table.Add(
          {support.parameter(),
           absl::StrCat(Word(v1::ParameterHandling_Name(support.handling()),
                             "PARAMETER_HANDLING_"),
                        support.by_model() ? ", by model" : ""),
           support.note()});
    }
  });
  if (code != 0) return code;
  if (!found) {
    std::cerr << "aigwctl: there is no provider instance '" << instance
              << "'; `aigwctl providers` lists them\n";
    return 1;
  }
  if (!json) std::cout << table.ToString();
  return 0;
}

int WatchEvents(const ClientOptions& options, bool json, bool failures_only) {
  auto stub = v1::AdminService::NewStub(Connect(options.admin_address));
  grpc::ClientContext context;
  Prepare(options, context);
  v1::WatchEventsRequest request;
  request.set_failures_only(failures_only);
  const auto reader = stub->WatchEvents(&context, request);
  v1::WatchEventsResponse response;
  while (reader->Read(&response)) {
    if (json) {
      PrintJson(response);
    } else {
      std::cout << Describe(response) << "\n";
    }
    std::cout.flush();
  }
  return Report(reader->Finish(), options.admin_address);
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
