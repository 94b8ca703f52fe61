#include "gateway/core/shared_reply.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"

#include "gateway/base/check.h"
#include "gateway/base/errors.h"
#include "gateway/base/flow.h"
#include "gateway/base/loop.h"
#include "gateway/core/response_events.h"
#include "gateway/core/stream_joiner.h"

namespace aigateway {
namespace {

// Hands the events of a whole answer to a caller who asked for a stream.
class PlayingSink final : public EventSink {
 public:
  PlayingSink(const v1::RouteInfo& route, ReplySink& sink)
      : route_(route), sink_(sink) {}

  absl::Status OnResponse(v1::ChatResponse& response) override {
    return Error(ErrorReason::kInternal, "a stream was answered as a whole");
  }
  absl::Status OnDelta(v1::Delta& delta) override {
    if (delta.ByteSizeLong() == 0) return absl::OkStatus();
    Start();
    delta.set_role(v1::ROLE_ASSISTANT);
    event_.mutable_delta()->Swap(&delta);
    sink_.OnEvent(event_);
    return absl::OkStatus();
  }
  absl::Status OnFinish(v1::Finish& finish) override {
    Start();
    event_.mutable_finish()->Swap(&finish);
    sink_.OnEvent(event_);
    return absl::OkStatus();
  }
  absl::Status OnEnd(v1::End& end) override {
    Start();
    *end.mutable_route() = route_;
    event_.mutable_end()->Swap(&end);
    sink_.OnEvent(event_);
    return absl::OkStatus();
  }

 private:
  void Start() {
    if (std::exchange(started_, true)) return;
    *event_.mutable_started()->mutable_route() = route_;
    sink_.OnEvent(event_);
  }

