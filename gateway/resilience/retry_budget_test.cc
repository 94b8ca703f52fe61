#include "gateway/resilience/retry_budget.h"

#include "gtest/gtest.h"

namespace aigateway {
namespace {

int RetriesLeft(RetryBudget& budget) {
  int retries = 0;
  while (budget.TryRetry()) ++retries;
  return retries;
}

TEST(RetryBudgetTest, LetsAQuietTargetRetryFromItsReserve) {
  RetryBudget budget(0.2);
  EXPECT_EQ(RetriesLeft(budget), RetryBudget::kReserve);
}

TEST(RetryBudgetTest, EarnsItsShareOfRequests) {
  RetryBudget budget(0.2);
  RetriesLeft(budget);
  for (int i = 0; i < 50; ++i) budget.OnRequest();
  EXPECT_EQ(RetriesLeft(budget), 10);
}

TEST(RetryBudgetTest, DoesNotSaveUpWithoutBound) {
  RetryBudget budget(0.2);
  for (int i = 0; i < 100000; ++i) budget.OnRequest();
  EXPECT_EQ(RetriesLeft(budget), RetryBudget::kReserve + 20);
}

TEST(RetryBudgetTest, AllowsNoneAtAShareOfZero) {
  RetryBudget budget(0);
  for (int i = 0; i < 100; ++i) budget.OnRequest();
  EXPECT_EQ(RetriesLeft(budget), 0);
}

}  // namespace
}  // namespace aigateway
