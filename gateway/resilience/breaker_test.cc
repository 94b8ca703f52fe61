#include "gateway/resilience/breaker.h"

#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using State = Breaker::State;

class BreakerTest : public testing::Test {
 protected:
  void Fail(Breaker& breaker, int times = 1) {
    for (int i = 0; i < times; ++i) {
      absl::StatusOr<Breaker::Permit> permit = breaker.Acquire(now_);
      ASSERT_THAT(permit, IsOk());
      permit->Fail(now_);
    }
  }
  void Succeed(Breaker& breaker, int times = 1) {
    for (int i = 0; i < times; ++i) {
      absl::StatusOr<Breaker::Permit> permit = breaker.Acquire(now_);
      ASSERT_THAT(permit, IsOk());
      permit->Succeed(now_);
    }
  }

  absl::Time now_ = absl::FromUnixSeconds(1'000'000);
};

TEST_F(BreakerTest, OpensAfterFailuresInARow) {
  Breaker breaker({.failure_threshold = 3});
  Fail(breaker, 2);
  Succeed(breaker);
  Fail(breaker, 2);
  EXPECT_EQ(breaker.state(now_), State::kClosed);
  Fail(breaker);
  EXPECT_EQ(breaker.state(now_), State::kOpen);
  EXPECT_EQ(breaker.retry_time(now_), now_ + absl::Seconds(30));
}

TEST_F(BreakerTest, LetsNothingThroughWhileOpenAndSaysHowLong) {
  Breaker breaker({.failure_threshold = 1});
  Fail(breaker);
  now_ += absl::Seconds(10);
  const auto permit = breaker.Acquire(now_);
  ASSERT_THAT(permit, HasReason(ErrorReason::kCircuitOpen));
  EXPECT_EQ(RetryAfter(permit.status()), absl::Seconds(20));
}

TEST_F(BreakerTest, LetsATrialThroughAfterItsTimeAndClosesWhenItSucceeds) {
  Breaker breaker({.failure_threshold = 1});
  Fail(breaker);
  now_ += absl::Seconds(30);
  EXPECT_EQ(breaker.state(now_), State::kHalfOpen);
  EXPECT_EQ(breaker.retry_time(now_), std::nullopt);
  Succeed(breaker);
  EXPECT_EQ(breaker.state(now_), State::kClosed);
}

TEST_F(BreakerTest, OpensAnewWhenATrialFails) {
  Breaker breaker({.failure_threshold = 5});
  Fail(breaker, 5);
  now_ += absl::Seconds(31);
  Fail(breaker);
  EXPECT_EQ(breaker.state(now_), State::kOpen);
  EXPECT_EQ(breaker.retry_time(now_), now_ + absl::Seconds(30));
}

TEST_F(BreakerTest, WantsAsManySuccessesAsItIsTold) {
  Breaker breaker({.failure_threshold = 1, .success_threshold = 2});
  Fail(breaker);
  now_ += absl::Seconds(30);
  Succeed(breaker);
  EXPECT_EQ(breaker.state(now_), State::kHalfOpen);
  Succeed(breaker);
  EXPECT_EQ(breaker.state(now_), State::kClosed);
}

TEST_F(BreakerTest, DoesNotLetAHerdThroughWhenHalfOpen) {
  Breaker breaker({.failure_threshold = 1, .half_open_max = 2});
  Fail(breaker);
  now_ += absl::Seconds(30);
  absl::StatusOr<Breaker::Permit> first = breaker.Acquire(now_);
  absl::StatusOr<Breaker::Permit> second = breaker.Acquire(now_);
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(second, IsOk());
  EXPECT_THAT(breaker.Acquire(now_), HasReason(ErrorReason::kCircuitOpen));
}

TEST_F(BreakerTest, TakesATrialsPlaceBackThatEndsWithoutAnOutcome) {
  Breaker breaker({.failure_threshold = 1});
  Fail(breaker);
  now_ += absl::Seconds(30);
  for (int i = 0; i < 10; ++i) {
    // A cancelled call: neither well nor ill.
    ASSERT_THAT(breaker.Acquire(now_), IsOk());
    EXPECT_EQ(breaker.state(now_), State::kHalfOpen);
  }
}

