#include "gateway/core/retrying_caller.h"

#include <memory>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/fakes/core_fixture.h"
#include "tests/fakes/fake_caller.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

absl::Status Unavailable(absl::string_view http_status = "503") {
  return Error(ErrorReason::kProviderUnavailable, "busy",
               {{"http_status", http_status}});
}

absl::Status RateLimited(std::optional<absl::Duration> wait) {
  absl::Status status = Error(ErrorReason::kProviderRateLimited, "slow down",
                              {{"http_status", "429"}});
  if (wait.has_value()) SetRetryAfter(status, *wait);
  return status;
}

class RetryingCallerTest : public CoreFixture {
 protected:
  // Runs one call against the scripts that were enqueued.
  absl::Status Call(RetryingCaller::Options options, bool stream = true,
                    absl::Duration time = absl::Hours(1),
                    std::vector<std::string> keys = {"k"}) {
    auto fake = std::make_unique<FakeCaller>();
    upstream_ = fake.get();
    for (FakeCaller::Script& script : scripts_) {
      upstream_->Enqueue(std::move(script));
    }
    target_ = MakeTarget("a",
                         std::make_unique<RetryingCaller>(
                             std::move(fake), std::move(options), budget_),
                         std::move(keys));
    RequestContext& request = MakeRequest(stream, time);
    return RunToEnd(loop_, timers_,
                    target_->caller().Call(
                        {request, *target_, model_, request.scope()}, sink_));
  }

  // The time between the beginnings of calls `i` and `i + 1`.
  absl::Duration Gap(int i) {
    return upstream_->times()[i + 1] - upstream_->times()[i];
  }

  std::vector<FakeCaller::Script> scripts_;
  std::shared_ptr<RetryBudget> budget_ = std::make_shared<RetryBudget>(0.2);
  std::unique_ptr<Target> target_;
  FakeCaller* upstream_ = nullptr;
  const std::string model_ = "m1";
};

TEST_F(RetryingCallerTest, TriesOnceByDefault) {
  scripts_ = {{.end = Unavailable()}};
  EXPECT_THAT(Call({}), HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_EQ(upstream_->calls(), 1);
}

TEST_F(RetryingCallerTest, TriesAgainWhenTheTargetIsOverloaded) {
  scripts_ = {
      {.end = Unavailable()}, {.end = Unavailable()}, {.events = {"ok"}}};
  EXPECT_THAT(Call({.attempts = 3}), IsOk());
  EXPECT_EQ(upstream_->calls(), 3);
  EXPECT_EQ(sink_.text, "ok");
}

TEST_F(RetryingCallerTest, NeverRetriesOnceAnEventWasHandedOver) {
  scripts_ = {{.events = {"he"}, .end = Unavailable()}};
  EXPECT_THAT(Call({.attempts = 3}),
              HasReason(ErrorReason::kProviderUnavailable));
  EXPECT_EQ(upstream_->calls(), 1);
  EXPECT_EQ(sink_.text, "he");
}

TEST_F(RetryingCallerTest, NeverRepeatsTheCallersFault) {
  scripts_ = {{.end = Error(ErrorReason::kInvalidRequest, "bad")}};
  EXPECT_THAT(Call({.attempts = 3}), HasReason(ErrorReason::kInvalidRequest));
  EXPECT_EQ(upstream_->calls(), 1);
}

TEST_F(RetryingCallerTest, WaitsAsLongAsTheLatestRefusalAsked) {
  scripts_ = {{.end = RateLimited(absl::Seconds(1))},
              {.end = RateLimited(absl::Seconds(2))},
              {.events = {"ok"}}};
  EXPECT_THAT(Call({.attempts = 3}), IsOk());
  EXPECT_EQ(Gap(0), absl::Seconds(1));
  EXPECT_EQ(Gap(1), absl::Seconds(2));
}

TEST_F(RetryingCallerTest, GoesAtOnceToTheNextTargetWhenTheWaitIsTooLong) {
  scripts_ = {{.end = RateLimited(absl::Seconds(11))}};
  const absl::Time start = timers_.Now();
  EXPECT_THAT(Call({.attempts = 3}),
              HasReason(ErrorReason::kProviderRateLimited));
  EXPECT_EQ(upstream_->calls(), 1);
  EXPECT_EQ(timers_.Now(), start);
}

TEST_F(RetryingCallerTest, StartsNoWaitThatPassesTheDeadline) {
  scripts_ = {{.end = RateLimited(absl::Seconds(1))},
              {.end = RateLimited(absl::Seconds(2))}};
  const absl::Status status =
      Call({.attempts = 3}, /*stream=*/false, absl::Seconds(2));
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderRateLimited));
  EXPECT_EQ(RetryAfter(status), absl::Seconds(2));
  EXPECT_EQ(upstream_->calls(), 2);
}

