#include "gateway/server/server.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <netdb.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "grpc/grpc.h"
#include "grpcpp/resource_quota.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"

#include "gateway/base/check.h"
#include "gateway/base/clock.h"
#include "gateway/base/errors.h"
#include "gateway/base/loop.h"
#include "gateway/base/mutex.h"
#include "gateway/base/status_macros.h"
#include "gateway/server/auth.h"
#include "gateway/server/open_sockets.h"
#include "gateway/server/refusals.h"

namespace aigateway {
namespace {

constexpr int kMaxMetadataBytes = 16 * 1024;
// What an administrator may send at least, whatever callers may: more than any
// configuration has, so that one that is too long is told so as such.
constexpr int kMinAdminMessageBytes = 80 * 1024 * 1024;
constexpr int kMinPingIntervalMs = 5000;
constexpr int kMaxPingStrikes = 2;
constexpr int kKeepaliveTimeMs = 60 * 1000;
constexpr int kKeepaliveTimeoutMs = 20 * 1000;
constexpr int kMaxStreamsPerConnection = 10000;
// Of gRPC's own, for the calls that are not on our queues.
constexpr int kMaxThreads = 32;

// How long connections have to close by themselves, and calls to end after
// they were cancelled.
constexpr std::chrono::milliseconds kGoAwayLimit(300);
constexpr absl::Duration kCallLimit = absl::Seconds(5);
// How long gRPC has to close what is open after that, before it is cut.
constexpr absl::Duration kCutAfter = absl::Milliseconds(500);

// As LocalAddress() has it. gRPC takes "unix:PATH" and "unix:///PATH" for one.
std::string SocketAddress(const ListenAddress& address, int port) {
  if (port != 0) return absl::StrCat("tcp:", port);
  return absl::StrReplaceAll(address.text, {{"unix:///", "unix:/"}});
}

// Cuts the connections at `addresses` unless it is gone before kCutAfter.
//
// gRPC 1.51 closes a connection only once it has written what it was writing,
// which a client that does not read puts off for as long as it likes, and
// grpc::Server::Shutdown() waits for that whatever its time limit.
class CutLater {
 public:
  explicit CutLater(std::vector<std::string> addresses)
      : addresses_(std::move(addresses)), thread_([this] { Run(); }) {}
  ~CutLater() {
    {
      MutexLock lock(&mutex_);
      closed_ = true;
      changed_.SignalAll();
    }
    thread_.join();
  }

 private:
  void Run() {
    {
      MutexLock lock(&mutex_);
      const absl::Time end = Clock::Real()->Now() + kCutAfter;
      while (!closed_ && Clock::Real()->Now() < end) {
        changed_.WaitFor(&mutex_, end - Clock::Real()->Now());
      }
      if (closed_) return;
    }
    for (const std::string& address : addresses_) CutConnections(address);
  }

  const std::vector<std::string> addresses_;
  Mutex mutex_;
  CondVar changed_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // Last: it uses the others.
};

void SetLimits(int max_message_bytes, grpc::ServerBuilder* builder) {
  builder->SetMaxReceiveMessageSize(max_message_bytes);
  builder->SetMaxSendMessageSize(-1);
  const std::pair<const char*, int> arguments[] = {
      // A port that is taken is an error, not shared.
      {GRPC_ARG_ALLOW_REUSEPORT, 0},
      {GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes},
      {GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxStreamsPerConnection},
      // Without the first, pings without calls are welcome each two hours only.
      {GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1},
      {GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
       kMinPingIntervalMs},
      {GRPC_ARG_HTTP2_MAX_PING_STRIKES, kMaxPingStrikes},
      {GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0},  // Ours; 0: no bound.
      {GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveTimeMs},
      {GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs},
  };
  for (const auto& [name, value] : arguments) {
    builder->AddChannelArgument(name, value);
  }
  builder->SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  builder->SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, 1);
  builder->SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 2);
  grpc::ResourceQuota quota;
  quota.SetMaxThreads(kMaxThreads);
  builder->SetResourceQuota(quota);
}

// gRPC only logs why it cannot listen: asks the system once more.
std::string WhyNot(const ListenAddress& address) {
  const std::string port = std::to_string(address.port);
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error =
      getaddrinfo(address.host.c_str(), port.c_str(), &hints, &found);
  if (error != 0) return gai_strerror(error);
  std::string why = "the system does not say why";
  const int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  if (fd >= 0) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  if (fd < 0 || bind(fd, found->ai_addr, found->ai_addrlen) != 0) {
    why = std::strerror(errno);
  }
  if (fd >= 0) close(fd);
  freeaddrinfo(found);
  return why;
}

absl::Status CannotListen(absl::string_view flag,
                          const ListenAddress& address) {
  const std::string why = address.host.empty()
                              ? "the socket cannot be made (is another server "
                                "on it, or the folder not there?)"
                              : WhyNot(address);
  return Error(
      ErrorReason::kInvalidRequest,
      absl::StrCat("cannot listen on ", address.text, " (--", flag, "): ", why),
      {{"flag", flag}, {"address", address.text}});
}