TEST_F(BreakerTest, TakesAMovedPermitBackOnce) {
  Breaker breaker({.failure_threshold = 1});
  Fail(breaker);
  now_ += absl::Seconds(30);
  {
    absl::StatusOr<Breaker::Permit> permit = breaker.Acquire(now_);
    ASSERT_THAT(permit, IsOk());
    Breaker::Permit moved = *std::move(permit);
    Breaker::Permit again = std::move(moved);
    EXPECT_THAT(breaker.Acquire(now_), HasReason(ErrorReason::kCircuitOpen));
  }
  absl::StatusOr<Breaker::Permit> next = breaker.Acquire(now_);
  EXPECT_THAT(next, IsOk());
  EXPECT_THAT(breaker.Acquire(now_), HasReason(ErrorReason::kCircuitOpen));
}

TEST_F(BreakerTest, DoesNotCountCallsFromBeforeItOpened) {
  Breaker breaker({.failure_threshold = 1});
  absl::StatusOr<Breaker::Permit> slow_success = breaker.Acquire(now_);
  absl::StatusOr<Breaker::Permit> slow_failure = breaker.Acquire(now_);
  absl::StatusOr<Breaker::Permit> slow_neutral = breaker.Acquire(now_);
  Fail(breaker);
  now_ += absl::Seconds(30);
  absl::StatusOr<Breaker::Permit> trial = breaker.Acquire(now_);
  ASSERT_THAT(trial, IsOk());
  slow_success->Succeed(now_);
  EXPECT_EQ(breaker.state(now_), State::kHalfOpen);
  slow_failure->Fail(now_);
  EXPECT_EQ(breaker.state(now_), State::kHalfOpen);
  slow_neutral = absl::CancelledError("gone");
  EXPECT_THAT(breaker.Acquire(now_), HasReason(ErrorReason::kCircuitOpen));
  trial->Succeed(now_);
  EXPECT_EQ(breaker.state(now_), State::kClosed);
}

TEST_F(BreakerTest, OpensByTheShareOfFailuresOfTheLastWhile) {
  Breaker breaker({.failure_threshold = 1000,
                   .failure_rate = 0.5,
                   .window = absl::Seconds(10),
                   .min_requests = 10});
  for (int i = 0; i < 4; ++i) {
    Succeed(breaker);
    Fail(breaker);
  }
  EXPECT_EQ(breaker.state(now_), State::kClosed);  // Too few to tell.
  Succeed(breaker);
  EXPECT_EQ(breaker.state(now_), State::kClosed);
  Fail(breaker);
  EXPECT_EQ(breaker.state(now_), State::kOpen);
}

TEST_F(BreakerTest, ForgetsWhatIsOlderThanTheWindow) {
  Breaker breaker({.failure_threshold = 1000,
                   .failure_rate = 0.5,
                   .window = absl::Seconds(10),
                   .min_requests = 10});
  Fail(breaker, 9);
  now_ += absl::Seconds(11);
  Succeed(breaker, 9);
  Fail(breaker);
  EXPECT_EQ(breaker.state(now_), State::kClosed);
}

TEST_F(BreakerTest, ForgetsAllWhenReset) {
  Breaker breaker({.failure_threshold = 2});
  Fail(breaker, 2);
  breaker.Reset();
  EXPECT_EQ(breaker.state(now_), State::kClosed);
  Fail(breaker);
  EXPECT_EQ(breaker.state(now_), State::kClosed);
}

TEST_F(BreakerTest, KeepsItsTrialsUnderManyThreads) {
  Breaker breaker({.failure_threshold = 1, .success_threshold = 1 << 30});
  Fail(breaker);
  now_ += absl::Seconds(30);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int j = 0; j < 1000; ++j) {
        absl::StatusOr<Breaker::Permit> permit = breaker.Acquire(now_);
        if (permit.ok() && (i + j) % 2 == 0) permit->Succeed(now_);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(breaker.Acquire(now_), IsOk());
}

TEST_F(BreakerTest, LetsTheNextTryOnceATrialHasBegunToAnswer) {
  Breaker breaker({.failure_threshold = 1, .success_threshold = 2});
  Fail(breaker);
  now_ += absl::Seconds(30);
  absl::StatusOr<Breaker::Permit> stream = breaker.Acquire(now_);
  ASSERT_THAT(stream, IsOk());
  EXPECT_FALSE(breaker.Acquire(now_).ok());
  stream->GiveWay();
  absl::StatusOr<Breaker::Permit> next = breaker.Acquire(now_);
  ASSERT_THAT(next, IsOk());
  EXPECT_FALSE(breaker.Acquire(now_).ok());
  // Its end counts as ever.
  stream->Succeed(now_);
  EXPECT_EQ(breaker.state(now_), State::kHalfOpen);
  next->Succeed(now_);
  EXPECT_EQ(breaker.state(now_), State::kClosed);
}

}  // namespace
}  // namespace aigateway