TEST_F(RetryingCallerTest, KeepsFullJitterBelowItsBound) {
  scripts_ = {{.end = Unavailable()}};
  const absl::Status status = Call({.attempts = 4,
                                    .initial_backoff = absl::Milliseconds(100),
                                    .max_backoff = absl::Milliseconds(300)});
  EXPECT_FALSE(status.ok());
  ASSERT_EQ(upstream_->calls(), 4);
  EXPECT_LT(Gap(0), absl::Milliseconds(100));
  EXPECT_LT(Gap(1), absl::Milliseconds(200));
  EXPECT_LT(Gap(2), absl::Milliseconds(300));
}

TEST_F(RetryingCallerTest, RetriesOnlyTheStatusesThatAreListed) {
  scripts_ = {{.end = Unavailable("503")}};
  const absl::Status status = Call({.attempts = 3, .on_status_codes = {429}});
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(upstream_->calls(), 1);
}

TEST_F(RetryingCallerTest, RetriesAListedStatusWhateverItsClass) {
  scripts_ = {{.end = Error(ErrorReason::kModelNotFound, "no",
                            {{"http_status", "404"}})}};
  const absl::Status status = Call({.attempts = 3, .on_status_codes = {404}});
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(upstream_->calls(), 3);
}

TEST_F(RetryingCallerTest, RetriesAFailureWithoutAStatusByItsClass) {
  scripts_ = {{.end = Error(ErrorReason::kProviderUnavailable, "refused")}};
  const absl::Status status = Call({.attempts = 2, .on_status_codes = {429}});
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(upstream_->calls(), 2);
}

TEST_F(RetryingCallerTest, TriesABrokenGenerationOnceMore) {
  scripts_ = {{.end = Error(ErrorReason::kGenerationFailed, "broke")}};
  const absl::Status status = Call({.attempts = 5});
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(upstream_->calls(), 2);
}

TEST_F(RetryingCallerTest, StopsWhenTheBudgetOfRetriesIsSpent) {
  scripts_ = {{.end = Unavailable()}};
  while (budget_->TryRetry()) {
  }
  const absl::Status status = Call({.attempts = 5});
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(upstream_->calls(), 1);
}

TEST_F(RetryingCallerTest, EndsItsWaitWithTheCaller) {
  scripts_ = {{.end = RateLimited(absl::Seconds(5))}};
  auto cancel = timers_.After(absl::Seconds(1), [this] {
    request_->scope().Cancel(Error(ErrorReason::kCancelled, "gone"));
  });
  const absl::Time start = timers_.Now();
  EXPECT_THAT(Call({.attempts = 3}), HasReason(ErrorReason::kCancelled));
  EXPECT_EQ(timers_.Now() - start, absl::Seconds(1));
  EXPECT_EQ(upstream_->calls(), 1);
}

TEST_F(RetryingCallerTest, TakesTheNextKeyForARefusedOneEvenWithoutRetries) {
  scripts_ = {{.end = Error(ErrorReason::kProviderAuthFailed, "bad key")},
              {.events = {"ok"}}};
  EXPECT_THAT(Call({}, true, absl::Hours(1), {"k1", "k2"}), IsOk());
  EXPECT_EQ(upstream_->calls(), 2);
}

TEST_F(RetryingCallerTest, TriesEachKeyOnceHoweverShortTheRestThatIsStated) {
  // Nobody parks a key here, as if each one's rest were over at once.
  scripts_ = {{.end = Error(ErrorReason::kProviderQuotaExhausted, "used up")}};
  EXPECT_THAT(Call({}, true, absl::Hours(1), {"k1", "k2", "k3"}),
              HasReason(ErrorReason::kProviderQuotaExhausted));
  EXPECT_EQ(upstream_->calls(), 3);
}

TEST_F(RetryingCallerTest, DoesNotRepeatARefusedKey) {
  scripts_ = {{.end = Error(ErrorReason::kProviderAuthFailed, "bad key")}};
  EXPECT_THAT(Call({.attempts = 3}),
              HasReason(ErrorReason::kProviderAuthFailed));
  EXPECT_EQ(upstream_->calls(), 1);
}

}  // namespace
}  // namespace aigateway
