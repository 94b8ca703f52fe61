#include "providers/credential_cache.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/fakes/fake_background.h"
#include "tests/fakes/fake_timers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr absl::Duration kLife = absl::Hours(1);

// Gives credentials "1", "2", ... out, each after a while.
struct Issuer {
  absl::Duration takes = absl::Milliseconds(100);
  absl::Duration life = kLife;
  absl::Status failure;  // Given instead, if it is not OK.
  int fetches = 0;
};

class FakeFetcher final : public CredentialFetcher {
 public:
  explicit FakeFetcher(Issuer* issuer) : issuer_(*issuer) {}

  Task<absl::StatusOr<Credential>> Fetch(Scope& scope,
                                         const Env& env) const override {
    const int number = ++issuer_.fetches;
    const absl::Status slept = co_await env.timers->Sleep(scope, issuer_.takes);
    if (!slept.ok()) co_return slept;
    if (!issuer_.failure.ok()) co_return issuer_.failure;
    Credential credential;
    credential.id = absl::StrCat(number);
    credential.token = Secret(absl::StrCat("token ", number));
    credential.expiry = env.timers->Now() + issuer_.life;
    co_return credential;
  }
  std::string identity() const override { return "fake"; }

 private:
  Issuer& issuer_;
};

class CredentialCacheTest : public testing::Test {
 protected:
  // A request that wants the credential, and what came of it.
  struct Request {
    Scope scope;
    Timers::Handle deadline;
    std::string id;
    absl::Status status;
    bool done = false;
  };

  ~CredentialCacheTest() override {
    background_.scope().Cancel(Error(ErrorReason::kShuttingDown, "closed"));
    loop_.RunUntilIdle();
    EXPECT_EQ(background_.open(), 0);
    EXPECT_EQ(timers_.pending(), 0U);
  }

  // On the test's own loop, or on that of `there`.
  Request& Ask(Env* there = nullptr) {
    requests_.push_back(std::make_unique<Request>());
    Env& env = there == nullptr ? env_ : *there;
    env.loop->Spawn(
        Get(env, there == nullptr ? &background_ : nullptr, *requests_.back()));
    static_cast<FakeLoop*>(env.loop)->RunUntilIdle();
    return *requests_.back();
  }

  Task<void> Get(const Env& env, Background* background, Request& request) {
    const absl::StatusOr<SharedCredential> got =
        co_await cache_->Get(request.scope, env, background);
    request.deadline.Reset();
    request.status = got.status();
    if (got.ok()) request.id = (*got)->id;
    request.done = true;
  }

  void Cancel(Request& request) {
    request.scope.Cancel(Error(ErrorReason::kCancelled, "gone"));
    loop_.RunUntilIdle();
  }

  // Fetches the first one.
  void Begin() {
    Ask();
    timers_.Advance(issuer_.takes);
    ASSERT_EQ(requests_.back()->id, "1");
  }

  std::string Tokens() const {
    std::vector<std::string> tokens;
    for (const Secret& secret : cache_->secrets()) {
      tokens.emplace_back(secret.Reveal());
    }
    return absl::StrJoin(tokens, ", ");
  }

  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  FakeBackground background_{&loop_};
  Env env_{.loop = &loop_, .clock = &timers_, .timers = &timers_};
  Issuer issuer_;
  std::shared_ptr<CredentialCache> cache_ = std::make_shared<CredentialCache>(
      std::make_unique<FakeFetcher>(&issuer_));
  std::vector<std::unique_ptr<Request>> requests_;
};

TEST_F(CredentialCacheTest, FetchesOnceForAllThatWait) {
  for (int i = 0; i < 10; ++i) Ask();
  timers_.Advance(issuer_.takes);
  for (const auto& request : requests_) EXPECT_EQ(request->id, "1");
  EXPECT_EQ(Ask().id, "1");
  EXPECT_EQ(issuer_.fetches, 1);
}

