#include "gateway/resilience/concurrency_bound.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/loop.h"
#include "gateway/base/timers.h"

namespace aigateway {
namespace {

// Of the mean of how long slots are held.
constexpr double kHeldShare = 0.1;
// Of the mean of latencies, which is to remember what is usual.
constexpr double kSilentShare = 0.02;
// Latency may vary that much before the bound is lowered.
constexpr double kTolerance = 1.5;
// The bound moves by this share of the way to where it should be.
constexpr double kStep = 0.2;
// What an overloaded target's bound is multiplied by.
constexpr double kBackOff = 0.9;
// What to say when nothing is known yet.
constexpr absl::Duration kUnknownWait = absl::Seconds(1);

}  // namespace

// One that waits. What is not said to be the loop's is under the mutex.
struct ConcurrencyBound::Ticket {
  Key key;
  Loop* loop;
  Waiter<absl::Status> waiter;  // The loop's.
  bool gone = false;            // The loop's: nobody waits any more.
  bool queued = true;
  bool granted = false;
};

ConcurrencyBound::ConcurrencyBound(const ConcurrencySettings& settings)
    : settings_(settings), limit_(settings.max) {}

int ConcurrencyBound::in_flight() const {
  MutexLock lock(&mutex_);
  return in_flight_;
}

int ConcurrencyBound::queued() const {
  MutexLock lock(&mutex_);
  return static_cast<int>(queue_.size());
}

int ConcurrencyBound::limit() const {
  MutexLock lock(&mutex_);
  return static_cast<int>(limit_);
}

bool ConcurrencyBound::TryTake() {
  if (in_flight_ >= static_cast<int>(limit_)) return false;
  ++in_flight_;
  return true;
}

absl::Duration ConcurrencyBound::LikelyWait(int ahead) const {
  if (samples_ == 0) return absl::ZeroDuration();
  return absl::Seconds(held_seconds_ * (ahead + 1) /
                       std::max(1.0, std::floor(limit_)));
}

absl::Status ConcurrencyBound::Full(absl::Duration wait) const {
  absl::Status status =
      Error(ErrorReason::kOverloaded,
            absl::StrCat("the target has its ", settings_.max,
                         " calls in flight and no turn is free in time"));
  SetRetryAfter(status, wait > absl::ZeroDuration() ? wait : kUnknownWait);
  return status;
}

void ConcurrencyBound::Tell(const std::shared_ptr<Ticket>& ticket,
                            absl::Status status) {
  ticket->loop->Post([ticket, status = std::move(status)]() mutable {
    if (!ticket->gone) ticket->waiter.Wake(std::move(status));
  });
}

bool ConcurrencyBound::Displace(int priority) {
  if (queue_.empty()) return false;
  const auto last = std::prev(queue_.end());
  if (-last->first.first >= priority) return false;
  const std::shared_ptr<Ticket> ticket = last->second;
  ticket->queued = false;
  queue_.erase(last);
  Tell(ticket, Full(LikelyWait(static_cast<int>(queue_.size()))));
  return true;
}

absl::StatusOr<std::shared_ptr<ConcurrencyBound::Ticket>>
ConcurrencyBound::Enqueue(const Env& env, int priority, absl::Time deadline) {
  const Key key{-priority, arrivals_++};
  const auto place = queue_.lower_bound(key);
  const absl::Duration wait =
      LikelyWait(static_cast<int>(std::distance(queue_.begin(), place)));
  if (env.timers->Now() + wait > deadline) return Full(wait);
  if (static_cast<int>(queue_.size()) >= settings_.queue &&
      !Displace(priority)) {
    return Full(LikelyWait(static_cast<int>(queue_.size())));
  }
  auto ticket = std::make_shared<Ticket>();
  ticket->key = key;
  ticket->loop = env.loop;
  queue_.emplace(key, ticket);
  return ticket;
}

Task<absl::StatusOr<ConcurrencyBound::Slot>> ConcurrencyBound::Acquire(
    const Env& env, Scope& scope, int priority) {
  Timers& timers = *env.timers;
  if (scope.cancelled()) co_return scope.status();
  const absl::Time limit = timers.Now() + settings_.queue_timeout;
  std::shared_ptr<Ticket> ticket;
  {
    MutexLock lock(&mutex_);
    if (queue_.empty() && TryTake()) co_return Slot(this, timers.Now());
    auto queued = Enqueue(env, priority, std::min(limit, scope.deadline()));
    if (!queued.ok()) co_return queued.status();
    ticket = *std::move(queued);
  }
  absl::Status status;
  {
    const Scope::Watch watch =
        scope.OnCancel([&] { ticket->waiter.Wake(scope.status()); });
    const Timers::Handle timer = timers.At(limit, [&] {
      ticket->waiter.Wake(Error(
          ErrorReason::kOverloaded,
          absl::StrCat("its turn did not come within the queue's limit of ",
                       absl::FormatDuration(settings_.queue_timeout))));
    });
    status = co_await ticket->waiter.Wait();
  }
  ticket->gone = true;
  if (status.ok()) co_return Slot(this, timers.Now());
  Leave(*ticket);
  co_return status;
}

void ConcurrencyBound::Leave(Ticket& ticket) {
  MutexLock lock(&mutex_);
  if (ticket.queued) queue_.erase(ticket.key);
  ticket.queued = false;
  if (!ticket.granted) return;
  // The slot was on its way to one who has gone.
  --in_flight_;
  HandOver();
}

void ConcurrencyBound::Release(const Slot& slot) {
  MutexLock lock(&mutex_);
  Learn(slot);
  --in_flight_;
  HandOver();
}

void ConcurrencyBound::HandOver() {
  while (!queue_.empty() && TryTake()) {
    const std::shared_ptr<Ticket> ticket = queue_.begin()->second;
    queue_.erase(queue_.begin());
    ticket->queued = false;
    ticket->granted = true;
    Tell(ticket, absl::OkStatus());
  }
}

void ConcurrencyBound::RefuseWaiting(const absl::Status& status) {
  MutexLock lock(&mutex_);
  for (auto& [key, ticket] : queue_) {
    ticket->queued = false;
    Tell(ticket, status);
  }
  queue_.clear();
}

// The gradient of Netflix's concurrency-limits ("Gradient2"): the bound shrinks
// while calls take longer than they use to, and grows by the root of itself
// while they do not.
void ConcurrencyBound::Learn(const Slot& slot) {
  if (slot.end_ == slot.start_) return;
  const double held = absl::ToDoubleSeconds(slot.end_ - slot.start_);
  held_seconds_ = samples_ == 0
                      ? held
                      : held_seconds_ + kHeldShare * (held - held_seconds_);
  ++samples_;
  if (!settings_.adaptive) return;
  double wanted = limit_;
  if (slot.overloaded_) {
    wanted = limit_ * kBackOff;
  } else if (slot.speech_ != absl::InfiniteFuture()) {
    const double silent =
        std::max(1e-6, absl::ToDoubleSeconds(slot.speech_ - slot.start_));
    silent_seconds_ =
        silent_seconds_ == 0
            ? silent
            : silent_seconds_ + kSilentShare * (silent - silent_seconds_);
    // With few in flight latency says nothing of the bound.
    if (in_flight_ < limit_ / 2) return;
    const double gradient =
        std::clamp(kTolerance * silent_seconds_ / silent, 0.5, 1.0);
    wanted = limit_ + kStep * (limit_ * gradient + std::sqrt(limit_) - limit_);
  }
  limit_ = std::clamp(wanted, static_cast<double>(settings_.min),
                      static_cast<double>(settings_.max));
}

}  // namespace aigateway
