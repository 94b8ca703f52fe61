#include "gateway/net/curl_http_client.h"

#include <errno.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "asio/post.hpp"

#include "gateway/base/check.h"
#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "gateway/net/curl_global.h"
#include "gateway/net/header_check.h"

namespace aigateway {
namespace {

// Connections, in use and kept, beyond which libcurl closes the oldest kept
// one. Kept ones age, so this is far out of the way.
constexpr long kMaxConnections = 16 * 1024;
// Unused handles of each kind, some 8 KiB each: under load, and at rest.
constexpr size_t kMaxIdle = 256;
constexpr size_t kMaxIdleAtRest = 16;

size_t IndexOf(CurlTransfer::Kind kind) {
  return kind == CurlTransfer::Kind::kStream ? 1 : 0;
}

template <typename Value>
void SetMulti(CURLM* multi, CURLMoption option, Value value) {
  AIGW_CHECK(curl_multi_setopt(multi, option, value) == CURLM_OK);
}

}  // namespace

class CurlHttpClient::InCurl {
 public:
  explicit InCurl(CurlHttpClient* client) : client_(client) {
    AIGW_CHECK(!client_->in_curl_);
    client_->in_curl_ = true;
  }
  ~InCurl() { client_->in_curl_ = false; }
  InCurl(const InCurl&) = delete;
  InCurl& operator=(const InCurl&) = delete;

