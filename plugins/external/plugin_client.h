#ifndef AIGATEWAY_PLUGINS_EXTERNAL_PLUGIN_CLIENT_H_
#define AIGATEWAY_PLUGINS_EXTERNAL_PLUGIN_CLIENT_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/call_once.h"
#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/completion_queue.h"
#include "grpcpp/support/async_unary_call.h"
#include "grpcpp/support/status.h"

#include "aigateway/v1/plugin.grpc.pb.h"
#include "gateway/base/env.h"
#include "gateway/base/mutex.h"
#include "gateway/base/scope.h"
#include "gateway/base/task.h"

namespace aigateway {

// A channel to a plugin at `address`, "unix:PATH" or "HOST:PORT", that connects
// by itself and goes on trying, at most 5 s apart. Where the plugin offers
// grpc.health.v1 it is ready only while that says SERVING. Does no I/O before
// the first call.
std::shared_ptr<grpc::Channel> MakePluginChannel(absl::string_view address,
                                                 int max_message_bytes);

// Calls a plugin over one channel, from any loop, and fails at once while the
// plugin is away.
//
// Away is one that could not be reached, until the channel is ready again, and
// one that lets calls and then a probe go without any answer, until it answers
// a probe. A plugin that is only slow answers the probe, by a status if it has
// no health service, and is not away. No time is kept here: gRPC's channel
// connects anew, and a probe ends by its deadline.
//
// One thread waits for what gRPC has done, from the first call on. Thread-safe.
class PluginClient {
 public:
  struct Options {
    // How long a plugin that let a call go unanswered may take for a probe
    // before it is away.
    absl::Duration patience = absl::Seconds(1);
    // How long each probe of one that is away waits for its answer.
    absl::Duration probe = absl::Seconds(10);
  };
  PluginClient(std::shared_ptr<grpc::Channel> channel, Options options);
  // No call waits any more.
  ~PluginClient();
  PluginClient(const PluginClient&) = delete;
  PluginClient& operator=(const PluginClient&) = delete;

  // UNAVAILABLE while the plugin is away. To be asked before a message is made
  // for it, which is a copy of the whole request.
  absl::Status CheckThere();

  // Each sends `message` and waits for the response, for as long as `scope`.
  // A failure is a status with what the plugin said of it, shortened.
  Task<absl::StatusOr<v1::BeforeRequestResponse>> BeforeRequest(
      v1::BeforeRequestRequest message, const Env& env, Scope& scope);
  Task<absl::StatusOr<v1::AfterRequestResponse>> AfterRequest(
      v1::AfterRequestRequest message, const Env& env, Scope& scope);
  Task<absl::StatusOr<v1::OnErrorResponse>> OnError(v1::OnErrorRequest message,
                                                    const Env& env,
                                                    Scope& scope);

 private:
  // What completes on the queue. Alive until then.
  class Pending;
  template <typename Response>
  class Call;
  class Probe;
  enum class Presence {
    kThere,
    kUnreachable,  // Until the channel is ready.
    kSilent,       // Until a probe is answered.
  };

  template <typename Request, typename Response>
  using Prepare = std::unique_ptr<grpc::ClientAsyncResponseReader<Response>> (
      v1::PluginService::Stub::*)(grpc::ClientContext*, const Request&,
                                  grpc::CompletionQueue*);
  template <typename Request, typename Response>
  Task<absl::StatusOr<Response>> Ask(Prepare<Request, Response> prepare,
                                     const Request& message, const Env& env,
                                     Scope& scope);

  // How a call ended tells whether anybody is there.
  void Note(const grpc::Status& status);
  // A call ended without any answer.
  void NoteSilence() ABSL_LOCKS_EXCLUDED(mutex_);
  void StartProbe(absl::Duration time) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void OnProbed(const grpc::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);
  void Run();

  const Options options_;
  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<v1::PluginService::Stub> stub_;
  const std::unique_ptr<grpc::health::v1::Health::Stub> health_;
  std::atomic<Presence> presence_ = Presence::kThere;

  grpc::CompletionQueue queue_;  // Thread-safe.
  absl::once_flag started_;
  std::thread thread_;

  Mutex mutex_;
  std::shared_ptr<Probe> probe_ ABSL_GUARDED_BY(mutex_);  // Null: none is out.
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_EXTERNAL_PLUGIN_CLIENT_H_
