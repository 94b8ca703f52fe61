#include "gateway/server/drain.h"

#include <algorithm>
#include <csignal>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr absl::Duration kGrace = absl::Seconds(30);

class HandClock final : public Clock {
 public:
  absl::Time Now() const override { return now; }
  absl::Time now = absl::FromUnixSeconds(1700000000);
};

class KeptLines final : public LogSink {
 public:
  void Write(absl::string_view lines) override {
    absl::StrAppend(&text, lines);
  }
  std::string text;
};

// Each wait plays what was told, in turn; a further one lasts to its limit.
class ToldSignals final : public SignalSource {
 public:
  struct Turn {
    absl::Duration after;             // How long the wait lasts,
    std::function<void()> meanwhile;  // what happens at its end,
    std::optional<int> signal;        // and the signal that ended it.
  };

  explicit ToldSignals(HandClock* clock) : clock_(clock) {}
  void Tell(Turn turn) { turns_.push_back(std::move(turn)); }

  std::optional<int> Wait(absl::Duration limit) override {
    limits.push_back(limit);
    if (next_ == turns_.size()) {
      clock_->now += limit;
      return std::nullopt;
    }
    const Turn& turn = turns_[next_++];
    clock_->now += std::min(turn.after, limit);
    if (turn.meanwhile) turn.meanwhile();
    return turn.signal;
  }
  void Wake() override { ++wakes; }

  std::vector<absl::Duration> limits;
  int wakes = 0;

 private:
  HandClock* const clock_;
  std::vector<Turn> turns_;
  size_t next_ = 0;
};

class FakeServer final : public Drainable {
 public:
  void StartDrain() override { steps.push_back("drain"); }
  OpenCount& open_calls() override { return calls; }
  void CancelCalls() override { steps.push_back("cancel"); }

  OpenCount calls;
  std::vector<std::string> steps;
};

class DrainTest : public ::testing::Test {
 protected:
  void Run() { Drain(server_, signals_, kGrace, clock_, logger_); }
  std::function<void()> EndsACall() {
    return [this] { server_.calls.Remove(); };
  }

  HandClock clock_;
  KeptLines log_;
  Logger logger_{{}, &clock_, &log_};
  ToldSignals signals_{&clock_};
  FakeServer server_;
};

TEST_F(DrainTest, ReturnsAtOnceWithoutCalls) {
  Run();

  EXPECT_THAT(server_.steps, ElementsAre("drain"));
  EXPECT_THAT(signals_.limits, IsEmpty());
}

TEST_F(DrainTest, TheLastCallsEndWakesIt) {
  server_.calls.Add();
  server_.calls.Add();
  signals_.Tell({.after = absl::Seconds(1), .meanwhile = [this] {
                   server_.calls.Remove();
                   EXPECT_EQ(signals_.wakes, 0) << "one call goes on";
                   server_.calls.Remove();
                   EXPECT_EQ(signals_.wakes, 1);
                 }});

  Run();

  EXPECT_THAT(server_.steps, ElementsAre("drain"));
  EXPECT_THAT(signals_.limits, ElementsAre(kGrace)) << "it looks at no clock";
}

TEST_F(DrainTest, CancelsWhatIsLeftAfterTheGraceAndGivesItASecond) {
  server_.calls.Add();
  const absl::Time start = clock_.now;

  Run();

  EXPECT_THAT(server_.steps, ElementsAre("drain", "cancel"));
  EXPECT_THAT(signals_.limits, ElementsAre(kGrace, absl::Seconds(1)));
  EXPECT_EQ(clock_.now - start, kGrace + absl::Seconds(1));
  EXPECT_THAT(log_.text, HasSubstr("cancelling what is left"));
  EXPECT_THAT(log_.text, HasSubstr("\"open_calls\":1"));
}

TEST_F(DrainTest, CancelledCallsThatEndAreWaitedForNoLonger) {
  server_.calls.Add();
  signals_.Tell({.after = kGrace});
  signals_.Tell({.after = absl::Milliseconds(5), .meanwhile = EndsACall()});
  const absl::Time start = clock_.now;

  Run();

  EXPECT_THAT(server_.steps, ElementsAre("drain", "cancel"));
  EXPECT_EQ(clock_.now - start, kGrace + absl::Milliseconds(5));
}

TEST_F(DrainTest, AnotherSignalToEndCutsTheGraceShort) {
  for (const int signal : {SIGTERM, SIGINT}) {
    server_.steps.clear();
    server_.calls.Add();
    signals_.Tell({.after = absl::Seconds(2), .signal = signal});
    signals_.Tell({.meanwhile = EndsACall()});
    const absl::Time start = clock_.now;

    Run();

    EXPECT_THAT(server_.steps, ElementsAre("drain", "cancel"));
    EXPECT_EQ(clock_.now - start, absl::Seconds(2));
  }
}

TEST_F(DrainTest, ASignalToReloadDoesNot) {
  server_.calls.Add();
  signals_.Tell({.after = absl::Seconds(2), .signal = SIGHUP});
  signals_.Tell({.meanwhile = EndsACall()});

  Run();

  EXPECT_THAT(server_.steps, ElementsAre("drain"));
  EXPECT_THAT(signals_.limits, ElementsAre(kGrace, kGrace - absl::Seconds(2)));
}

TEST_F(DrainTest, FurtherSignalsLeaveCancelledCallsTheirLastWord) {
  server_.calls.Add();
  signals_.Tell({.after = absl::Seconds(2), .signal = SIGTERM});
  signals_.Tell({.after = absl::Milliseconds(100), .signal = SIGTERM});
  signals_.Tell({.after = absl::Milliseconds(100), .meanwhile = EndsACall()});

  Run();

  EXPECT_THAT(signals_.limits,
              ElementsAre(kGrace, absl::Seconds(1), absl::Milliseconds(900)));
  EXPECT_EQ(server_.calls.count(), 0);
}

TEST_F(DrainTest, ACallThatEndsLaterWakesNobody) {
  Run();
  server_.calls.Add();
  server_.calls.Remove();
  EXPECT_EQ(signals_.wakes, 0);
}

}  // namespace
}  // namespace aigateway
