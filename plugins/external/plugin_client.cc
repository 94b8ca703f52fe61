#include "plugins/external/plugin_client.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "grpc/support/time.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"

#include "gateway/base/loop.h"
#include "gateway/base/timers.h"
#include "gateway/base/utf8.h"

namespace aigateway {
namespace {

constexpr absl::Duration kFirstReconnect = absl::Milliseconds(200);
constexpr absl::Duration kLastReconnect = absl::Seconds(5);
// The most of a plugin's own words in a failure, which goes to the log.
constexpr size_t kMaxSaidBytes = 256;
// `round_robin` is the policy that watches health (gRFC A17); of one address it
// makes no difference otherwise.
constexpr char kServiceConfig[] =
    R"({"loadBalancingConfig": [{"round_robin": {}}],
        "healthCheckConfig": {"serviceName": ""}})";

int Millis(absl::Duration time) {
  return static_cast<int>(absl::ToInt64Milliseconds(time));
}

// A deadline that far from now, by gRPC's own clock.
gpr_timespec In(absl::Duration time) {
  const absl::Duration bounded =
      std::clamp(time, absl::ZeroDuration(), absl::Hours(24));
  return gpr_time_from_micros(absl::ToInt64Microseconds(bounded), GPR_TIMESPAN);
}

// Whether somebody at the other end said that.
bool IsAnswer(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::CANCELLED:
      return false;
    default:
      return true;
  }
}

absl::Status FailureOf(const grpc::Status& status) {
  return absl::Status(
      static_cast<absl::StatusCode>(status.error_code()),
      absl::StrCat("the call to it ended with code ",
                   static_cast<int>(status.error_code()), ": ",
                   Truncate(ValidUtf8(status.error_message()), kMaxSaidBytes)));
}

}  // namespace

std::shared_ptr<grpc::Channel> MakePluginChannel(absl::string_view address,
                                                 int max_message_bytes) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(max_message_bytes);
  arguments.SetMaxSendMessageSize(max_message_bytes);
  arguments.SetServiceConfigJSON(kServiceConfig);
  // Nobody else's words about how to call it, no connection of others, no
  // detour: the address is the plugin.
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS,
                   Millis(kFirstReconnect));
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, Millis(kLastReconnect));
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, Millis(kLastReconnect));
  const std::string target = absl::StartsWith(address, "unix:")
                                 ? std::string(address)
                                 : absl::StrCat("dns:///", address);
  return grpc::CreateCustomChannel(target, grpc::InsecureChannelCredentials(),
                                   arguments);
}

class PluginClient::Pending {
 public:
  virtual ~Pending() = default;
  // On the queue's thread.
  virtual void Complete() = 0;
};

// A call and who waits for it, who may leave first: then nobody is told. Both
// hold it.
template <typename Response>
class PluginClient::Call final : public Pending {
 public:
  Call(Loop* loop, std::shared_ptr<Waiter<bool>> done)
      : done_(std::move(done)), loop_(loop) {}

  // `self` is this object. `reader` was prepared with context().
  void Start(
      std::shared_ptr<Call> self,
      std::unique_ptr<grpc::ClientAsyncResponseReader<Response>> reader) {
    self_ = std::move(self);
    reader_ = std::move(reader);
    reader_->StartCall();
    reader_->Finish(&response_, &status_, static_cast<Pending*>(this));
  }

  // The loop may be gone after this.
  void Leave() ABSL_LOCKS_EXCLUDED(mutex_) {
    {
      MutexLock lock(&mutex_);
      if (loop_ == nullptr) return;
      loop_ = nullptr;
    }
    context_.TryCancel();
  }

  void Complete() override ABSL_LOCKS_EXCLUDED(mutex_) {
    const std::shared_ptr<Call> self = std::move(self_);
    MutexLock lock(&mutex_);
    if (loop_ == nullptr) return;
    loop_->Post([done = done_] { done->Wake(true); });
    loop_ = nullptr;
  }

  grpc::ClientContext* context() { return &context_; }
  // Once it is complete:
  const grpc::Status& status() const { return status_; }
  Response& response() { return response_; }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientAsyncResponseReader<Response>> reader_;
  Response response_;
  grpc::Status status_;
  const std::shared_ptr<Waiter<bool>> done_;
  std::shared_ptr<Call> self_;  // Until it is complete.
  Mutex mutex_;
  Loop* loop_ ABSL_GUARDED_BY(mutex_);  // Null: nobody is to be told.
};

// Asks whether anybody is there. Held by the client until it is complete.
class PluginClient::Probe final : public Pending {
 public:
  explicit Probe(PluginClient* client) : client_(client) {}

  void Start(absl::Duration time) {
    context_.set_deadline(In(time));
    reader_ =
        client_->health_->PrepareAsyncCheck(&context_, {}, &client_->queue_);
    reader_->StartCall();
    reader_->Finish(&response_, &status_, static_cast<Pending*>(this));
  }
  void Cancel() { context_.TryCancel(); }

  void Complete() override { client_->OnProbed(status_); }

