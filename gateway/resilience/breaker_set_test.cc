#include "gateway/resilience/breaker_set.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using State = Breaker::State;

class BreakerSetTest : public testing::Test {
 protected:
  void Fail(absl::string_view model) {
    absl::StatusOr<Breaker::Permit> permit = set_.For(model).Acquire(now_);
    ASSERT_TRUE(permit.ok());
    permit->Fail(now_);
  }

  BreakerSet set_{{.failure_threshold = 1}};
  absl::Time now_ = absl::FromUnixSeconds(1000);
};

TEST_F(BreakerSetTest, HasABreakerForEachModel) {
  Fail("a");
  EXPECT_FALSE(set_.For("a").Acquire(now_).ok());
  EXPECT_TRUE(set_.For("b").Acquire(now_).ok());
  EXPECT_EQ(&set_.For("a"), &set_.For("a"));
}

TEST_F(BreakerSetTest, SpeaksAsOneForThoseWhoLook) {
  EXPECT_EQ(set_.state(now_), State::kClosed);
  EXPECT_EQ(set_.retry_time(now_), std::nullopt);
  Fail("a");
  now_ += absl::Seconds(10);
  Fail("b");
  EXPECT_EQ(set_.state(now_), State::kOpen);
  EXPECT_EQ(set_.retry_time(now_), now_ + absl::Seconds(20));
  now_ += absl::Seconds(20);
  EXPECT_EQ(set_.state(now_), State::kOpen);  // "b" still is.
  EXPECT_EQ(set_.retry_time(now_), now_ + absl::Seconds(10));
  now_ += absl::Seconds(10);
  EXPECT_EQ(set_.state(now_), State::kHalfOpen);
  set_.Reset();
  EXPECT_EQ(set_.state(now_), State::kClosed);
}

TEST_F(BreakerSetTest, DoesNotGrowWithTheNamesThatCallersMakeUp) {
  for (size_t i = 0; i < BreakerSet::kMaxModels; ++i) {
    set_.For(absl::StrCat("m", i));
  }
  EXPECT_EQ(&set_.For("x"), &set_.For("y"));
  EXPECT_NE(&set_.For("m0"), &set_.For("x"));
  Fail("x");
  EXPECT_EQ(set_.state(now_), State::kOpen);
}

TEST_F(BreakerSetTest, LooksWithoutMakingOne) {
  BreakerSet breakers({});
  EXPECT_EQ(breakers.Find("m"), nullptr);
  Breaker& made = breakers.For("m");
  EXPECT_EQ(breakers.Find("m"), &made);
  for (size_t i = 1; i < BreakerSet::kMaxModels; ++i) {
    breakers.For("m" + std::to_string(i));
  }
  // The rest share one.
  EXPECT_EQ(breakers.Find("another"), &breakers.For("yet another"));
}

}  // namespace
}  // namespace aigateway