WithoutKeys RuleFor(const ListenAddress& address, bool allow_unauthenticated) {
  return address.loopback || allow_unauthenticated ? WithoutKeys::kAdmitAll
                                                   : WithoutKeys::kRefuseAll;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(Options options,
                                                      Gateway* gateway,
                                                      const Logger* logger) {
  const bool has_keys = gateway->auth() != nullptr;
  AIGW_RETURN_IF_ERROR(CheckExposure("listen", options.listen, has_keys,
                                     options.allow_unauthenticated));
  AIGW_RETURN_IF_ERROR(CheckExposure("admin_listen", options.admin_listen,
                                     has_keys, options.allow_unauthenticated));
  std::unique_ptr<Server> server(
      new Server(std::move(options), gateway, logger));
  absl::Status status = server->StartPublic();
  if (status.ok()) status = server->StartAdmin();
  if (!status.ok()) {
    AIGW_RETURN_IF_ERROR(server->Stop());
    return status;
  }
  return server;
}

Server::Server(Options options, Gateway* gateway, const Logger* logger)
    : options_(std::move(options)),
      gateway_(gateway),
      gateway_service_(&host_),
      admin_service_({.without_keys = RuleFor(options_.admin_listen,
                                              options_.allow_unauthenticated),
                      .start_time = options_.start_time},
                     gateway, logger) {
  host_.gateway = gateway;
  host_.service = &gateway_service_;
  host_.without_keys = RuleFor(options_.listen, options_.allow_unauthenticated);
}

Server::~Server() { AIGW_CHECK(server_ == nullptr); }

absl::Status Server::StartPublic() {
  grpc::ServerBuilder builder;
  SetLimits(options_.max_message_bytes, &builder);
  builder.AddListeningPort(options_.listen.text,
                           grpc::InsecureServerCredentials(), &port_);
  builder.RegisterService(&gateway_service_);
  arrivals_ = std::make_unique<Arrivals>(builder.AddCompletionQueue());
  for (int i = 0; i < gateway_->loop_count(); ++i) {
    host_.queues.push_back(std::make_unique<LoopQueue>(
        gateway_->loop(i),
        builder.AddCompletionQueue(/*is_frequently_polled=*/false)));
  }
  host_.arrivals = arrivals_.get();
  health_ = std::make_unique<HealthService>(
      std::vector<std::string>{v1::GatewayService::service_full_name()},
      arrivals_.get());
  builder.RegisterService(health_->service());
  server_ = builder.BuildAndStart();
  if (server_ == nullptr) return CannotListen("listen", options_.listen);
  gateway_service_.ExpectCalls();
  health_->ExpectCalls();
  arrivals_->Start();
  return absl::OkStatus();
}

absl::Status Server::StartAdmin() {
  grpc::ServerBuilder builder;
  SetLimits(std::max(options_.max_message_bytes, kMinAdminMessageBytes),
            &builder);
  builder.AddListeningPort(options_.admin_listen.text,
                           grpc::InsecureServerCredentials(), &admin_port_);
  builder.RegisterService(&admin_service_);
  // A server with a queue that is said to be polled often leaves the polling to
  // it, and its own threads wait outside of the poller. Nobody needs to wait on
  // this one: there is one poller in the process, and the thread of arrivals is
  // in it (see Arrivals).
  admin_queue_ = builder.AddCompletionQueue();
  admin_server_ = builder.BuildAndStart();
  if (admin_server_ == nullptr) {
    return CannotListen("admin_listen", options_.admin_listen);
  }
  return absl::OkStatus();
}

void Server::StartDrain() {
  host_.draining.store(true, std::memory_order_release);
  health_->SetServing(false);
}

void Server::CancelCalls() {
  for (const auto& queue : host_.queues) {
    queue->env().loop->Post([q = queue.get()] { q->CancelAll(CutShort()); });
  }
}

absl::Status Server::Stop() {
  const auto limit = std::chrono::system_clock::now() + kGoAwayLimit;
  host_.draining.store(true, std::memory_order_release);
  {
    CutLater cut({SocketAddress(options_.listen, port_),
                  SocketAddress(options_.admin_listen, admin_port_)});
    if (server_ != nullptr) {
      health_->EndWatches();
      server_->Shutdown(limit);
    }
    admin_service_.EndWatches();
    if (admin_server_ != nullptr) admin_server_->Shutdown(limit);
  }
  // What was cancelled ends within a few turns of its loop.
  if (!host_.open_calls.Wait(kCallLimit)) {
    return Error(ErrorReason::kInternal,
                 absl::StrCat(host_.open_calls.count(), " calls do not end"));
  }
  if (arrivals_ != nullptr) arrivals_->Shutdown();
  for (const auto& queue : host_.queues) queue->Shutdown();
  if (admin_queue_ != nullptr) {
    admin_queue_->Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (admin_queue_->Next(&tag, &ok)) {
    }
  }
  admin_server_.reset();
  server_.reset();
  return absl::OkStatus();
}

}  // namespace aigateway
