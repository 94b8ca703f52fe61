#include "gateway/base/scope.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ScopeTest, TheFirstReasonStays) {
  Scope scope;
  EXPECT_FALSE(scope.cancelled());
  EXPECT_EQ(scope.status(), absl::OkStatus());
  scope.Cancel(absl::CancelledError("first"));
  scope.Cancel(absl::DeadlineExceededError("second"));
  EXPECT_TRUE(scope.cancelled());
  EXPECT_EQ(scope.status(), absl::CancelledError("first"));
}

TEST(ScopeTest, RunsEachWatchOnceInOrderBeforeCancelReturns) {
  Scope scope;
  std::vector<int> ran;
  const Scope::Watch a = scope.OnCancel([&] { ran.push_back(1); });
  const Scope::Watch b = scope.OnCancel([&] { ran.push_back(2); });
  EXPECT_THAT(ran, IsEmpty());
  scope.Cancel(absl::CancelledError(""));
  EXPECT_THAT(ran, ElementsAre(1, 2));
  scope.Cancel(absl::CancelledError(""));
  EXPECT_THAT(ran, ElementsAre(1, 2));
}

TEST(ScopeTest, TheStatusIsThereWhenAWatchRuns) {
  Scope scope;
  absl::Status seen;
  const Scope::Watch watch = scope.OnCancel([&] { seen = scope.status(); });
  scope.Cancel(absl::CancelledError("why"));
  EXPECT_EQ(seen, absl::CancelledError("why"));
}

TEST(ScopeTest, AWatchOfACancelledScopeRunsAtOnce) {
  Scope scope;
  scope.Cancel(absl::CancelledError(""));
  bool ran = false;
  const Scope::Watch watch = scope.OnCancel([&] { ran = true; });
  EXPECT_TRUE(ran);
}

TEST(ScopeTest, ADestroyedWatchIsForgotten) {
  Scope scope;
  bool ran = false;
  {
    const Scope::Watch watch = scope.OnCancel([&] { ran = true; });
  }
  Scope::Watch reset = scope.OnCancel([&] { ran = true; });
  reset.Reset();
  reset.Reset();
  scope.Cancel(absl::CancelledError(""));
  EXPECT_FALSE(ran);
}

TEST(ScopeTest, AMovedWatchStillWatches) {
  Scope scope;
  int ran = 0;
  Scope::Watch first = scope.OnCancel([&] { ++ran; });
  Scope::Watch second = std::move(first);
  Scope::Watch third = scope.OnCancel([&] { ran += 10; });
  third = std::move(second);  // Forgets what it watched with before.
  scope.Cancel(absl::CancelledError(""));
  EXPECT_EQ(ran, 1);
}

TEST(ScopeTest, AWatchMayRemoveItselfAndOthersWhileItRuns) {
  Scope scope;
  std::vector<int> ran;
  std::optional<Scope::Watch> first;
  std::optional<Scope::Watch> second;
  std::optional<Scope::Watch> third;
  first.emplace(scope.OnCancel([&] {
    ran.push_back(1);
    first.reset();
    second.reset();
  }));
  second.emplace(scope.OnCancel([&] { ran.push_back(2); }));
  third.emplace(scope.OnCancel([&] { ran.push_back(3); }));
  scope.Cancel(absl::CancelledError(""));
  EXPECT_THAT(ran, ElementsAre(1, 3));
}

TEST(ScopeTest, AWatchMayAddAnotherWhichRunsAtOnce) {
  Scope scope;
  std::vector<std::string> ran;
  std::optional<Scope::Watch> late;
  const Scope::Watch watch = scope.OnCancel([&] {
    late.emplace(scope.OnCancel([&] { ran.push_back("late"); }));
    ran.push_back("first");
  });
  scope.Cancel(absl::CancelledError(""));
  EXPECT_THAT(ran, ElementsAre("late", "first"));
}

TEST(ScopeTest, CancellingAParentCancelsItsChildrenWithItsReason) {
  Scope parent;
  Scope child(parent);
  Scope grandchild(child);
  parent.Cancel(absl::CancelledError("gone"));
  EXPECT_EQ(child.status(), absl::CancelledError("gone"));
  EXPECT_EQ(grandchild.status(), absl::CancelledError("gone"));
}

TEST(ScopeTest, CancellingAChildLeavesItsParentAndSiblingsAlone) {
  Scope parent;
  Scope child(parent);
  Scope sibling(parent);
  child.Cancel(absl::DeadlineExceededError("slow"));
  EXPECT_FALSE(parent.cancelled());
  EXPECT_FALSE(sibling.cancelled());
  parent.Cancel(absl::CancelledError("gone"));
  EXPECT_EQ(child.status(), absl::DeadlineExceededError("slow"));
  EXPECT_EQ(sibling.status(), absl::CancelledError("gone"));
}

TEST(ScopeTest, AChildOfACancelledScopeIsCancelled) {
  Scope parent;
  parent.Cancel(absl::CancelledError("gone"));
  const Scope child(parent);
  EXPECT_EQ(child.status(), absl::CancelledError("gone"));
}

TEST(ScopeTest, AChildMayGoBeforeItsParentIsCancelled) {
  Scope parent;
  {
    const Scope child(parent);
  }
  parent.Cancel(absl::CancelledError(""));
}

TEST(ScopeTest, AChildMayGoWhileItsParentCancels) {
  Scope parent;
  auto child = std::make_unique<Scope>(parent);
  auto sibling = std::make_unique<Scope>(parent);
  const Scope::Watch watch = child->OnCancel([&] { sibling.reset(); });
  parent.Cancel(absl::CancelledError(""));
  EXPECT_TRUE(child->cancelled());
  EXPECT_EQ(sibling, nullptr);
}

TEST(ScopeTest, AWatchMayDestroyTheScopeThatCancels) {
  Scope parent;
  auto scope = std::make_unique<Scope>(parent);
  std::optional<Scope::Watch> watch;
  std::optional<Scope::Watch> never;
  bool ran = false;
  // As a coroutine does that this wakes: what it holds goes in reverse order.
  watch.emplace(scope->OnCancel([&] {
    never.reset();
    watch.reset();
    scope.reset();
  }));
  never.emplace(scope->OnCancel([&] { ran = true; }));
  parent.Cancel(absl::CancelledError("gone"));
  EXPECT_EQ(scope, nullptr);
  EXPECT_FALSE(ran);
}

TEST(ScopeTest, TheEarlierDeadlineHolds) {
  const absl::Time now = absl::FromUnixSeconds(1000);
  Scope parent(now + absl::Seconds(10));
  EXPECT_EQ(Scope(parent).deadline(), now + absl::Seconds(10));
  EXPECT_EQ(Scope(parent, now + absl::Seconds(5)).deadline(),
            now + absl::Seconds(5));
  EXPECT_EQ(Scope(parent, now + absl::Seconds(50)).deadline(),
            now + absl::Seconds(10));
  EXPECT_EQ(Scope().deadline(), absl::InfiniteFuture());
}

TEST(ScopeDeathTest, RefusesToBeCancelledWithoutAReason) {
  Scope scope;
  EXPECT_DEATH(scope.Cancel(absl::OkStatus()), "check failed");
}

TEST(ScopeDeathTest, RefusesToGoBeforeItsWatches) {
  auto scope = std::make_unique<Scope>();
  Scope::Watch watch = scope->OnCancel([] {});
  EXPECT_DEATH(scope.reset(), "check failed");
  watch.Reset();
}

}  // namespace
}  // namespace aigateway
