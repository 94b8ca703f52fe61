#include "providers/credential_cache.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/loop.h"
#include "gateway/base/timers.h"

namespace aigateway {
namespace {

// How long a refresh may keep a request that could go on with what there is.
constexpr absl::Duration kRefreshLimit = absl::Seconds(3);
// From a refresh that failed to the next one, while the old one is valid.
constexpr absl::Duration kRefreshPause = absl::Seconds(30);
// From any other fetch to the next one.
constexpr absl::Duration kFetchPause = absl::Seconds(1);
// One that is refused although it is younger stays.
constexpr absl::Duration kYouth = absl::Seconds(30);

}  // namespace

// One that waits. What is not said to be the loop's is under the mutex.
struct CredentialCache::Ticket {
  Loop* loop;
  Waiter<Answer> waiter;  // The loop's. A null credential: fetch it yourself.
  bool gone = false;      // The loop's: nobody waits any more.
  bool queued = true;
  bool fetches = false;  // It was told to.
};

CredentialCache::CredentialCache(
    std::unique_ptr<const CredentialFetcher> fetcher)
    : CredentialCache(std::move(fetcher), Options()) {}

CredentialCache::CredentialCache(
    std::unique_ptr<const CredentialFetcher> fetcher, const Options& options)
    : fetcher_(std::move(fetcher)), options_(options) {}

CredentialCache::~CredentialCache() = default;

SharedCredential CredentialCache::Valid(absl::Time now) const {
  return held_ != nullptr && now < held_->expiry ? held_ : nullptr;
}

Task<absl::StatusOr<SharedCredential>> CredentialCache::Get(Scope& scope,
                                                            const Env& env) {
  if (scope.cancelled()) co_return scope.status();
  std::shared_ptr<Ticket> ticket;
  {
    MutexLock lock(&mutex_);
    const absl::Time now = env.timers->Now();
    const bool may_fetch = !fetching_ && now >= next_fetch_;
    SharedCredential valid = Valid(now);
    if (valid != nullptr && (now < fresh_until_ || !may_fetch)) {
      co_return valid;
    }
    if (may_fetch) {
      fetching_ = true;
    } else if (!fetching_) {
      co_return failure_;
    } else {
      ticket = std::make_shared<Ticket>();
      ticket->loop = env.loop;
      waiting_.push_back(ticket);
    }
  }
  if (ticket == nullptr) co_return co_await Fetch(scope, env);
  Answer answer = SharedCredential();
  {
    const Scope::Watch watch =
        scope.OnCancel([&] { ticket->waiter.Wake(scope.status()); });
    answer = co_await ticket->waiter.Wait();
  }
  ticket->gone = true;
  if (scope.cancelled()) {
    Leave(ticket);
    co_return scope.status();
  }
  if (answer.ok() && *answer == nullptr) co_return co_await Fetch(scope, env);
  co_return answer;
}

Task<CredentialCache::Answer> CredentialCache::Fetch(Scope& scope,
                                                     const Env& env) {
  absl::Duration limit = options_.fetch_limit;
  {
    MutexLock lock(&mutex_);
    if (Valid(env.timers->Now()) != nullptr) {
      limit = std::min(limit, kRefreshLimit);
    }
  }
  absl::StatusOr<Credential> fetched = absl::UnknownError("not fetched");
  {
    Scope attempt(scope, env.timers->Now() + limit);
    const Timers::Handle timer = env.timers->After(limit, [&] {
      attempt.Cancel(
          Error(ErrorReason::kProviderAuthFailed,
                absl::StrCat("no credential could be fetched within ",
                             absl::FormatDuration(limit),
                             ": whoever gives it out did not answer in time")));
    });
    fetched = co_await fetcher_->Fetch(attempt, env);
  }
  if (!fetched.ok() && scope.cancelled()) {
    MutexLock lock(&mutex_);
    PassOn();
    co_return scope.status();
  }
  co_return Settle(std::move(fetched), env.timers->Now());
}

CredentialCache::Answer CredentialCache::Settle(
    absl::StatusOr<Credential> fetched, absl::Time now) {
  MutexLock lock(&mutex_);
  fetching_ = false;
  if (fetched.ok() && fetched->expiry <= now) {
    fetched = Error(ErrorReason::kProviderAuthFailed,
                    "a credential was fetched that has expired already; see "
                    "whether this machine's clock is right");
  }
  Answer answer = SharedCredential();
  if (fetched.ok()) {
    held_ = std::make_shared<const Credential>(*std::move(fetched));
    const absl::Time expiry = held_->expiry;
    fetched_ = now;
    fresh_until_ =
        std::max(expiry - options_.refresh_before, now + (expiry - now) / 2);
    next_fetch_ = std::min(now + kFetchPause, expiry);
    answer = held_;
  } else {
    failure_ = fetched.status();
    answer = failure_;
    next_fetch_ = now + kFetchPause;
    if (SharedCredential valid = Valid(now); valid != nullptr) {
      // Once it has run out there is nothing to wait for.
      next_fetch_ = std::min(now + kRefreshPause, valid->expiry);
      answer = std::move(valid);
    }
  }
  for (const std::shared_ptr<Ticket>& ticket : waiting_) {
    ticket->queued = false;
    Tell(ticket, answer);
  }
  waiting_.clear();
  return answer;
}

void CredentialCache::PassOn() {
  if (waiting_.empty()) {
    fetching_ = false;
    return;
  }
  const std::shared_ptr<Ticket> next = waiting_.front();
  waiting_.pop_front();
  next->queued = false;
  next->fetches = true;
  Tell(next, SharedCredential());
}

void CredentialCache::Leave(const std::shared_ptr<Ticket>& ticket) {
  MutexLock lock(&mutex_);
  if (ticket->queued) {
    waiting_.remove(ticket);
    ticket->queued = false;
  } else if (ticket->fetches) {
    // It was told to as it went.
    PassOn();
  }
}

void CredentialCache::Tell(const std::shared_ptr<Ticket>& ticket,
                           Answer answer) {
  ticket->loop->Post([ticket, answer = std::move(answer)]() mutable {
    if (!ticket->gone) ticket->waiter.Wake(std::move(answer));
  });
}

void CredentialCache::DropIf(
    absl::Time now, absl::FunctionRef<bool(const Credential&)> is_refused) {
  MutexLock lock(&mutex_);
  if (held_ == nullptr || now - fetched_ < kYouth || !is_refused(*held_)) {
    return;
  }
  held_ = nullptr;
  next_fetch_ = absl::InfinitePast();
}

}  // namespace aigateway
