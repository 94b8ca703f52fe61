#include "gateway/server/admin_service.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "gateway/base/clock.h"
#include "gateway/base/errors.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/registry.h"
#include "gateway/base/status_macros.h"
#include "gateway/server/event_watch.h"
#include "gateway/server/grpc_status.h"
#include "gateway/server/paging.h"
#include "gateway/server/refusals.h"
#include "gateway/server/reload.h"
#include "gateway/server/version.h"
#include "plugins/plugin.h"
#include "providers/provider.h"
#include "strategies/strategy.h"

namespace aigateway {
namespace {

absl::Status ProvidersPage(const Gateway& gateway,
                           const v1::ListProvidersRequest& request,
                           v1::ListProvidersResponse* response) {
  std::vector<v1::Provider> providers = gateway.ListProviders();
  std::sort(providers.begin(), providers.end(),
            [](const v1::Provider& a, const v1::Provider& b) {
              return a.instance() < b.instance();
            });
  AIGW_RETURN_IF_ERROR(TakePage(
      request, [](const v1::Provider& provider) { return provider.instance(); },
      &providers, response->mutable_next_page_token()));
  for (v1::Provider& provider : providers) {
    *response->add_providers() = std::move(provider);
  }
  return absl::OkStatus();
}

absl::Status TargetsPage(const Gateway& gateway,
                         const v1::ListTargetsRequest& request,
                         v1::ListTargetsResponse* response) {
  std::vector<v1::Target> targets = gateway.ListTargets();
  AIGW_RETURN_IF_ERROR(TakePage(
      request, [](const v1::Target& target) { return target.target(); },
      &targets, response->mutable_next_page_token()));
  for (v1::Target& target : targets) {
    *response->add_targets() = std::move(target);
  }
  return absl::OkStatus();
}

absl::Status PluginsPage(const Gateway& gateway,
                         const v1::ListPluginsRequest& request,
                         v1::ListPluginsResponse* response) {
  std::vector<v1::Plugin> plugins = gateway.ListPlugins();
  // One name can stand in several rows: a row is told by its place.
  const v1::Plugin* const first = plugins.data();
  AIGW_RETURN_IF_ERROR(TakePage(
      request,
      [first](const v1::Plugin& plugin) {
        return absl::StrCat(&plugin - first);
      },
      &plugins, response->mutable_next_page_token()));
  for (v1::Plugin& plugin : plugins) {
    *response->add_plugins() = std::move(plugin);
  }
  return absl::OkStatus();
}

absl::Status RunReload(Gateway& gateway, const Logger& logger,
                       const v1::ReloadConfigRequest& request,
                       v1::ReloadConfigResponse* response) {
  std::optional<std::string> text;
  if (request.has_config_text()) text = request.config_text();
  AIGW_ASSIGN_OR_RETURN(
      ReloadResult result,
      request.validate_only()
          ? gateway.Reload(std::move(text), /*validate_only=*/true)
          : ReloadAndLog(gateway, logger, "ReloadConfig", std::move(text)));
  response->set_revision(std::move(result.revision));
  response->set_previous_revision(std::move(result.previous_revision));
  for (v1::ConfigChange& change : result.changes) {
    *response->add_changes() = std::move(change);
  }
  return absl::OkStatus();
}

template <typename Entry>
void SetNames(google::protobuf::RepeatedPtrField<std::string>* names) {
  for (std::string& name : Registry<Entry>::Global().Names()) {
    *names->Add() = std::move(name);
  }
}

}  // namespace

grpc::Status AdminService::Serve(const grpc::ServerContext& context,
                                 absl::FunctionRef<absl::Status()> work) const {
  const absl::StatusOr<CallerIdentity> caller =
      CheckKey(gateway_->auth().get(), options_.without_keys,
               context.client_metadata(), KeyScope::kAdmin);
  if (!caller.ok()) return ToGrpcStatus(caller.status());
  return ToGrpcStatus(work());
}

grpc::Status AdminService::Refuse(const grpc::ServerContext& context,
                                  absl::string_view rpc) const {
  return Serve(context, [rpc] { return NotServed(rpc); });
}

absl::Status AdminService::Watch(
    const grpc::ServerContext& context, const v1::WatchEventsRequest& request,
    grpc::ServerWriter<v1::WatchEventsResponse>& writer) {
  // Each has a thread of gRPC's.
  constexpr int kMaxWatchers = 16;
  if (watchers_.fetch_add(1) >= kMaxWatchers) {
    watchers_.fetch_sub(1);
    return Error(ErrorReason::kOverloaded,
                 absl::StrCat("events are watched ", kMaxWatchers,
                              " times already: end one of them"));
  }
  const auto watch = std::make_shared<EventWatch>(request, Clock::Real());
  const int hook = gateway_->AddHook(
      [watch](const RequestRecord& record) { watch->Offer(record); });
  // So that the client sees that it is heard before anything happens.
  writer.SendInitialMetadata();
  bool written = true;
  while (written && !context.IsCancelled() &&
         !ending_.load(std::memory_order_relaxed)) {
    const std::optional<v1::WatchEventsResponse> event =
        watch->Next(absl::Milliseconds(250));
    if (event.has_value()) written = writer.Write(*event);
  }
  gateway_->RemoveHook(hook);
  watchers_.fetch_sub(1);
  if (!ending_.load(std::memory_order_relaxed)) return absl::OkStatus();
  return Error(ErrorReason::kShuttingDown, "the gateway is shutting down");
}

grpc::Status AdminService::ListProviders(
    grpc::ServerContext* context, const v1::ListProvidersRequest* request,
    v1::ListProvidersResponse* response) {
  return Serve(*context,
               [&] { return ProvidersPage(*gateway_, *request, response); });
}

grpc::Status AdminService::ListTargets(grpc::ServerContext* context,
                                       const v1::ListTargetsRequest* request,
                                       v1::ListTargetsResponse* response) {
  return Serve(*context,
               [&] { return TargetsPage(*gateway_, *request, response); });
}

grpc::Status AdminService::GetConfig(grpc::ServerContext* context,
                                     const v1::GetConfigRequest* request,
                                     v1::GetConfigResponse* response) {
  return Serve(*context, [&] {
    RunningConfig running = gateway_->GetConfig();
    *response->mutable_config() = std::move(running.config);
    response->set_revision(std::move(running.revision));
    response->set_origin(running.origin);
    response->set_path(std::move(running.path));
    SetProtoTime(running.load_time, response->mutable_load_time());
    return absl::OkStatus();
  });
}

grpc::Status AdminService::ReloadConfig(grpc::ServerContext* context,
                                        const v1::ReloadConfigRequest* request,
                                        v1::ReloadConfigResponse* response) {
  return Serve(*context, [&] {
    return RunReload(*gateway_, *logger_, *request, response);
  });
}

grpc::Status AdminService::GetVersion(grpc::ServerContext* context,
                                      const v1::GetVersionRequest* request,
                                      v1::GetVersionResponse* response) {
  return Serve(*context, [&] {
    response->set_version(kVersion);
    SetProtoTime(options_.start_time, response->mutable_start_time());
    SetNames<ProviderType>(response->mutable_provider_types());
    SetNames<StrategyMode>(response->mutable_strategy_modes());
    SetNames<PluginKind>(response->mutable_plugins());
    return absl::OkStatus();
  });
}

grpc::Status AdminService::SetTargetState(
    grpc::ServerContext* context, const v1::SetTargetStateRequest* request,
    v1::SetTargetStateResponse* response) {
  return Serve(*context, [&] {
    AIGW_ASSIGN_OR_RETURN(
        *response->mutable_target(),
        gateway_->SetTargetState(request->target(), request->action()));
    logger_->Info("target switched",
                  {{"target", request->target()},
                   {"action", v1::TargetAction_Name(request->action())}});
    return absl::OkStatus();
  });
}

grpc::Status AdminService::ListPlugins(grpc::ServerContext* context,
                                       const v1::ListPluginsRequest* request,
                                       v1::ListPluginsResponse* response) {
  return Serve(*context,
               [&] { return PluginsPage(*gateway_, *request, response); });
}

grpc::Status AdminService::WatchEvents(
    grpc::ServerContext* context, const v1::WatchEventsRequest* request,
    grpc::ServerWriter<v1::WatchEventsResponse>* writer) {
  return Serve(*context, [&] { return Watch(*context, *request, *writer); });
}

grpc::Status AdminService::GetUsage(grpc::ServerContext* context,
                                    const v1::GetUsageRequest* request,
                                    v1::GetUsageResponse* response) {
  return Refuse(*context, "GetUsage");
}

grpc::Status AdminService::CreateKey(grpc::ServerContext* context,
                                     const v1::CreateKeyRequest* request,
                                     v1::CreateKeyResponse* response) {
  return Refuse(*context, "CreateKey");
}

grpc::Status AdminService::ListKeys(grpc::ServerContext* context,
                                    const v1::ListKeysRequest* request,
                                    v1::ListKeysResponse* response) {
  return Refuse(*context, "ListKeys");
}

grpc::Status AdminService::RotateKey(grpc::ServerContext* context,
                                     const v1::RotateKeyRequest* request,
                                     v1::RotateKeyResponse* response) {
  return Refuse(*context, "RotateKey");
}

grpc::Status AdminService::RevokeKey(grpc::ServerContext* context,
                                     const v1::RevokeKeyRequest* request,
                                     v1::RevokeKeyResponse* response) {
  return Refuse(*context, "RevokeKey");
}

}  // namespace aigateway
