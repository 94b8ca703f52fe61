#include "providers/bearer_source.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/scope.h"
#include "tests/fakes/fake_timers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

// Gives tokens "t1", "t2", ... out, for an hour each.
class NumberedTokens final : public CredentialFetcher {
 public:
  explicit NumberedTokens(int* fetches) : fetches_(*fetches) {}
  Task<absl::StatusOr<Credential>> Fetch(Scope& scope,
                                         const Env& env) const override {
    Credential fetched;
    fetched.token = Secret(absl::StrCat("t", ++fetches_));
    fetched.expiry = env.timers->Now() + absl::Hours(1);
    co_return fetched;
  }
  std::string identity() const override { return "numbered"; }

 private:
  int& fetches_;
};

class BearerSourceTest : public testing::Test {
 protected:
  HttpRequest Authorize(HttpRequest request = {}) {
    EXPECT_THAT(
        RunToEnd(loop_, source_.Authorize(scope_, env_, /*background=*/nullptr,
                                          request)),
        IsOk());
    return request;
  }
  static std::string Sent(const HttpRequest& request) {
    return std::string(request.headers.Get("authorization"));
  }

  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  Env env_{.loop = &loop_, .clock = &timers_, .timers = &timers_};
  Scope scope_;
  int fetches_ = 0;
  BearerSource source_{std::make_unique<NumberedTokens>(&fetches_),
                       {.refresh_before = absl::Minutes(5)}};
};

TEST_F(BearerSourceTest, SendsATokenThatItKeepsUntilItIsDue) {
  EXPECT_EQ(Sent(Authorize()), "Bearer t1");
  timers_.Advance(absl::Minutes(54));
  EXPECT_EQ(Sent(Authorize()), "Bearer t1");
  timers_.Advance(absl::Minutes(2));
  EXPECT_EQ(Sent(Authorize()), "Bearer t2");
}

TEST_F(BearerSourceTest, LeavesARequestAloneThatHasItsKey) {
  HttpRequest request;
  request.headers.Add("Authorization", "Bearer mine");
  EXPECT_EQ(Sent(Authorize(request)), "Bearer mine");
  EXPECT_EQ(fetches_, 0);
}

TEST_F(BearerSourceTest, TakesAnotherTokenOnceThisOneIsRefused) {
  const HttpRequest first = Authorize();
  timers_.Advance(absl::Minutes(1));
  source_.OnRefused(env_, first);
  EXPECT_EQ(Sent(Authorize()), "Bearer t2");
  timers_.Advance(absl::Minutes(1));
  // Nobody uses the first one any more.
  source_.OnRefused(env_, first);
  EXPECT_EQ(Sent(Authorize()), "Bearer t2");
}

TEST_F(BearerSourceTest, SendsWhatAnotherFetchedWhoseCacheItShares) {
  EXPECT_EQ(Sent(Authorize()), "Bearer t1");
  int others = 0;
  BearerSource other(std::make_unique<NumberedTokens>(&others), {});
  EXPECT_EQ(other.identity(), source_.identity());
  other.ShareCache(source_.cache());
  HttpRequest request;
  EXPECT_THAT(RunToEnd(loop_, other.Authorize(scope_, env_,
                                              /*background=*/nullptr, request)),
              IsOk());
  EXPECT_EQ(Sent(request), "Bearer t1");
  EXPECT_EQ(others, 0);
  ASSERT_EQ(other.secrets().size(), 1U);
  EXPECT_EQ(other.secrets()[0].Reveal(), "t1");
}

}  // namespace
}  // namespace aigateway
