#include "gateway/base/open_count.h"

#include <atomic>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

TEST(OpenCountTest, CountsWhatWasAddedAndNotRemoved) {
  OpenCount open;
  EXPECT_EQ(open.count(), 0);
  open.Add();
  open.Add();
  open.Remove();
  EXPECT_EQ(open.count(), 1);
}

TEST(OpenCountTest, WaitingForNothingReturnsAtOnce) {
  OpenCount open;
  EXPECT_TRUE(open.Wait(absl::ZeroDuration()));
  open.Add();
  open.Remove();
  EXPECT_TRUE(open.Wait(absl::ZeroDuration()));
}

TEST(OpenCountTest, WaitingGivesUpAtItsLimit) {
  OpenCount open;
  open.Add();
  EXPECT_FALSE(open.Wait(absl::ZeroDuration()));
  EXPECT_FALSE(open.Wait(absl::Milliseconds(1)));
  EXPECT_EQ(open.count(), 1);
}

// Again and again, so that the end comes before, while and after the wait
// begins.
TEST(OpenCountTest, AWaiterNeverMissesTheLastEnd) {
  for (int run = 0; run < 500; ++run) {
    OpenCount open;
    for (int i = 0; i < 3; ++i) open.Add();
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&open] { open.Remove(); });
    }
    EXPECT_TRUE(open.Wait(absl::InfiniteDuration()));
    EXPECT_EQ(open.count(), 0);
    for (std::thread& thread : threads) thread.join();
  }
}

TEST(OpenCountTest, TellsItsWatcherEachTimeThatNothingIsLeft) {
  OpenCount open;
  int idle = 0;
  open.Watch([&idle] { ++idle; });
  EXPECT_EQ(idle, 0) << "it is told of changes only";
  open.Add();
  open.Add();
  open.Remove();
  EXPECT_EQ(idle, 0);
  open.Remove();
  EXPECT_EQ(idle, 1);
  open.Add();
  open.Remove();
  EXPECT_EQ(idle, 2);
}

TEST(OpenCountTest, TellsNobodyOnceTheWatchIsOver) {
  OpenCount open;
  int idle = 0;
  open.Watch([&idle] { ++idle; });
  open.Watch(nullptr);
  open.Add();
  open.Remove();
  EXPECT_EQ(idle, 0);
}

}  // namespace
}  // namespace aigateway
