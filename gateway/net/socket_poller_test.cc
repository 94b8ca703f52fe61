#include "gateway/net/socket_poller.h"

#include <fcntl.h>
#include <memory>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "asio/io_context.hpp"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr uint8_t kRead = SocketPoller::kRead;
constexpr uint8_t kWrite = SocketPoller::kWrite;

// Two connected sockets.
class SocketPair {
 public:
  SocketPair() { EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds_), 0); }
  ~SocketPair() {
    CloseOurs();
    ClosePeer();
  }
  int ours() const { return fds_[0]; }
  void Say() { EXPECT_EQ(write(fds_[1], "x", 1), 1); }
  void Hear() {
    char c;
    EXPECT_EQ(read(fds_[0], &c, 1), 1);
  }
  void CloseOurs() { Close(fds_[0]); }
  void ClosePeer() { Close(fds_[1]); }

 private:
  static void Close(int& fd) {
    if (fd >= 0) close(fd);
    fd = -1;
  }
  int fds_[2];
};

class SocketPollerTest : public ::testing::Test, public SocketPoller::Listener {
 protected:
  SocketPollerTest() {
    absl::StatusOr<std::unique_ptr<SocketPoller>> poller =
        SocketPoller::Create(io_, this);
    EXPECT_TRUE(poller.ok());
    poller_ = *std::move(poller);
  }

  void OnReady(absl::Span<const SocketPoller::Ready> ready) override {
    for (const SocketPoller::Ready& each : ready) {
      ready_.emplace_back(each.fd, each.what);
    }
    ++batches_;
  }
  void OnRestDisturbed() override { ++disturbed_; }

  // Runs the loop until nothing more is ready, or `rounds` at most: a socket
  // that stays ready is reported in each.
  std::vector<std::pair<int, int>> Run(int rounds = 1) {
    ready_.clear();
    for (int i = 0; i < rounds; ++i) io_.poll_one();
    return ready_;
  }

  asio::io_context io_{1};
  std::unique_ptr<SocketPoller> poller_;
  std::vector<std::pair<int, int>> ready_;
  int batches_ = 0;
  int disturbed_ = 0;
  SocketPair a_;
  SocketPair b_;
};

TEST_F(SocketPollerTest, TellsWhatIsReadyAsLongAsItIs) {
  poller_->Watch(a_.ours(), kRead);
  EXPECT_THAT(Run(), IsEmpty());
  a_.Say();
  EXPECT_THAT(Run(), ElementsAre(Pair(a_.ours(), kRead)));
  EXPECT_THAT(Run(), ElementsAre(Pair(a_.ours(), kRead)));
  a_.Hear();
  EXPECT_THAT(Run(2), IsEmpty());
}

TEST_F(SocketPollerTest, ServesManySocketsInOneBatch) {
  poller_->Watch(a_.ours(), kRead | kWrite);
  poller_->Watch(b_.ours(), kRead);
  a_.Say();
  b_.Say();
  EXPECT_EQ(Run().size(), 2);
  EXPECT_EQ(batches_, 1);
}

TEST_F(SocketPollerTest, ForgetsWhatIsUnwatched) {
  poller_->Watch(a_.ours(), kRead);
  poller_->Unwatch(a_.ours(), /*resting=*/false);
  a_.Say();
  EXPECT_THAT(Run(2), IsEmpty());
  EXPECT_EQ(disturbed_, 0);
  EXPECT_EQ(poller_->resting(), 0);
}

TEST_F(SocketPollerTest, ARestingSocketIsWatchedAgain) {
  poller_->Watch(a_.ours(), kRead);
  poller_->Unwatch(a_.ours(), /*resting=*/true);
  EXPECT_EQ(poller_->resting(), 1);
  poller_->Watch(a_.ours(), kRead);
  EXPECT_EQ(poller_->resting(), 0);
  a_.Say();
  EXPECT_THAT(Run(), ElementsAre(Pair(a_.ours(), kRead)));
}

TEST_F(SocketPollerTest, TellsOnceWhenARestingSocketIsDisturbed) {
  poller_->Watch(a_.ours(), kRead);
  poller_->Unwatch(a_.ours(), /*resting=*/true);
  a_.ClosePeer();
  EXPECT_THAT(Run(3), IsEmpty());
  EXPECT_EQ(disturbed_, 1);
  EXPECT_EQ(poller_->resting(), 1) << "it is open still";
  // It can be watched again all the same: its end is to be read.
  poller_->Watch(a_.ours(), kRead);
  EXPECT_THAT(Run(), ElementsAre(Pair(a_.ours(), kRead)));
}

TEST_F(SocketPollerTest, AHangUpMakesReadyForAllThatIsWatched) {
  poller_->Watch(a_.ours(), kWrite);
  a_.ClosePeer();
  EXPECT_THAT(Run(), ElementsAre(Pair(a_.ours(), kWrite)));
}

TEST_F(SocketPollerTest, ClosingEndsRest) {
  poller_->Watch(a_.ours(), kRead);
  poller_->Unwatch(a_.ours(), /*resting=*/true);
  const int number = a_.ours();
  poller_->Closing(number);
  a_.CloseOurs();
  EXPECT_EQ(poller_->resting(), 0);

  // Another socket of that number.
  ASSERT_EQ(fcntl(b_.ours(), F_DUPFD, number), number);
  poller_->Opened(number);
  poller_->Watch(number, kRead);
  b_.Say();
  EXPECT_THAT(Run(), ElementsAre(Pair(number, kRead)));
  close(number);
}

TEST_F(SocketPollerTest, ASocketClosedWithoutAWordIsReplacedByItsSuccessor) {
  poller_->Watch(a_.ours(), kWrite);
  const int number = a_.ours();
  a_.CloseOurs();  // The kernel takes it out of the set.
  ASSERT_EQ(fcntl(b_.ours(), F_DUPFD, number), number);

  poller_->Opened(number);

  EXPECT_THAT(Run(), ElementsAre(Pair(number, kWrite)));
  close(number);
}

TEST_F(SocketPollerTest, WatchesANumberWhoseSocketWasReplacedUnknown) {
  poller_->Watch(a_.ours(), kRead);
  const int number = a_.ours();
  a_.CloseOurs();
  ASSERT_EQ(fcntl(b_.ours(), F_DUPFD, number), number);

  poller_->Watch(number, kRead | kWrite);

  EXPECT_THAT(Run(), ElementsAre(Pair(number, kWrite)));
  close(number);
}

TEST_F(SocketPollerTest, EndsWhileItWaits) {
  poller_->Watch(a_.ours(), kRead);
  a_.Say();
  poller_.reset();
  io_.poll();
  EXPECT_EQ(batches_, 0);
}

}  // namespace
}  // namespace aigateway