 private:
  CurlHttpClient* const client_;
};

absl::StatusOr<std::unique_ptr<CurlHttpClient>> CurlHttpClient::Create(
    asio::io_context& io, Timers& timers, TurnMeter& meter, Options options) {
  AIGW_RETURN_IF_ERROR(InitCurl());
  std::unique_ptr<CurlHttpClient> client(
      new CurlHttpClient(io, timers, meter, std::move(options)));
  AIGW_ASSIGN_OR_RETURN(client->poller_,
                        SocketPoller::Create(io, client.get()));
  client->multi_ = curl_multi_init();
  client->share_ = curl_share_init();
  if (client->multi_ == nullptr || client->share_ == nullptr) {
    return Error(ErrorReason::kInternal, "no memory for an HTTP client");
  }
  AIGW_ASSIGN_OR_RETURN(
      client->sweeper_,
      CurlSweeper::Create(client->multi_, timers,
                          client->options_.kept_connection_age,
                          [self = client.get()] { return self->Trim(); }));
  SetMulti(client->multi_, CURLMOPT_SOCKETFUNCTION, &CurlHttpClient::OnSocket);
  SetMulti(client->multi_, CURLMOPT_SOCKETDATA, client.get());
  SetMulti(client->multi_, CURLMOPT_TIMERFUNCTION, &CurlHttpClient::OnTimer);
  SetMulti(client->multi_, CURLMOPT_TIMERDATA, client.get());
  SetMulti(client->multi_, CURLMOPT_MAXCONNECTS, kMaxConnections);
  SetMulti(client->multi_, CURLMOPT_PIPELINING, long{CURLPIPE_MULTIPLEX});
  AIGW_CHECK(curl_share_setopt(client->share_, CURLSHOPT_SHARE,
                               CURL_LOCK_DATA_SSL_SESSION) == CURLSHE_OK);
  client->settings_ = {
      .ca_bundle = client->options_.ca_bundle,
      .kept_connection_age = client->options_.kept_connection_age,
      .share = client->share_,
      .open_socket = &CurlHttpClient::OpenSocket,
      .close_socket = &CurlHttpClient::CloseSocket,
      .sockets = client.get()};
  return client;
}

CurlHttpClient::CurlHttpClient(asio::io_context& io, Timers& timers,
                               TurnMeter& meter, Options options)
    : io_(io), timers_(timers), meter_(meter), options_(std::move(options)) {}

CurlHttpClient::~CurlHttpClient() {
  AIGW_CHECK(in_flight_ == 0);
  for (Job& job : jobs_) {
    if (job.in_multi) Remove(&job);
  }
  sweeper_.reset();
  jobs_.clear();
  if (multi_ != nullptr) curl_multi_cleanup(multi_);
  if (share_ != nullptr) curl_share_cleanup(share_);
}

Task<absl::Status> CurlHttpClient::Send(Scope& scope,
                                        const HttpRequest& request,
                                        HttpSink& sink, Flow* flow) {
  if (scope.cancelled()) co_return scope.status();
  AIGW_CO_RETURN_IF_ERROR(CheckRequestHead(request));
  Job* const job = Take(request.stream ? CurlTransfer::Kind::kStream
                                       : CurlTransfer::Kind::kUnary);
  if (job == nullptr) {
    co_return Error(ErrorReason::kInternal, "no memory for an HTTP request");
  }
  job->scope = &scope;
  job->transfer->Begin(request, sink, flow);
  Scope::Watch watch = scope.OnCancel([this, job] { Cancel(job); });
  Flow::Listener listener;
  if (flow != nullptr) {
    listener = flow->Listen([this, job] {
      if (job->transfer->can_resume()) AttendSoon(job);
    });
  }
  // Within libcurl if a sink woke the coroutine that sends.
  in_curl_ ? AttendSoon(job) : Add(job);
  absl::Status status = co_await job->outcome.Wait();
  watch.Reset();
  listener.Reset();
  GiveBack(job);
  co_return status;
}

CurlHttpClient::Job* CurlHttpClient::JobOf(CURL* easy) {
  char* job = nullptr;
  if (easy == nullptr ||
      curl_easy_getinfo(easy, CURLINFO_PRIVATE, &job) != CURLE_OK) {
    return nullptr;
  }
  return reinterpret_cast<Job*>(job);
}

CurlHttpClient::Job* CurlHttpClient::Take(CurlTransfer::Kind kind) {
  std::vector<Job*>& idle = idle_[IndexOf(kind)];
  if (idle.empty()) {
    Job& job = jobs_.emplace_back(this);
    job.place = std::prev(jobs_.end());
    job.transfer = CurlTransfer::Create(kind, settings_, &job);
    if (job.transfer == nullptr) {
      jobs_.pop_back();
      return nullptr;
    }
    AIGW_CHECK(curl_easy_setopt(job.transfer->easy(), CURLOPT_PRIVATE, &job) ==
               CURLE_OK);
    idle.push_back(&job);
  }
  Job* const job = idle.back();
  idle.pop_back();
  job->decided = false;
  job->returned = false;
  ++in_flight_;
  return job;
}

void CurlHttpClient::GiveBack(Job* job) {
  --in_flight_;
  job->scope = nullptr;
  job->transfer->End();
  job->returned = true;
  if (!job->in_multi) Recycle(job);
}

void CurlHttpClient::Recycle(Job* job) {
  std::vector<Job*>& idle = idle_[IndexOf(job->transfer->kind())];
  if (idle.size() < kMaxIdle) {
    idle.push_back(job);
  } else {
    Destroy(job);
  }
}

void CurlHttpClient::Destroy(Job* job) {
  if (job->in_line) std::erase(to_attend_, job);
  jobs_.erase(job->place);
}

void CurlHttpClient::Add(Job* job) {
  AIGW_CHECK(curl_multi_add_handle(multi_, job->transfer->easy()) == CURLM_OK);
  job->in_multi = true;
}

void CurlHttpClient::Remove(Job* job) {
  AIGW_CHECK(curl_multi_remove_handle(multi_, job->transfer->easy()) ==
             CURLM_OK);
  job->in_multi = false;
}

void CurlHttpClient::Decide(Job* job, absl::Status result) {
  job->decided = true;
  job->result = std::move(result);
  decided_.push_back(job);
  SettleSoon();
}

void CurlHttpClient::Cancel(Job* job) {
  if (job->decided) return;
  job->transfer->Stop(job->scope->status());
  // Its connection is closed now, unless libcurl is calling us.
  in_curl_ ? AttendSoon(job) : Attend(job);
}

void CurlHttpClient::Resume(Job* job) {
  job->transfer->Resumed();
  CURLcode code = CURLE_OK;
  {
    const InCurl in_curl(this);
    code = curl_easy_pause(job->transfer->easy(), CURLPAUSE_CONT);
  }
  if (code == CURLE_OK) return;
  // The sink said no to what libcurl had kept back; libcurl does not end the
  // transfer for that by itself.
  absl::Status result = job->transfer->Outcome(code, socket_error_);
  Remove(job);
  Decide(job, std::move(result));
}

void CurlHttpClient::Linger(Job* job) {
  // Were some of the request still to be sent, libcurl would go on reading it.
  if (options_.satisfied_linger > absl::ZeroDuration() &&
      job->transfer->uploaded()) {
    job->linger = timers_.After(options_.satisfied_linger,
                                [this, job] { EndLinger(job); });
  } else {
    Remove(job);
  }
  Decide(job, absl::OkStatus());
}

void CurlHttpClient::EndLinger(Job* job) {
  job->linger.Reset();
  Remove(job);
  Recycle(job);
}

void CurlHttpClient::AttendSoon(Job* job) {
  if (!job->in_line) {
    job->in_line = true;
    to_attend_.push_back(job);
  }
  SettleSoon();
}

// What is to be done follows from the job's state alone, so one that was put in
// line twice, or for what is over meanwhile, does no harm.
void CurlHttpClient::Attend(Job* job) {
  if (job->decided) return;
  const CurlTransfer& transfer = *job->transfer;
  if (transfer.stopped()) {
    if (job->in_multi) Remove(job);
    Decide(job, transfer.Outcome(CURLE_OK, 0));
  } else if (!job->in_multi) {
    Add(job);
  } else if (transfer.satisfied()) {
    Linger(job);
  } else if (transfer.can_resume()) {
    Resume(job);
  }
}

void CurlHttpClient::SettleSoon() {
  // Who entered libcurl settles when it has returned.
  if (in_curl_ || settling_ || settle_posted_) return;
  settle_posted_ = true;
  asio::post(io_, [this] {
    const TurnMeter::Turn turn(meter_);
    settle_posted_ = false;
    Settle();
  });
}

void CurlHttpClient::Settle() {
  AIGW_CHECK(!in_curl_ && !settling_);
  settling_ = true;
  CollectEnded();
  AttendAll();
  WakeDecided();
  settling_ = false;
  if (!to_attend_.empty()) SettleSoon();
}

void CurlHttpClient::CollectEnded() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* const easy = message->easy_handle;
    const CURLcode code = message->data.result;
    if (sweeper_->TakeEnded(easy)) continue;
    Job* const job = JobOf(easy);
    if (job->decided) {
      Remove(job);
      job->linger.Reset();
      if (job->returned) Recycle(job);
    } else {
      absl::Status result = job->transfer->Outcome(code, socket_error_);
      Remove(job);
      Decide(job, std::move(result));
    }
  }
  if (poller_->resting() > 0) sweeper_->SweepInTime();
}

