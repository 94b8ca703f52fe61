#include "gateway/base/join.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/scope.h"
#include "gateway/base/task.h"
#include "gateway/base/timers.h"
#include "tests/fakes/fake_timers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;

class JoinTest : public ::testing::Test {
 protected:
  Task<void> SleepAndTell(std::string name, absl::Duration delay) {
    told_.push_back(name + " begins");
    const absl::Status status = co_await timers_.Sleep(scope_, delay);
    told_.push_back(name + (status.ok() ? " ends" : " is cancelled"));
  }
  Task<void> TellAtOnce(std::string name) {
    told_.push_back(std::move(name));
    co_return;
  }
  Task<void> JoinAndTell(std::vector<Task<void>> children) {
    co_await JoinAll(loop_, std::move(children));
    told_.push_back("joined");
  }
  void Begin(std::vector<Task<void>> children) {
    loop_.Spawn(JoinAndTell(std::move(children)));
    loop_.RunUntilIdle();
  }

  FakeLoop loop_;
  FakeTimers timers_{&loop_};
  Scope scope_;
  std::vector<std::string> told_;
};

TEST_F(JoinTest, RunsChildrenAtTheSameTimeAndWaitsForTheLast) {
  std::vector<Task<void>> children;
  children.push_back(SleepAndTell("a", absl::Seconds(2)));
  children.push_back(SleepAndTell("b", absl::Seconds(1)));
  Begin(std::move(children));
  EXPECT_THAT(told_, ElementsAre("a begins", "b begins"));

  timers_.Advance(absl::Seconds(1));
  EXPECT_THAT(told_, ElementsAre("a begins", "b begins", "b ends"));

  timers_.Advance(absl::Seconds(1));
  EXPECT_THAT(
      told_, ElementsAre("a begins", "b begins", "b ends", "a ends", "joined"));
}

TEST_F(JoinTest, ReturnsAtOnceWithoutChildren) {
  Begin({});
  EXPECT_THAT(told_, ElementsAre("joined"));
}

TEST_F(JoinTest, JoinsChildrenThatNeverWait) {
  std::vector<Task<void>> children;
  children.push_back(TellAtOnce("a"));
  children.push_back(TellAtOnce("b"));
  Begin(std::move(children));
  EXPECT_THAT(told_, ElementsAre("a", "b", "joined"));
}

TEST_F(JoinTest, WaitsForCancelledChildrenToo) {
  std::vector<Task<void>> children;
  children.push_back(SleepAndTell("a", absl::Seconds(2)));
  children.push_back(SleepAndTell("b", absl::Seconds(1)));
  Begin(std::move(children));
  scope_.Cancel(absl::CancelledError("gone"));
  loop_.RunUntilIdle();
  EXPECT_THAT(told_, ElementsAre("a begins", "b begins", "a is cancelled",
                                 "b is cancelled", "joined"));
}

}  // namespace
}  // namespace aigateway
