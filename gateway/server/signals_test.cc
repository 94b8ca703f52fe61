#include "gateway/server/signals.h"

#include <cerrno>
#include <csignal>
#include <memory>
#include <optional>
#include <thread>
#include <unistd.h>

#include "absl/time/time.h"
#include "gtest/gtest.h"

#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

constexpr absl::Duration kAny = absl::Seconds(10);

// The signals stay blocked for the rest of the process, as in a server.
class ProcessSignalsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto created = ProcessSignals::Create();
    ASSERT_THAT(created, IsOk());
    signals_ = *std::move(created);
  }
  static void Send(int signal) { ASSERT_EQ(kill(getpid(), signal), 0); }

  std::unique_ptr<ProcessSignals> signals_;
};

TEST_F(ProcessSignalsTest, ReadsEachSignalOfItsThree) {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
    Send(signal);
    EXPECT_EQ(signals_->Wait(kAny), signal);
  }
}

TEST_F(ProcessSignalsTest, ReadsThemOneAtATime) {
  Send(SIGHUP);
  Send(SIGTERM);
  const std::optional<int> first = signals_->Wait(kAny);
  const std::optional<int> second = signals_->Wait(kAny);
  EXPECT_TRUE((first == SIGHUP && second == SIGTERM) ||
              (first == SIGTERM && second == SIGHUP));
  EXPECT_EQ(signals_->Wait(absl::ZeroDuration()), std::nullopt);
}

TEST_F(ProcessSignalsTest, GivesUpAtItsLimit) {
  EXPECT_EQ(signals_->Wait(absl::ZeroDuration()), std::nullopt);
  EXPECT_EQ(signals_->Wait(absl::Milliseconds(1)), std::nullopt);
}

TEST_F(ProcessSignalsTest, AnotherThreadEndsAWaitWithoutLimit) {
  std::thread other([this] { signals_->Wake(); });
  EXPECT_EQ(signals_->Wait(absl::InfiniteDuration()), std::nullopt);
  other.join();
}

TEST_F(ProcessSignalsTest, WakesBeforeAWaitEndThatOneAlone) {
  signals_->Wake();
  signals_->Wake();
  EXPECT_EQ(signals_->Wait(absl::InfiniteDuration()), std::nullopt);
  std::thread other([] { Send(SIGHUP); });
  EXPECT_EQ(signals_->Wait(absl::InfiniteDuration()), SIGHUP);
  other.join();
}

TEST_F(ProcessSignalsTest, AWakeLosesNoSignal) {
  signals_->Wake();
  Send(SIGTERM);
  const std::optional<int> first = signals_->Wait(kAny);
  const std::optional<int> second = signals_->Wait(kAny);
  EXPECT_TRUE((first == SIGTERM) != (second == SIGTERM));
}

TEST_F(ProcessSignalsTest, ABrokenPipeIsAnErrorNotTheEnd) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  EXPECT_EQ(write(ends[1], "x", 1), -1);
  EXPECT_EQ(errno, EPIPE);
  close(ends[1]);
}

}  // namespace
}  // namespace aigateway
