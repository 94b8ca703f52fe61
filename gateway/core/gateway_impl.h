#ifndef AIGATEWAY_GATEWAY_CORE_GATEWAY_IMPL_H_
#define AIGATEWAY_GATEWAY_CORE_GATEWAY_IMPL_H_

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"

#include "gateway/base/mutex.h"
#include "gateway/base/scope.h"
#include "gateway/core/carried_state.h"
#include "gateway/core/gateway.h"
#include "gateway/core/loop_slot.h"
#include "gateway/core/mirror.h"
#include "gateway/core/shared_replies.h"
#include "gateway/core/snapshot.h"
#include "gateway/core/snapshot_builder.h"
#include "gateway/core/snapshot_disposer.h"

namespace aigateway {

// The gateway over event loops of its own, or over those it was lent.
class GatewayImpl final : public Gateway {
 public:
  // Create() is Gateway::Create().
  explicit GatewayImpl(GatewayOptions options);
  ~GatewayImpl() override;

  // Builds the first snapshot and starts the loops. Called once, first.
  absl::Status Start();

  absl::Status RegisterProvider(absl::string_view name,
                                std::shared_ptr<Provider> provider) override;
  absl::Status RegisterPlugin(absl::string_view name, Stage stage,
                              std::shared_ptr<Plugin> plugin) override;
  int AddHook(Hook hook) override;
  void RemoveHook(int id) override;

  absl::StatusOr<v1::RouteResponse> Route(v1::RouteRequest request,
                                          RequestSettings settings) override;
  void RouteAsync(v1::RouteRequest request, RequestSettings settings,
                  absl::AnyInvocable<void(absl::StatusOr<v1::RouteResponse>)>
                      done) override;
  absl::StatusOr<v1::EmbedResponse> Embed(v1::EmbedRequest request,
                                          RequestSettings settings) override;
  absl::Status RouteStream(
      v1::RouteStreamRequest request, RequestSettings settings,
      absl::FunctionRef<bool(const v1::RouteStreamResponse& event)> event)
      override;

  int loop_count() const override { return static_cast<int>(slots_.size()); }
  const Env& loop(int index) const override { return slots_[index]->env(); }
  std::shared_ptr<const Snapshot> snapshot(int index) const override {
    return slots_[index]->snapshot();
  }
  Task<absl::Status> Serve(RequestContext& request, ReplySink& reply) override;

  absl::StatusOr<v1::ExplainRouteResponse> ExplainRoute(
      const v1::ExplainRouteRequest& request,
      const CallerIdentity& caller) const override;
  void NoteUnserved(const RequestRecord& record) override;
  std::vector<v1::Provider> ListProviders() const override;
  absl::StatusOr<std::shared_ptr<const Provider>> GetProvider(
      absl::string_view name) const override;
  std::vector<v1::Target> ListTargets() const override;
  absl::StatusOr<v1::Target> SetTargetState(absl::string_view name,
                                            v1::TargetAction action) override;
  std::vector<v1::Model> AllModels() const override;
  absl::StatusOr<v1::Model> FindByModel(absl::string_view model) const override;

  RunningConfig GetConfig() const override;
  std::vector<v1::Plugin> ListPlugins() const override;
  std::shared_ptr<const AuthTable> auth() const override;
  absl::StatusOr<ReloadResult> Reload(std::optional<std::string> text,
                                      bool validate_only) override;

  int in_flight() const override;
  void Close() override;

 private:
  using Hooks = std::map<int, Hook>;

  BuildInputs Inputs() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(reload_mutex_);
  // Builds from `source` and gives it to every loop; the old one stays if that
  // fails.
  absl::Status Rebuild() ABSL_EXCLUSIVE_LOCKS_REQUIRED(reload_mutex_);
  void Install(std::unique_ptr<Snapshot> snapshot)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(reload_mutex_);
  Vocabulary vocabulary() const ABSL_LOCKS_EXCLUDED(reload_mutex_);
  std::shared_ptr<const Snapshot> current() const;
  std::shared_ptr<const Hooks> hooks() const;
  // Serves a request that shares its reply with nobody.
  Task<absl::Status> ServeAlone(RequestContext& request, ReplySink& reply);
  LoopSlot& NextSlot();
  LoopSlot& SlotOf(const RequestContext& request);
  void TellEnd(const RequestRecord& record);
  void RunHook(const Hook& hook, const RequestRecord& record);

  const GatewayOptions options_;
  const SystemSecrets system_secrets_;
  CarriedState states_;
  SharedReplies replies_;
  // Before the snapshots' users: it outlives them.
  SnapshotDisposer disposer_;
  Mirror mirror_;

  // One reload at a time. Taken before mutex_.
  mutable Mutex reload_mutex_;
  // What it started with, and what a reload put in its place, if one did.
  ConfigSource source_ ABSL_GUARDED_BY(reload_mutex_);
  std::optional<ConfigSource> applied_ ABSL_GUARDED_BY(reload_mutex_);
  std::map<std::string, std::shared_ptr<const Provider>> registered_
      ABSL_GUARDED_BY(reload_mutex_);
  std::vector<PluginChain::Entry> plugins_ ABSL_GUARDED_BY(reload_mutex_);

  mutable Mutex mutex_;
  std::shared_ptr<const Snapshot> current_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const Hooks> hooks_ ABSL_GUARDED_BY(mutex_);
  int next_hook_id_ ABSL_GUARDED_BY(mutex_) = 1;

  // Fixed after Start().
  // Shared so that what was posted to a loop that was lent, and runs late, sees
  // that they have gone.
  std::vector<std::shared_ptr<LoopSlot>> slots_;
  std::atomic<unsigned> next_slot_{0};
  std::atomic<bool> closed_{false};
  std::atomic<bool> has_hooks_{false};
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_GATEWAY_IMPL_H_
