#include "gateway/net/turn_meter.h"

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

// Holds the thread, as a turn that blocks does, until the meter says so.
void HoldFor(const TurnMeter& meter, absl::Duration least) {
  while (meter.held_for() < least) {
  }
}

TEST(TurnMeterTest, IsIdleBetweenTurns) {
  TurnMeter meter;
  EXPECT_EQ(meter.held_for(), absl::ZeroDuration());
  {
    const TurnMeter::Turn turn(meter);
  }
  EXPECT_EQ(meter.held_for(), absl::ZeroDuration());
  EXPECT_EQ(meter.long_turns(), 0);
}

TEST(TurnMeterTest, TellsHowLongATurnHasRunAndCountsLongOnes) {
  TurnMeter meter;
  {
    const TurnMeter::Turn turn(meter);
    HoldFor(meter, absl::Milliseconds(20));
  }
  EXPECT_EQ(meter.long_turns(), 0);
  {
    const TurnMeter::Turn turn(meter);
    HoldFor(meter, TurnMeter::kLong);
    EXPECT_GE(meter.held_for(), TurnMeter::kLong);
    EXPECT_EQ(meter.long_turns(), 0) << "it has not ended";
  }
  EXPECT_EQ(meter.long_turns(), 1);
  EXPECT_EQ(meter.held_for(), absl::ZeroDuration());
}

TEST(TurnMeterTest, KnowsTheTurnOfItsThreadAndWhatHoldsIt) {
  static const auto* const name = new std::string("something");
  TurnMeter meter;
  EXPECT_EQ(TurnMeter::Current(), nullptr);
  uint64_t first = 0;
  {
    const TurnMeter::Turn turn(meter);
    {
      const TurnMeter::Turn within(meter);
    }
    ASSERT_EQ(TurnMeter::Current(), &meter);
    first = meter.turn();
    EXPECT_EQ(meter.label(), nullptr);
    meter.set_label(name);
    EXPECT_EQ(meter.label(), name);
  }
  EXPECT_EQ(TurnMeter::Current(), nullptr);
  EXPECT_EQ(meter.label(), nullptr) << "the next turn is somebody else's";
  const TurnMeter::Turn turn(meter);
  EXPECT_NE(meter.turn(), first);
}

TEST(TurnMeterTest, ATurnWithinATurnIsPartOfIt) {
  TurnMeter meter;
  const TurnMeter::Turn outer(meter);
  HoldFor(meter, absl::Milliseconds(8));
  {
    const TurnMeter::Turn inner(meter);
  }
  EXPECT_GE(meter.held_for(), absl::Milliseconds(8));
}

}  // namespace
}  // namespace aigateway
