#ifndef AIGATEWAY_GATEWAY_SERVER_FAKE_GATEWAY_H_
#define AIGATEWAY_GATEWAY_SERVER_FAKE_GATEWAY_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/base/env.h"
#include "gateway/base/mutex.h"
#include "gateway/base/task.h"
#include "gateway/core/auth_table.h"
#include "gateway/core/gateway.h"
#include "gateway/core/reply_sink.h"
#include "gateway/core/request_context.h"
#include "gateway/core/snapshot.h"
#include "gateway/net/event_loop.h"
#include "gateway/observe/request_observer.h"

namespace aigateway {

// A gateway for tests of the server: real loops, and requests that do what
// their model says:
//
//   echo            the first message's content comes back
//   size:BYTES      a text of so many bytes; of a stream in one delta
//   hang            nothing until the request is ended
//   slow:MS         waits, then as echo
//   count:N         the deltas "0 ", "1 ", ... one turn of the loop apart
//   burst:N         the same all at once
//   kinds           text, reasoning, refusal and tool calls in one turn
//   flood:KIB       so many KiB of text in reads of 16 KiB while the flow is
//                   not paused
//   trickle         "x" each millisecond without end
//   fail:REASON     ends with that reason after two attempts
//   break:REASON    a stream: one delta, then that
//   nothing         succeeds without an answer
class FakeGateway final : public Gateway {
 public:
  explicit FakeGateway(int loops = 1);
  ~FakeGateway() override;

  // Asks for keys from now on; none: admits all. Before the server starts.
  void SetKeys(const config::v1::AuthConfig& auth);
  void SetModels(std::vector<v1::Model> models) { models_ = std::move(models); }
  void SetTargets(std::vector<v1::Target> targets) {
    targets_ = std::move(targets);
  }
  void SetPlugins(std::vector<v1::Plugin> plugins) {
    plugins_ = std::move(plugins);
  }
  void SetProviders(std::vector<v1::Provider> providers) {
    providers_ = std::move(providers);
  }

  // Requests that were begun, and that go on.
  int started() const { return started_.load(); }
  // Of floods: the bytes handed over so far.
  int64_t bytes_sent() const { return bytes_sent_.load(); }
  // How often a flow was paused.
  int pauses() const { return pauses_.load(); }
  // How the requests ended, and what they were, in the order of their ends.
  struct Ended {
    absl::Status status;
    RequestSettings settings;
    absl::Time start;
    absl::Time end;
  };
  std::vector<Ended> ended() const;
  // Waits, for real, until `count` requests have ended. False after 10 s.
  bool WaitForEnded(size_t count) const;
  bool WaitForStarted(int count) const;

  // Gateway:
  int loop_count() const override { return static_cast<int>(loops_.size()); }
  const Env& loop(int index) const override { return envs_[index]; }
  std::shared_ptr<const Snapshot> snapshot(int index) const override {
    return snapshot_;
  }
  Task<absl::Status> Serve(RequestContext& request, ReplySink& reply) override;
  void NoteUnserved(const RequestRecord& record) override {
    refusals_.fetch_add(1);
  }
  // Calls that were refused before they had a request.
  int refusals() const { return refusals_.load(); }
  // Names the caller's key and the model that was asked for.
  absl::StatusOr<v1::ExplainRouteResponse> ExplainRoute(
      const v1::ExplainRouteRequest& request,
      const CallerIdentity& caller) const override;
  std::vector<v1::Provider> ListProviders() const override {
    return providers_;
  }
  std::vector<v1::Target> ListTargets() const override { return targets_; }
  // Knows the targets that it lists; drains them and lets them serve again.
  absl::StatusOr<v1::Target> SetTargetState(absl::string_view name,
                                            v1::TargetAction action) override;
  std::vector<v1::Model> AllModels() const override { return models_; }
  RunningConfig GetConfig() const override;
  std::vector<v1::Plugin> ListPlugins() const override { return plugins_; }
  std::shared_ptr<const AuthTable> auth() const override {
    return snapshot_->auth();
  }
  // Fails with two faults if the text has "bad" in it.
  absl::StatusOr<ReloadResult> Reload(std::optional<std::string> text,
                                      bool validate_only) override;
  int reloads() const { return reloads_.load(); }
  int in_flight() const override { return in_flight_.load(); }
  void Close() override;

  // Not of use to a server.
  absl::Status RegisterProvider(absl::string_view name,
                                std::shared_ptr<Provider> provider) override;
  absl::Status RegisterPlugin(absl::string_view name, Stage stage,
                              std::shared_ptr<Plugin> plugin) override;
  int AddHook(Hook hook) override {
    MutexLock lock(&hooks_mutex_);
    hooks_.emplace(++last_hook_, std::move(hook));
    return last_hook_;
  }
  void RemoveHook(int id) override {
    MutexLock lock(&hooks_mutex_);
    hooks_.erase(id);
  }
  // Tells the hooks of a request that was never made.
  void Tell(const RequestRecord& record) {
    MutexLock lock(&hooks_mutex_);
    for (const auto& [id, hook] : hooks_) hook(record);
  }
  absl::StatusOr<v1::RouteResponse> Route(v1::RouteRequest request,
                                          RequestSettings settings) override;
  absl::StatusOr<v1::EmbedResponse> Embed(v1::EmbedRequest,
                                          RequestSettings) override;
  void RouteAsync(v1::RouteRequest request, RequestSettings settings,
                  absl::AnyInvocable<void(absl::StatusOr<v1::RouteResponse>)>
                      done) override;
  absl::Status RouteStream(
      v1::RouteStreamRequest request, RequestSettings settings,
      absl::FunctionRef<bool(const v1::RouteStreamResponse& event)> event)
      override;
  absl::StatusOr<std::shared_ptr<const Provider>> GetProvider(
      absl::string_view name) const override;
  absl::StatusOr<v1::Model> FindByModel(absl::string_view model) const override;

 private:
  Task<absl::Status> Run(RequestContext& request, ReplySink& reply);
  Task<absl::Status> RunStream(RequestContext& request, ReplySink& reply,
                               absl::string_view verb, int64_t argument);
  Task<absl::Status> Flood(RequestContext& request, ReplySink& reply,
                           int64_t kib);
  Task<absl::Status> WaitForFlow(RequestContext& request);

  std::vector<std::unique_ptr<EventLoop>> loops_;
  std::vector<Env> envs_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::vector<v1::Model> models_;
  std::vector<v1::Target> targets_;
  std::vector<v1::Plugin> plugins_;
  Mutex hooks_mutex_;
  std::map<int, Hook> hooks_ ABSL_GUARDED_BY(hooks_mutex_);
  int last_hook_ ABSL_GUARDED_BY(hooks_mutex_) = 0;
  std::atomic<int> refusals_{0};
  std::vector<v1::Provider> providers_;

  std::atomic<int> started_{0};
  std::atomic<int> in_flight_{0};
  std::atomic<int> pauses_{0};
  std::atomic<int> reloads_{0};
  std::atomic<int64_t> bytes_sent_{0};
  mutable Mutex mutex_;
  std::vector<Ended> ended_ ABSL_GUARDED_BY(mutex_);
  bool closed_ = false;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_FAKE_GATEWAY_H_