  const v1::RouteInfo& route_;
  ReplySink& sink_;
  v1::RouteStreamResponse event_;
  bool started_ = false;
};

// The whole reply that a stream's events make.
v1::RouteResponse JoinEvents(
    const std::vector<v1::RouteStreamResponse>& events) {
  v1::RouteResponse whole;
  StreamJoiner joiner;
  for (const v1::RouteStreamResponse& event : events) {
    if (event.has_delta()) joiner.Add(event.delta());
    if (event.has_finish()) joiner.Add(event.finish());
    if (event.failover().mode() == v1::FAILOVER_MODE_RESTARTED) {
      joiner = StreamJoiner();
    }
    if (event.has_end()) {
      joiner.Add(event.end());
      *whole.mutable_route() = event.end().route();
    }
  }
  *whole.mutable_chat() = joiner.Response();
  return whole;
}

// Waits for the caller to read on; OK at once if he does.
Task<absl::Status> AwaitReader(RequestContext& caller) {
  while (caller.flow().paused() && !caller.scope().cancelled()) {
    const auto changed = std::make_shared<Waiter<bool>>();
    // By a post: a listener may not go while it is called.
    const Flow::Listener listener =
        caller.flow().Listen([changed, loop = caller.env().loop] {
          loop->Post([changed] { changed->Wake(true); });
        });
    const Scope::Watch watch =
        caller.scope().OnCancel([changed] { changed->Wake(true); });
    co_await changed->Wait();
  }
  co_return caller.scope().status();
}

}  // namespace

void SharedReply::Attach(RequestContext& request) {
  bool abandoned;
  {
    MutexLock lock(&mutex_);
    request_ = &request;
    abandoned = abandoned_;
  }
  if (abandoned) {
    EndRequest(Error(ErrorReason::kCancelled, "nobody waits for it any more"));
  }
}

SharedReply::~SharedReply() {
  MutexLock lock(&mutex_);
  room_->bytes.fetch_sub(bytes_, std::memory_order_relaxed);
}

void SharedReply::OnResponse(v1::RouteResponse& response) {
  MutexLock lock(&mutex_);
  // Whole, it is there already: those who wait get it.
  (void)Keep(response.SpaceUsedLong());
  response_.Swap(&response);
}

void SharedReply::OnEvent(v1::RouteStreamResponse& event) {
  absl::Status kept;
  {
    MutexLock lock(&mutex_);
    kept = Keep(event.SpaceUsedLong());
    events_.emplace_back().Swap(&event);
    TellAll();
  }
  if (!kept.ok()) EndRequest(std::move(kept));
}

absl::Status SharedReply::Keep(size_t bytes) {
  bytes_ += bytes;
  const size_t together =
      room_->bytes.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  if (bytes_ > room_->most_each) {
    return Error(
        ErrorReason::kOverloaded,
        absl::StrCat("the answer takes more than the ", room_->most_each,
                     " bytes that can be kept for others who ask the same"));
  }
  if (together > room_->most_together) {
    return Error(ErrorReason::kOverloaded,
                 absl::StrCat("the answers that callers share take more than ",
                              room_->most_together,
                              " bytes; try again, or without sharing"));
  }
  return absl::OkStatus();
}

void SharedReply::End(const absl::Status& status, const v1::RouteInfo& route) {
  MutexLock lock(&mutex_);
  route_ = route;
  request_ = nullptr;
  end_ = status;
  TellAll();
}

void SharedReply::EndRequest(absl::Status reason) {
  RequestContext* request;
  {
    MutexLock lock(&mutex_);
    request = request_;
  }
  // It cannot end meanwhile: that is done on this loop, too.
  if (request != nullptr) request->scope().Cancel(std::move(reason));
}

bool SharedReply::Expect(absl::Time deadline) {
  MutexLock lock(&mutex_);
  if (abandoned_) return false;
  ++expected_;
  // InfiniteFuture() is the greatest.
  awaited_until_->store(
      std::max(awaited_until_->load(), absl::ToUnixNanos(deadline)));
  return true;
}

size_t SharedReply::bytes() const {
  MutexLock lock(&mutex_);
  return bytes_;
}

void SharedReply::Tell(const std::shared_ptr<Follower>& follower) {
  if (follower->told) return;
  follower->told = true;
  follower->loop->Post([follower] {
    if (!follower->gone) follower->news.Wake(true);
  });
}

void SharedReply::TellAll() {
  for (const auto& follower : followers_) Tell(follower);
}

SharedReply::News SharedReply::TakeNews(size_t next, bool with_events) {
  MutexLock lock(&mutex_);
  News news;
  if (with_events) {
    news.events.assign(events_.begin() + static_cast<ptrdiff_t>(next),
                       events_.end());
  }
  news.end = end_;
  return news;
}

Task<absl::Status> SharedReply::Follow(RequestContext& caller,
                                       ReplySink& sink) {
  const auto follower = std::make_shared<Follower>();
  follower->loop = caller.env().loop;
  {
    MutexLock lock(&mutex_);
    followers_.push_back(follower);
  }
  const bool plays_events = stream_ && caller.stream();
  absl::Status status;
  size_t next = 0;
  for (;;) {
    News news = TakeNews(next, plays_events);
    next += news.events.size();
    for (v1::RouteStreamResponse& event : news.events) {
      status = co_await AwaitReader(caller);
      if (!status.ok()) break;
      if (event.has_started()) {
        caller.NoteFirstEvent();
        Own(caller, *event.mutable_started()->mutable_route());
      }
      if (event.has_end()) Own(caller, *event.mutable_end()->mutable_route());
      sink.OnEvent(event);
    }
    if (!status.ok()) break;
    if (news.end.has_value()) {
      status = *news.end;
      TakeRoute(caller);
      if (status.ok() && !plays_events) DeliverWhole(caller, sink);
      break;
    }
    const Scope::Watch watch =
        caller.scope().OnCancel([&] { follower->news.Wake(true); });
    co_await follower->news.Wait();
    status = caller.scope().status();
    if (!status.ok()) break;
    MutexLock lock(&mutex_);
    follower->told = false;
  }
  follower->gone = true;
  Leave(follower);
  co_return status;
}

void SharedReply::Leave(const std::shared_ptr<Follower>& follower) {
  MutexLock lock(&mutex_);
  std::erase(followers_, follower);
  if (--expected_ > 0 || end_.has_value()) return;
  abandoned_ = true;
  // Not begun yet: Attach() will see it.
  if (request_ == nullptr) return;
  request_->env().loop->Post([self = shared_from_this()] {
    self->EndRequest(
        Error(ErrorReason::kCancelled, "nobody waits for it any more"));
  });
}

void SharedReply::Own(const RequestContext& caller, v1::RouteInfo& route) {
  route.set_request_id(caller.request_id());
  route.set_trace_id(caller.trace_id());
  if (!caller.options().explain()) route.clear_decision();
}

void SharedReply::TakeRoute(RequestContext& caller) {
  {
    MutexLock lock(&mutex_);
    caller.route() = route_;
  }
  Own(caller, caller.route());
}

void SharedReply::DeliverWhole(const RequestContext& caller, ReplySink& sink) {
  v1::RouteResponse whole;
  {
    MutexLock lock(&mutex_);
    whole = stream_ ? JoinEvents(events_) : response_;
  }
  Own(caller, *whole.mutable_route());
  if (!caller.stream()) {
    sink.OnResponse(whole);
    return;
  }
  PlayingSink playing(whole.route(), sink);
  // It refuses nothing.
  AIGW_CHECK(PlayResponse(whole.chat(), playing).ok());
}

}  // namespace aigateway