 private:
  PluginClient* const client_;
  grpc::ClientContext context_;
  std::unique_ptr<
      grpc::ClientAsyncResponseReader<grpc::health::v1::HealthCheckResponse>>
      reader_;
  grpc::health::v1::HealthCheckResponse response_;
  grpc::Status status_;
};

PluginClient::PluginClient(std::shared_ptr<grpc::Channel> channel,
                           Options options)
    : options_(options),
      channel_(std::move(channel)),
      stub_(v1::PluginService::NewStub(channel_)),
      health_(grpc::health::v1::Health::NewStub(channel_)) {}

PluginClient::~PluginClient() {
  {
    MutexLock lock(&mutex_);
    ending_ = true;
    if (probe_ != nullptr) probe_->Cancel();
  }
  // What is out was cancelled by who left it, and comes back.
  queue_.Shutdown();
  if (thread_.joinable()) {
    thread_.join();
  } else {
    Run();
  }
}

void PluginClient::Run() {
  void* tag = nullptr;
  bool ok = false;  // Of Finish always.
  while (queue_.Next(&tag, &ok)) static_cast<Pending*>(tag)->Complete();
}

absl::Status PluginClient::CheckThere() {
  switch (presence_.load(std::memory_order_acquire)) {
    case Presence::kThere:
      return absl::OkStatus();
    case Presence::kSilent:
      break;
    case Presence::kUnreachable:
      if (channel_->GetState(/*try_to_connect=*/true) != GRPC_CHANNEL_READY) {
        break;
      }
      Presence unreachable = Presence::kUnreachable;
      presence_.compare_exchange_strong(unreachable, Presence::kThere);
      return absl::OkStatus();
  }
  return absl::UnavailableError("it is away and was not asked");
}

void PluginClient::Note(const grpc::Status& status) {
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE) {
    presence_.store(Presence::kUnreachable, std::memory_order_release);
  } else if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    NoteSilence();
  }
}

void PluginClient::NoteSilence() {
  MutexLock lock(&mutex_);
  if (probe_ == nullptr && !ending_) StartProbe(options_.patience);
}

void PluginClient::StartProbe(absl::Duration time) {
  probe_ = std::make_shared<Probe>(this);
  probe_->Start(time);
}

void PluginClient::OnProbed(const grpc::Status& status) {
  // Freed behind the lock: its caller is one of its methods.
  std::shared_ptr<Probe> probe;
  MutexLock lock(&mutex_);
  probe = std::move(probe_);
  probe_ = nullptr;
  if (ending_) return;
  if (IsAnswer(status)) {
    presence_.store(Presence::kThere, std::memory_order_release);
  } else if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    presence_.store(Presence::kSilent, std::memory_order_release);
    StartProbe(options_.probe);
  } else {
    presence_.store(Presence::kUnreachable, std::memory_order_release);
  }
}

template <typename Request, typename Response>
Task<absl::StatusOr<Response>> PluginClient::Ask(
    Prepare<Request, Response> prepare, const Request& message, const Env& env,
    Scope& scope) {
  if (scope.cancelled()) co_return scope.status();
  absl::call_once(started_,
                  [this] { thread_ = std::thread([this] { Run(); }); });
  const auto done = std::make_shared<Waiter<bool>>();
  const auto call = std::make_shared<Call<Response>>(env.loop, done);
  if (scope.deadline() != absl::InfiniteFuture()) {
    call->context()->set_deadline(In(scope.deadline() - env.timers->Now()));
  }
  call->Start(call, (stub_.get()->*prepare)(call->context(), message, &queue_));
  // Leaves it whatever ends this coroutine, its loop's end too.
  struct Waiting {
    ~Waiting() { call->Leave(); }
    Call<Response>* const call;
  } const waiting{call.get()};
  const Scope::Watch watch = scope.OnCancel([done] { done->Wake(false); });
  const bool is_complete = co_await done->Wait();
  if (!is_complete) {
    if (scope.status().code() == absl::StatusCode::kDeadlineExceeded) {
      NoteSilence();
    }
    co_return scope.status();
  }
  Note(call->status());
  if (!call->status().ok()) co_return FailureOf(call->status());
  co_return std::move(call->response());
}

Task<absl::StatusOr<v1::BeforeRequestResponse>> PluginClient::BeforeRequest(
    v1::BeforeRequestRequest message, const Env& env, Scope& scope) {
  co_return co_await Ask(&v1::PluginService::Stub::PrepareAsyncBeforeRequest,
                         message, env, scope);
}

Task<absl::StatusOr<v1::AfterRequestResponse>> PluginClient::AfterRequest(
    v1::AfterRequestRequest message, const Env& env, Scope& scope) {
  co_return co_await Ask(&v1::PluginService::Stub::PrepareAsyncAfterRequest,
                         message, env, scope);
}

Task<absl::StatusOr<v1::OnErrorResponse>> PluginClient::OnError(
    v1::OnErrorRequest message, const Env& env, Scope& scope) {
  co_return co_await Ask(&v1::PluginService::Stub::PrepareAsyncOnError, message,
                         env, scope);
}

}  // namespace aigateway
