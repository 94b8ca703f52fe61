#include "gateway/core/walk_rules.h"

#include "gtest/gtest.h"

#include "gateway/base/errors.h"

namespace aigateway {
namespace {

constexpr auto kUnset = v1::ON_INTERRUPTION_UNSPECIFIED;
constexpr auto kFail = v1::ON_INTERRUPTION_FAIL;
constexpr auto kContinue = v1::ON_INTERRUPTION_CONTINUE;
constexpr auto kRestart = v1::ON_INTERRUPTION_RESTART;

v1::OnInterruption Effective(v1::OnInterruption config,
                             v1::OnInterruption asked) {
  WalkRules rules;
  rules.on_interruption = config;
  return rules.OnInterruptionFor(asked);
}

TEST(WalkRulesTest, LetsARequestChooseWhereTheConfigSaysNothing) {
  EXPECT_EQ(Effective(kUnset, kUnset), kFail);
  EXPECT_EQ(Effective(kUnset, kContinue), kContinue);
  EXPECT_EQ(Effective(kUnset, kRestart), kRestart);
}

TEST(WalkRulesTest, TakesTheConfigForTheDefaultAndTheMost) {
  EXPECT_EQ(Effective(kContinue, kUnset), kContinue);
  EXPECT_EQ(Effective(kContinue, kFail), kFail);
  EXPECT_EQ(Effective(kContinue, kRestart), kContinue);
  EXPECT_EQ(Effective(kFail, kRestart), kFail);
  EXPECT_EQ(Effective(kRestart, kUnset), kRestart);
}

TEST(WalkRulesTest, BringsNoCallerBack) {
  FailoverRules rules;
  rules.reasons.insert(static_cast<int>(ErrorReason::kCancelled));
  EXPECT_FALSE(FailsOver(Error(ErrorReason::kCancelled, "gone"), rules));
}

}  // namespace
}  // namespace aigateway
