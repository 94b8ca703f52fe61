#include "gateway/resilience/failure_policy.h"

#include "gtest/gtest.h"

namespace aigateway {
namespace {

TEST(FailurePolicyTest, NeverRepeatsTheCallersFault) {
  const FailurePolicy& policy = PolicyFor(ErrorClass::kCallerFault);
  EXPECT_EQ(policy.retry, Retry::kNo);
  EXPECT_EQ(policy.failover, Failover::kNo);
  EXPECT_EQ(policy.breaker, BreakerOutcome::kNeutral);
}

TEST(FailurePolicyTest, LooksForALargerWindowWhenThePromptIsTooLong) {
  const FailurePolicy& policy = PolicyFor(ErrorClass::kContextTooLong);
  EXPECT_EQ(policy.retry, Retry::kNo);
  EXPECT_EQ(policy.failover, Failover::kIfLarger);
}

TEST(FailurePolicyTest, DoesNotShopForATargetThatAcceptsARefusedPrompt) {
  EXPECT_EQ(PolicyFor(ErrorClass::kRefusedByPolicy).failover, Failover::kNo);
}

TEST(FailurePolicyTest, CountsOverloadAndTimeoutsAgainstTheBreaker) {
  for (ErrorClass error_class :
       {ErrorClass::kOverloaded, ErrorClass::kAttemptTimeout}) {
    const FailurePolicy& policy = PolicyFor(error_class);
    EXPECT_EQ(policy.retry, Retry::kYes);
    EXPECT_EQ(policy.failover, Failover::kYes);
    EXPECT_EQ(policy.breaker, BreakerOutcome::kFailure);
  }
}

TEST(FailurePolicyTest, TriesABrokenGenerationOnceMore) {
  const FailurePolicy& policy = PolicyFor(ErrorClass::kGenerationBroke);
  EXPECT_EQ(policy.retry, Retry::kOnce);
  EXPECT_EQ(policy.failover, Failover::kYes);
  EXPECT_EQ(policy.breaker, BreakerOutcome::kNeutral);
}

TEST(FailurePolicyTest, EndsWithTheCaller) {
  const FailurePolicy& policy = PolicyFor(ErrorClass::kCallerGone);
  EXPECT_EQ(policy.retry, Retry::kNo);
  EXPECT_EQ(policy.failover, Failover::kNo);
}

TEST(FailurePolicyTest, AsksTheNextKeyForARefusedOne) {
  const FailurePolicy& policy = PolicyFor(ErrorClass::kCredential);
  EXPECT_EQ(policy.retry, Retry::kWithNextKey);
  EXPECT_EQ(policy.breaker, BreakerOutcome::kParkKey);
}

TEST(FailurePolicyTest, WaitsForARateLimitedTarget) {
  const FailurePolicy& policy = PolicyFor(ErrorClass::kRateLimited);
  EXPECT_EQ(policy.retry, Retry::kAfterWait);
  EXPECT_EQ(policy.failover, Failover::kYes);
  EXPECT_EQ(policy.breaker, BreakerOutcome::kParkUntilStated);
}

}  // namespace
}  // namespace aigateway