void CurlHttpClient::AttendAll() {
  attending_.swap(to_attend_);
  for (Job* job : attending_) {
    job->in_line = false;
    Attend(job);
  }
  attending_.clear();
}

void CurlHttpClient::WakeDecided() {
  // Who wakes may cancel others, which adds to the list.
  for (size_t i = 0; i < decided_.size(); ++i) {
    Job* const job = decided_[i];
    job->outcome.Wake(std::move(job->result));
  }
  decided_.clear();
}

void CurlHttpClient::OnReady(absl::Span<const SocketPoller::Ready> ready) {
  const TurnMeter::Turn turn(meter_);
  {
    const InCurl in_curl(this);
    int running = 0;
    for (const SocketPoller::Ready& socket : ready) {
      const int what =
          (socket.what & SocketPoller::kRead ? CURL_CSELECT_IN : 0) |
          (socket.what & SocketPoller::kWrite ? CURL_CSELECT_OUT : 0);
      AIGW_CHECK(curl_multi_socket_action(multi_, socket.fd, what, &running) ==
                 CURLM_OK);
    }
  }
  Settle();
}

void CurlHttpClient::RunTimeouts() {
  const TurnMeter::Turn turn(meter_);
  {
    const InCurl in_curl(this);
    int running = 0;
    AIGW_CHECK(curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0,
                                        &running) == CURLM_OK);
  }
  Settle();
}