TEST_F(CredentialCacheTest, WakesWaitersOnTheirOwnLoops) {
  FakeLoop other;
  Env there{.loop = &other, .clock = &timers_, .timers = &timers_};
  const Request& here = Ask();
  const Request& waiter = Ask(&there);
  timers_.Advance(issuer_.takes);
  EXPECT_EQ(here.id, "1");
  EXPECT_FALSE(waiter.done);
  other.RunUntilIdle();
  EXPECT_EQ(waiter.id, "1");
  EXPECT_EQ(issuer_.fetches, 1);
}

TEST_F(CredentialCacheTest, RefreshesBeforeExpiryWhileOthersUseTheOldOne) {
  Begin();
  timers_.Advance(kLife - absl::Minutes(10) - absl::Seconds(1));
  EXPECT_EQ(Ask().id, "1");
  EXPECT_EQ(issuer_.fetches, 1);
  timers_.Advance(absl::Seconds(2));
  const Request& refresher = Ask();
  EXPECT_FALSE(refresher.done);
  EXPECT_EQ(Ask().id, "1");
  timers_.Advance(issuer_.takes);
  EXPECT_EQ(refresher.id, "2");
  EXPECT_EQ(Ask().id, "2");
  EXPECT_EQ(issuer_.fetches, 2);
}

TEST_F(CredentialCacheTest, UsesTheOldOneForAsLongAsRefreshesFail) {
  Begin();
  issuer_.failure = Error(ErrorReason::kProviderAuthFailed, "down");
  timers_.Advance(kLife - absl::Minutes(5));
  const Request& refresher = Ask();
  timers_.Advance(issuer_.takes);
  EXPECT_EQ(refresher.id, "1");
  // Not every request tries again.
  EXPECT_EQ(Ask().id, "1");
  EXPECT_EQ(issuer_.fetches, 2);
  timers_.Advance(absl::Seconds(31));
  Ask();
  timers_.Advance(issuer_.takes);
  EXPECT_EQ(issuer_.fetches, 3);
  // Until it is valid no more.
  timers_.Advance(absl::Minutes(5));
  const Request& late = Ask();
  timers_.Advance(issuer_.takes);
  EXPECT_THAT(late.status, HasReason(ErrorReason::kProviderAuthFailed));
}

TEST_F(CredentialCacheTest, WaitsOnlyShortForARefreshThatHangs) {
  Begin();
  issuer_.takes = absl::Seconds(5);
  timers_.Advance(kLife - absl::Minutes(5));
  const Request& refresher = Ask();
  timers_.Advance(absl::Seconds(3));
  EXPECT_EQ(refresher.id, "1");
  // It goes on all the same.
  timers_.Advance(absl::Seconds(2));
  EXPECT_EQ(Ask().id, "2");
  EXPECT_EQ(issuer_.fetches, 2);
}

TEST_F(CredentialCacheTest, WaitsForARefreshThatTheOldOneDoesNotOutlive) {
  Begin();
  issuer_.takes = absl::Seconds(4);
  timers_.Advance(kLife - absl::Seconds(2));
  const Request& refresher = Ask();
  timers_.Advance(absl::Seconds(3));
  EXPECT_FALSE(refresher.done);
  timers_.Advance(absl::Seconds(1));
  EXPECT_EQ(refresher.id, "2");
}

TEST_F(CredentialCacheTest, GivesUpOnAFetchThatHangs) {
  issuer_.takes = absl::Hours(1);
  const Request& first = Ask();
  const Request& second = Ask();
  timers_.Advance(absl::Seconds(10));
  EXPECT_THAT(first.status, HasReason(ErrorReason::kProviderAuthFailed));
  EXPECT_THAT(std::string(first.status.message()), HasSubstr("10s"));
  EXPECT_THAT(second.status, HasReason(ErrorReason::kProviderAuthFailed));
  EXPECT_EQ(issuer_.fetches, 1);
}

TEST_F(CredentialCacheTest, KeepsAFailureForAMoment) {
  issuer_.failure = Error(ErrorReason::kProviderAuthFailed, "down");
  Ask();
  timers_.Advance(issuer_.takes);
  EXPECT_THAT(Ask().status, HasReason(ErrorReason::kProviderAuthFailed));
  EXPECT_EQ(issuer_.fetches, 1);
  issuer_.failure = absl::OkStatus();
  timers_.Advance(absl::Seconds(1));
  const Request& next = Ask();
  timers_.Advance(issuer_.takes);
  EXPECT_EQ(next.id, "2");
}

