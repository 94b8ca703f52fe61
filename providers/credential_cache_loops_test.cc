// Two real loops share one cache: what a data race would show, under TSan.

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"

#include "gateway/base/env.h"
#include "gateway/base/errors.h"
#include "gateway/base/open_count.h"
#include "gateway/base/scope.h"
#include "gateway/base/task.h"
#include "gateway/base/timers.h"
#include "gateway/net/event_loop.h"
#include "providers/credential_cache.h"

namespace aigateway {
namespace {

constexpr int kRequests = 400;

// Gives out what is hardly given before it has run out.
class ShortLived final : public CredentialFetcher {
 public:
  explicit ShortLived(std::atomic<int>* fetches) : fetches_(*fetches) {}

  Task<absl::StatusOr<Credential>> Fetch(Scope& scope,
                                         const Env& env) const override {
    const int number = ++fetches_;
    const absl::Status slept =
        co_await env.timers->Sleep(scope, absl::Milliseconds(1));
    if (!slept.ok()) co_return slept;
    if (number % 5 == 0) {
      co_return Error(ErrorReason::kProviderAuthFailed, "down");
    }
    Credential credential;
    credential.secret = Secret("secret");
    credential.expiry = env.timers->Now() + absl::Milliseconds(3);
    co_return credential;
  }
  std::string identity() const override { return "short-lived"; }

 private:
  std::atomic<int>& fetches_;
};

// Two in three may go before they are answered, as callers do.
Task<void> Ask(CredentialCache& cache, Env env, int number, OpenCount& open,
               std::atomic<int>& answered) {
  {
    Scope scope;
    (void)co_await env.timers->Sleep(scope, absl::Milliseconds(number / 10));
    const absl::Duration patience = absl::Milliseconds(number % 3);
    const Timers::Handle timer =
        number % 3 == 0
            ? Timers::Handle()
            : env.timers->After(patience, [&scope] {
                scope.Cancel(Error(ErrorReason::kCancelled, "gone"));
              });
    const absl::StatusOr<SharedCredential> got =
        co_await cache.Get(scope, env, /*background=*/nullptr);
    if (got.ok()) {
      EXPECT_NE(*got, nullptr);
      cache.DropIf(env.timers->Now(),
                   [](const Credential& each) { return !each.secret.empty(); });
    }
    ++answered;
  }
  open.Remove();
}

TEST(CredentialCacheLoopsTest, AnswersEveryRequestOnEveryLoop) {
  std::atomic<int> fetches = 0;
  std::atomic<int> answered = 0;
  OpenCount open;
  const auto cache =
      std::make_shared<CredentialCache>(std::make_unique<ShortLived>(&fetches));
  std::vector<std::unique_ptr<EventLoop>> loops;
  for (int i = 0; i < 2; ++i) {
    auto loop = EventLoop::Create({});
    ASSERT_TRUE(loop.ok());
    loops.push_back(*std::move(loop));
    ASSERT_TRUE(loops.back()->Start().ok());
  }
  for (int i = 0; i < kRequests; ++i) {
    open.Add();
    EventLoop& loop = *loops[static_cast<size_t>(i) % loops.size()];
    loop.Spawn(Ask(*cache, loop.env(), i, open, answered));
  }
  EXPECT_TRUE(open.Wait(absl::Minutes(1)));
  for (const auto& loop : loops) {
    loop->Stop();
    loop->Join();
  }
  EXPECT_EQ(answered, kRequests);
  EXPECT_GT(fetches, 0);
}

}  // namespace
}  // namespace aigateway