int CurlHttpClient::OnSocket(CURL* easy, curl_socket_t fd, int what, void* self,
                             void* unused) noexcept {
  SocketPoller& poller = *static_cast<CurlHttpClient*>(self)->poller_;
  if (what == CURL_POLL_REMOVE) {
    // A connection that has answered rests, or is closed through CloseSocket.
    // A name lookup's socket, or one that is not connected yet, may be closed
    // without a word.
    const Job* const job = JobOf(easy);
    poller.Unwatch(fd, job != nullptr && job->transfer->answered());
  } else {
    poller.Watch(fd, (what & CURL_POLL_IN ? SocketPoller::kRead : 0) |
                         (what & CURL_POLL_OUT ? SocketPoller::kWrite : 0));
  }
  return 0;
}

int CurlHttpClient::OnTimer(CURLM* multi, long timeout_ms,
                            void* self) noexcept {
  CurlHttpClient* const client = static_cast<CurlHttpClient*>(self);
  if (timeout_ms < 0) {
    client->timeout_at_ = absl::InfiniteFuture();
    client->timeout_.Reset();
  } else if (timeout_ms == 0) {
    // Most are of this kind, some for every request: no timer.
    if (client->kick_posted_) return 0;
    client->kick_posted_ = true;
    asio::post(client->io_, [client] {
      client->kick_posted_ = false;
      client->RunTimeouts();
    });
  } else {
    // When it comes too early libcurl tells the next time.
    const absl::Time at =
        client->timers_.Now() + absl::Milliseconds(timeout_ms);
    if (client->timeout_at_ <= at) return 0;
    client->timeout_at_ = at;
    client->timeout_ = client->timers_.At(at, [client] {
      client->timeout_at_ = absl::InfiniteFuture();
      client->RunTimeouts();
    });
  }
  return 0;
}

curl_socket_t CurlHttpClient::OpenSocket(
    void* self, curlsocktype purpose, struct curl_sockaddr* address) noexcept {
  CurlHttpClient* const client = static_cast<CurlHttpClient*>(self);
  const int fd =
      socket(address->family, address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
             address->protocol);
  client->socket_error_ = fd < 0 ? errno : 0;
  if (fd < 0) return CURL_SOCKET_BAD;
  client->poller_->Opened(fd);
  return fd;
}

int CurlHttpClient::CloseSocket(void* self, curl_socket_t fd) noexcept {
  static_cast<CurlHttpClient*>(self)->poller_->Closing(fd);
  // The kernel would go on sending what it holds of a request that is of no
  // use any more: the provider would get it, and work.
  int unsent = 0;
  if (ioctl(fd, SIOCOUTQNSD, &unsent) == 0 && unsent > 0) {
    const linger reset = {.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
  }
  return close(fd);
}

void CurlHttpClient::OnRestDisturbed() { sweeper_->SweepSoon(); }

bool CurlHttpClient::Trim() {
  if (in_flight_ == 0) {
    for (std::vector<Job*>& idle : idle_) {
      while (idle.size() > kMaxIdleAtRest) {
        Destroy(idle.back());
        idle.pop_back();
      }
    }
  }
  return poller_->resting() > 0;
}

}  // namespace aigateway