TEST_F(CredentialCacheTest, AsksAServiceThatIsDownOnceASecondAtMost) {
  issuer_.failure = Error(ErrorReason::kProviderAuthFailed, "down");
  for (int i = 0; i < 50; ++i) {
    Ask();
    EXPECT_EQ(issuer_.fetches, 1 + i / 11);
    timers_.Advance(issuer_.takes);
    EXPECT_THAT(requests_.back()->status,
                HasReason(ErrorReason::kProviderAuthFailed));
  }
}

TEST_F(CredentialCacheTest, GoesOnWhenTheOneThatBeganIsCancelled) {
  for (int i = 0; i < 8; ++i) Ask();
  Cancel(*requests_[0]);
  EXPECT_THAT(requests_[0]->status, HasReason(ErrorReason::kCancelled));
  timers_.Advance(issuer_.takes);
  for (int i = 1; i < 8; ++i) EXPECT_EQ(requests_[i]->id, "1");
  EXPECT_EQ(issuer_.fetches, 1);
}

TEST_F(CredentialCacheTest, GoesOnForOtherLoopsWhenTheOneThatBeganIsCancelled) {
  FakeLoop other;
  Env there{.loop = &other, .clock = &timers_, .timers = &timers_};
  Request& first = Ask();
  const Request& waiter = Ask(&there);
  Cancel(first);
  timers_.Advance(issuer_.takes);
  other.RunUntilIdle();
  EXPECT_EQ(waiter.id, "1");
  EXPECT_EQ(issuer_.fetches, 1);
}

TEST_F(CredentialCacheTest, KeepsWhatCameTooLateForTheOneThatBegan) {
  issuer_.takes = absl::Milliseconds(300);
  Request& first = Ask();
  first.deadline = timers_.After(absl::Milliseconds(100), [&first] {
    first.scope.Cancel(Error(ErrorReason::kDeadlineExceeded, "too late"));
  });
  timers_.Advance(absl::Milliseconds(100));
  EXPECT_THAT(first.status, HasReason(ErrorReason::kDeadlineExceeded));
  // One that comes meanwhile waits for the same fetch.
  const Request& second = Ask();
  timers_.Advance(absl::Milliseconds(200));
  EXPECT_EQ(second.id, "1");
  EXPECT_EQ(Ask().id, "1");
  EXPECT_EQ(issuer_.fetches, 1);
}

TEST_F(CredentialCacheTest, KeepsAFailureThatNobodyWaitedForToo) {
  issuer_.failure = Error(ErrorReason::kProviderAuthFailed, "down");
  Cancel(Ask());
  timers_.Advance(issuer_.takes);
  EXPECT_THAT(Ask().status, HasReason(ErrorReason::kProviderAuthFailed));
  EXPECT_EQ(issuer_.fetches, 1);
}

TEST_F(CredentialCacheTest, EndsAFetchWithItsBackground) {
  const Request& first = Ask();
  FakeLoop other;
  Env there{.loop = &other, .clock = &timers_, .timers = &timers_};
  const Request& second = Ask(&there);
  EXPECT_EQ(background_.open(), 1);
  background_.scope().Cancel(Error(ErrorReason::kShuttingDown, "closed"));
  loop_.RunUntilIdle();
  other.RunUntilIdle();
  EXPECT_EQ(background_.open(), 0);
  EXPECT_THAT(first.status, HasReason(ErrorReason::kShuttingDown));
  EXPECT_THAT(second.status, HasReason(ErrorReason::kShuttingDown));
}

TEST_F(CredentialCacheTest, LivesAsLongAsItsFetch) {
  Cancel(Ask());
  const std::weak_ptr<CredentialCache> cache = cache_;
  cache_ = nullptr;
  EXPECT_FALSE(cache.expired());
  timers_.Advance(issuer_.takes);
  EXPECT_TRUE(cache.expired());
}

