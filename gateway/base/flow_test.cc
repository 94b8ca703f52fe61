#include "gateway/base/flow.h"

#include <utility>

#include "gtest/gtest.h"

namespace aigateway {
namespace {

TEST(FlowTest, TellsListenersOfEachChangeOnce) {
  Flow flow;
  int changes = 0;
  const Flow::Listener listener = flow.Listen([&] { ++changes; });
  EXPECT_FALSE(flow.paused());
  flow.Resume();
  EXPECT_EQ(changes, 0);
  flow.Pause();
  flow.Pause();
  EXPECT_EQ(changes, 1);
  EXPECT_TRUE(flow.paused());
  flow.Resume();
  EXPECT_EQ(changes, 2);
  EXPECT_FALSE(flow.paused());
}

TEST(FlowTest, AListenerSeesTheNewState) {
  Flow flow;
  bool seen = false;
  const Flow::Listener listener = flow.Listen([&] { seen = flow.paused(); });
  flow.Pause();
  EXPECT_TRUE(seen);
  flow.Resume();
  EXPECT_FALSE(seen);
}

TEST(FlowTest, ADestroyedListenerHearsNoMore) {
  Flow flow;
  int changes = 0;
  {
    const Flow::Listener listener = flow.Listen([&] { ++changes; });
  }
  Flow::Listener reset = flow.Listen([&] { ++changes; });
  reset.Reset();
  reset.Reset();
  flow.Pause();
  EXPECT_EQ(changes, 0);
}

TEST(FlowTest, AMovedListenerStillListens) {
  Flow flow;
  int changes = 0;
  Flow::Listener first = flow.Listen([&] { ++changes; });
  Flow::Listener second = flow.Listen([&] { changes += 10; });
  second = std::move(first);
  const Flow::Listener third = std::move(second);
  flow.Pause();
  EXPECT_EQ(changes, 1);
}

}  // namespace
}  // namespace aigateway
