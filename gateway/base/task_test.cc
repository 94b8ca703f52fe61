#include "gateway/base/task.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/fakes/fake_timers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;

class WaiterTest : public ::testing::Test {
 protected:
  Task<void> Take(Waiter<std::unique_ptr<std::string>>& waiter) {
    taken_.push_back(*co_await waiter.Wait());
  }
  static std::unique_ptr<std::string> Text(std::string text) {
    return std::make_unique<std::string>(std::move(text));
  }
  void Spawn(Task<void> task) {
    loop_.Spawn(std::move(task));
    loop_.RunUntilIdle();
  }

  FakeLoop loop_;
  std::vector<std::string> taken_;
};

TEST_F(WaiterTest, ResumesWhoeverWaitsInsideWake) {
  Waiter<std::unique_ptr<std::string>> waiter;
  Spawn(Take(waiter));
  EXPECT_TRUE(waiter.waiting());
  waiter.Wake(Text("a"));
  EXPECT_THAT(taken_, ElementsAre("a"));
  EXPECT_FALSE(waiter.waiting());
}

TEST_F(WaiterTest, AValueGivenBeforeIsTakenWithoutWaiting) {
  Waiter<std::unique_ptr<std::string>> waiter;
  waiter.Wake(Text("a"));
  EXPECT_TRUE(waiter.ready());
  Spawn(Take(waiter));
  EXPECT_THAT(taken_, ElementsAre("a"));
  EXPECT_FALSE(waiter.ready());
}

TEST_F(WaiterTest, TheFirstValueCounts) {
  Waiter<std::unique_ptr<std::string>> waiter;
  waiter.Wake(Text("a"));
  waiter.Wake(Text("b"));
  Spawn(Take(waiter));
  EXPECT_THAT(taken_, ElementsAre("a"));
  EXPECT_FALSE(waiter.ready());
}

TEST_F(WaiterTest, CanBeUsedAgain) {
  Waiter<std::unique_ptr<std::string>> waiter;
  for (const char* text : {"a", "b"}) {
    Spawn(Take(waiter));
    waiter.Wake(Text(text));
  }
  waiter.Wake(Text("c"));
  Spawn(Take(waiter));
  EXPECT_THAT(taken_, ElementsAre("a", "b", "c"));
}

// The waiter lives in the coroutine, and goes with it inside Wake().
Task<void> WaitOnOwn(Waiter<int>** shown, int* result) {
  Waiter<int> own;
  *shown = &own;
  *result = co_await own.Wait();
}

TEST_F(WaiterTest, MayBeDestroyedByTheCoroutineItWakes) {
  Waiter<int>* waiter = nullptr;
  int result = 0;
  Spawn(WaitOnOwn(&waiter, &result));
  ASSERT_NE(waiter, nullptr);
  waiter->Wake(7);
  EXPECT_EQ(result, 7);
}

Task<void> PingPong(Waiter<int>& in, Waiter<int>& out, int rounds, int* sum) {
  for (int i = 0; i < rounds; ++i) {
    const int value = co_await in.Wait();
    *sum += value;
    out.Wake(value + 1);
  }
}

TEST_F(WaiterTest, TwoCoroutinesCanWakeEachOther) {
  Waiter<int> a;
  Waiter<int> b;
  int sum_a = 0;
  int sum_b = 0;
  Spawn(PingPong(a, b, 3, &sum_a));
  Spawn(PingPong(b, a, 3, &sum_b));
  a.Wake(1);
  loop_.RunUntilIdle();
  EXPECT_EQ(sum_a, 1 + 3 + 5);
  EXPECT_EQ(sum_b, 2 + 4 + 6);
  EXPECT_TRUE(a.ready());
}

Task<int> Add(int a, int b) { co_return a + b; }
Task<int> AddThree(int a, int b, int c) {
  co_return co_await Add(co_await Add(a, b), c);
}

TEST_F(WaiterTest, TasksAwaitEachOther) {
  EXPECT_EQ(RunToEnd(loop_, AddThree(1, 2, 3)), 6);
}

}  // namespace
}  // namespace aigateway