TEST_F(CredentialCacheTest, ForgetsAWaiterThatIsCancelled) {
  const Request& first = Ask();
  Request& second = Ask();
  Cancel(second);
  EXPECT_THAT(second.status, HasReason(ErrorReason::kCancelled));
  timers_.Advance(issuer_.takes);
  EXPECT_EQ(first.id, "1");
}

TEST_F(CredentialCacheTest, DropsWhatWasRefusedUnlessItIsNew) {
  Begin();
  const auto is_refused = [](const Credential& c) { return c.id == "1"; };
  cache_->DropIf(timers_.Now(), is_refused);
  EXPECT_EQ(Ask().id, "1");
  timers_.Advance(absl::Seconds(30));
  cache_->DropIf(timers_.Now(), is_refused);
  const Request& next = Ask();
  EXPECT_FALSE(next.done);
  timers_.Advance(issuer_.takes);
  EXPECT_EQ(next.id, "2");
  timers_.Advance(absl::Seconds(30));
  cache_->DropIf(timers_.Now(), is_refused);
  EXPECT_EQ(Ask().id, "2");
}

TEST_F(CredentialCacheTest, TellsTheSecretsOfWhatItGaveOutLately) {
  EXPECT_THAT(cache_->secrets(), IsEmpty());
  Begin();
  EXPECT_EQ(Tokens(), "token 1");
  // A request that has the first one may be under way.
  for (int i = 0; i < 20; ++i) {
    timers_.Advance(kLife);
    Ask();
    timers_.Advance(issuer_.takes);
    EXPECT_THAT(Tokens(), HasSubstr(absl::StrCat("token ", i + 1)));
    EXPECT_THAT(Tokens(), EndsWith(absl::StrCat("token ", i + 2)));
  }
  EXPECT_EQ(cache_->secrets().size(), 8U);
  cache_->DropIf(timers_.Now() + absl::Minutes(1),
                 [](const Credential&) { return true; });
  EXPECT_THAT(Tokens(), EndsWith("token 21"));
}

TEST_F(CredentialCacheTest, RefreshesAShortLivedOneAtHalfOfItsLife) {
  issuer_.life = absl::Minutes(4);
  Begin();
  timers_.Advance(absl::Minutes(1));
  EXPECT_EQ(Ask().id, "1");
  timers_.Advance(absl::Minutes(2));
  const Request& refresher = Ask();
  timers_.Advance(issuer_.takes);
  EXPECT_EQ(refresher.id, "2");
}

TEST_F(CredentialCacheTest, RefusesWhatHasExpiredAlready) {
  issuer_.life = -absl::Seconds(1);
  const Request& request = Ask();
  timers_.Advance(issuer_.takes);
  EXPECT_THAT(request.status, HasReason(ErrorReason::kProviderAuthFailed));
  EXPECT_THAT(std::string(request.status.message()), HasSubstr("clock"));
}

TEST_F(CredentialCacheTest, FetchesAtOnceWhenWhatItHasRunsOut) {
  issuer_.life = absl::Milliseconds(500);
  Begin();
  timers_.Advance(absl::Milliseconds(600));
  const Request& next = Ask();
  timers_.Advance(issuer_.takes);
  EXPECT_EQ(next.id, "2");
  // Also if a refresh has failed shortly before.
  issuer_.life = kLife;
  timers_.Advance(absl::Seconds(1));
  const Request& third = Ask();
  timers_.Advance(issuer_.takes);
  ASSERT_EQ(third.id, "3");
  issuer_.failure = Error(ErrorReason::kProviderAuthFailed, "down");
  timers_.Advance(kLife - absl::Seconds(5));
  Ask();
  timers_.Advance(issuer_.takes);
  issuer_.failure = absl::OkStatus();
  timers_.Advance(absl::Seconds(5));
  const Request& last = Ask();
  timers_.Advance(issuer_.takes);
  EXPECT_EQ(last.id, "5");
}

TEST_F(CredentialCacheTest, NeverRefreshesWhatDoesNotExpire) {
  issuer_.life = absl::InfiniteDuration();
  Begin();
  timers_.Advance(absl::Hours(10000));
  EXPECT_EQ(Ask().id, "1");
  EXPECT_EQ(issuer_.fetches, 1);
}

}  // namespace
}  // namespace aigateway
