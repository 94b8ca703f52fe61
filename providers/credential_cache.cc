#include "providers/credential_cache.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/loop.h"
#include "gateway/base/timers.h"

namespace aigateway {
namespace {

// How long a refresh may keep a request that can go on with what there is.
constexpr absl::Duration kRefreshPatience = absl::Seconds(3);
// From a refresh that failed to the next one, while the old one is valid.
constexpr absl::Duration kRefreshPause = absl::Seconds(30);
// From any other fetch to the next one.
constexpr absl::Duration kFetchPause = absl::Seconds(1);
// So many are remembered: more than requests under way can have.
constexpr size_t kMaxGiven = 8;
// One that is refused although it is younger stays.
constexpr absl::Duration kYouth = absl::Seconds(30);

}  // namespace

// One that waits. All but its loop is the loop's.
struct CredentialCache::Ticket {
  explicit Ticket(Loop* loop) : loop(loop) {}

  Loop* const loop;
  Waiter<Answer> waiter;
  bool gone = false;  // Nobody waits any more.
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

Task<absl::StatusOr<SharedCredential>> CredentialCache::Get(
    Scope& scope, const Env& env, Background* background) {
  if (scope.cancelled()) co_return scope.status();
  std::shared_ptr<Ticket> ticket;
  SharedCredential valid;
  bool begins = false;
  {
    MutexLock lock(&mutex_);
    const absl::Time now = env.timers->Now();
    valid = Valid(now);
    const bool may_fetch = !fetching_ && now >= next_fetch_;
    if (valid != nullptr && (now < fresh_until_ || !may_fetch)) {
      co_return valid;
    }
    if (!may_fetch && !fetching_) co_return failure_;
    begins = may_fetch;
    fetching_ = true;
    ticket = std::make_shared<Ticket>(env.loop);
    waiting_.push_back(ticket);
    // To go on with once patience has run out it must be valid then.
    if (valid != nullptr && valid->expiry <= now + kRefreshPatience) {
      valid = nullptr;
    }
  }
  if (begins) {
    Task<void> fetch = Fetch(shared_from_this(), env, background);
    if (background != nullptr) {
      background->Run(std::move(fetch));
    } else {
      env.loop->Spawn(std::move(fetch));
    }
  }
  Answer answer = SharedCredential();
  {
    const Scope::Watch watch =
        scope.OnCancel([&] { ticket->waiter.Wake(scope.status()); });
    Timers::Handle patience;
    if (valid != nullptr) {
      patience = env.timers->After(kRefreshPatience,
                                   [&] { ticket->waiter.Wake(valid); });
    }
    answer = co_await ticket->waiter.Wait();
  }
  ticket->gone = true;
  Leave(ticket);
  if (scope.cancelled()) co_return scope.status();
  co_return answer;
}

Task<void> CredentialCache::Fetch(std::shared_ptr<CredentialCache> cache,
                                  Env env, Background* background) {
  absl::StatusOr<Credential> fetched = absl::UnknownError("not fetched");
  {
    Scope alone;
    const absl::Duration limit = cache->options_.fetch_limit;
    Scope scope(background != nullptr ? background->scope() : alone,
                env.timers->Now() + limit);
    const Timers::Handle timer = env.timers->After(limit, [&] {
      scope.Cancel(
          Error(ErrorReason::kProviderAuthFailed,
                absl::StrCat("no credential could be fetched within ",
                             absl::FormatDuration(limit),
                             ": whoever gives it out did not answer in time")));
    });
    fetched = co_await cache->fetcher_->Fetch(scope, env);
  }
  cache->Settle(std::move(fetched), env.timers->Now());
}

void CredentialCache::Settle(absl::StatusOr<Credential> fetched,
                             absl::Time now) {
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
    given_.push_back(held_);
    if (given_.size() > kMaxGiven) given_.pop_front();
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
    ticket->loop->Post([ticket, answer] {
      if (!ticket->gone) ticket->waiter.Wake(answer);
    });
  }
  waiting_.clear();
}

void CredentialCache::Leave(const std::shared_ptr<Ticket>& ticket) {
  MutexLock lock(&mutex_);
  waiting_.remove(ticket);
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

std::vector<Secret> CredentialCache::secrets() const {
  MutexLock lock(&mutex_);
  std::vector<Secret> secrets;
  for (const SharedCredential& given : given_) {
    for (const Secret* secret : {&given->secret, &given->token}) {
      if (!secret->empty()) secrets.push_back(*secret);
    }
  }
  return secrets;
}

}  // namespace aigateway
