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
#include "gateway/net/header_check.h"

namespace aigateway {
namespace {

// Unused handles of each kind, some 8 KiB each: under load, and at rest.
constexpr size_t kMaxIdle = 256;
constexpr size_t kMaxIdleAtRest = 16;

size_t IndexOf(CurlTransfer::Kind kind) {
  return kind == CurlTransfer::Kind::kStream ? 1 : 0;
}

}  // namespace

absl::StatusOr<std::unique_ptr<CurlHttpClient>> CurlHttpClient::Create(
    asio::io_context& io, Timers& timers, TurnMeter& meter, Options options) {
  std::unique_ptr<CurlHttpClient> client(
      new CurlHttpClient(io, timers, meter, std::move(options)));
  AIGW_ASSIGN_OR_RETURN(client->multi_,
                        CurlMulti::Create(io, timers, meter, client.get()));
  AIGW_ASSIGN_OR_RETURN(
      client->sweeper_,
      CurlSweeper::Create(*client->multi_, timers,
                          client->options_.kept_connection_age,
                          [self = client.get()] { return self->Trim(); }));
  client->share_ = curl_share_init();
  if (client->share_ == nullptr) {
    return Error(ErrorReason::kInternal, "no memory for an HTTP client");
  }
  AIGW_CHECK(curl_share_setopt(client->share_, CURLSHOPT_SHARE,
                               CURL_LOCK_DATA_SSL_SESSION) == CURLSHE_OK);
  client->settings_ = {
      .ca_bundle = client->options_.ca_bundle,
      .kept_connection_age = client->options_.kept_connection_age,
      .share = client->share_,
      .open_socket = &CurlMulti::OpenSocket,
      .close_socket = &CurlMulti::CloseSocket,
      .sockets = client->multi_.get()};
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
  multi_.reset();
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
  multi_->entered() ? AttendSoon(job) : Add(job);
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
  if (!job->transfer->resent() && idle.size() < kMaxIdle) {
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
  multi_->Add(job->transfer->easy());
  job->in_multi = true;
}

void CurlHttpClient::Remove(Job* job) {
  multi_->Remove(job->transfer->easy());
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
  multi_->entered() ? AttendSoon(job) : Attend(job);
}

void CurlHttpClient::Resume(Job* job) {
  job->transfer->Resumed();
  const CURLcode code = multi_->Resume(job->transfer->easy());
  if (code == CURLE_OK) return;
  // The sink said no to what libcurl had kept back; libcurl does not end the
  // transfer for that by itself.
  absl::Status result = job->transfer->Outcome(code, multi_->socket_error());
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
  if (multi_->entered() || settling_ || settle_posted_) return;
  settle_posted_ = true;
  asio::post(io_, [this] {
    const TurnMeter::Turn turn(meter_);
    settle_posted_ = false;
    Settle();
  });
}

void CurlHttpClient::Settle() {
  AIGW_CHECK(!multi_->entered() && !settling_);
  settling_ = true;
  CollectEnded();
  AttendAll();
  WakeDecided();
  settling_ = false;
  if (!to_attend_.empty()) SettleSoon();
}

void CurlHttpClient::CollectEnded() {
  while (const std::optional<CurlMulti::Ended> ended = multi_->TakeEnded()) {
    if (sweeper_->TakeEnded(ended->easy)) continue;
    Job* const job = JobOf(ended->easy);
    if (job->decided) {
      Remove(job);
      job->linger.Reset();
      if (job->returned) Recycle(job);
    } else {
      absl::Status result =
          job->transfer->Outcome(ended->code, multi_->socket_error());
      Remove(job);
      Decide(job, std::move(result));
    }
  }
  if (kept_connections() > 0) sweeper_->SweepInTime();
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

bool CurlHttpClient::HasAnswer(CURL* easy) const {
  const Job* const job = JobOf(easy);
  return job != nullptr && job->transfer->answered();
}

bool CurlHttpClient::Trim() {
  if (in_flight_ == 0) {
    for (std::vector<Job*>& idle : idle_) {
      while (idle.size() > kMaxIdleAtRest) {
        Destroy(idle.back());
        idle.pop_back();
      }
    }
  }
  return kept_connections() > 0;
}

}  // namespace aigateway
