#ifndef AIGATEWAY_PROVIDERS_CREDENTIAL_CACHE_H_
#define AIGATEWAY_PROVIDERS_CREDENTIAL_CACHE_H_

#include <deque>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "gateway/base/background.h"
#include "gateway/base/env.h"
#include "gateway/base/mutex.h"
#include "gateway/base/scope.h"
#include "gateway/base/secret.h"
#include "gateway/base/task.h"
#include "providers/credential.h"

namespace aigateway {

// Fetches a credential from whoever gives it out: a metadata server, a token
// endpoint. Immutable; used on every loop.
class CredentialFetcher {
 public:
  virtual ~CredentialFetcher() = default;

  // Fetches one. PROVIDER_AUTH_FAILED, with a text that says what was tried and
  // what to do; scope.status() once `scope` is cancelled.
  virtual Task<absl::StatusOr<Credential>> Fetch(Scope& scope,
                                                 const Env& env) const = 0;

  // Made by CredentialIdentity() of the settings that a credential depends on,
  // and of the files that it is read from. Reads those: not on a loop.
  virtual std::string identity() const = 0;
};

// Keeps one credential for all loops, and has it fetched when it is due.
//
// The first request that needs one begins a fetch, which belongs to none of
// them: it runs in the background with a limit of its own, whoever leaves, and
// answers all that wait for it. While the old one is valid only the request
// that began waits, and not for long. A refresh that fails leaves the old one
// in use for as long as it is valid. Failures are kept for a moment, so that a
// service that is down is not asked by every request.
//
// Owned by shared pointers (std::make_shared), of which a fetch has one.
// Thread-safe; a waiter belongs to its loop and is woken by a post to it.
class CredentialCache : public std::enable_shared_from_this<CredentialCache> {
 public:
  struct Options {
    // How long before its expiry a credential is fetched anew; for one that
    // lives shorter than twice that, half of its life.
    absl::Duration refresh_before = absl::Minutes(10);
    // How long a fetch may take.
    absl::Duration fetch_limit = absl::Seconds(10);
  };

  explicit CredentialCache(std::unique_ptr<const CredentialFetcher> fetcher);
  CredentialCache(std::unique_ptr<const CredentialFetcher> fetcher,
                  const Options& options);
  ~CredentialCache();

  // Whose credential it is: the fetcher's.
  std::string identity() const { return fetcher_->identity(); }

  // Returns a credential that is valid, never null. Else what the fetcher said;
  // scope.status() if `scope` is cancelled meanwhile. A fetch that begins here
  // runs in `background` and ends with it; null: on the loop alone, whose owner
  // sees to it that it ends.
  Task<absl::StatusOr<SharedCredential>> Get(Scope& scope, const Env& env,
                                             Background* background)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Forgets the credential if `is_refused` says so of it, unless it was fetched
  // just now: another would be no better, and is not fetched for each request
  // that lacks a permission.
  void DropIf(absl::Time now,
              absl::FunctionRef<bool(const Credential&)> is_refused)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // The secrets of what it gave out lately, also of what is held no more: a
  // request that had it may still be under way.
  std::vector<Secret> secrets() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Ticket;
  using Answer = absl::StatusOr<SharedCredential>;

  // What is held, if it is valid; else null.
  SharedCredential Valid(absl::Time now) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Fetches for all that wait.
  static Task<void> Fetch(std::shared_ptr<CredentialCache> cache, Env env,
                          Background* background);
  // Takes what a fetch gave, and tells all that wait.
  void Settle(absl::StatusOr<Credential> fetched, absl::Time now)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // The one that holds `ticket` waits no more.
  void Leave(const std::shared_ptr<Ticket>& ticket) ABSL_LOCKS_EXCLUDED(mutex_);

  const std::unique_ptr<const CredentialFetcher> fetcher_;
  const Options options_;
  mutable Mutex mutex_;
  SharedCredential held_ ABSL_GUARDED_BY(mutex_);
  std::deque<SharedCredential> given_ ABSL_GUARDED_BY(mutex_);  // Lately.
  absl::Time fetched_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  absl::Time fresh_until_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  // Before that nothing is fetched, unless what was held was dropped.
  absl::Time next_fetch_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);  // The last fetch's.
  bool fetching_ ABSL_GUARDED_BY(mutex_) = false;
  std::list<std::shared_ptr<Ticket>> waiting_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_CREDENTIAL_CACHE_H_
