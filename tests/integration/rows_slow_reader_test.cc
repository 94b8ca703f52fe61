// A hundred streams from a provider that floods, to clients that read slowly or
// stop for a while: the gateway holds at most 256 KiB of each, and every text
// arrives whole. Times are a tenth of what the rule says.

#include <algorithm>
#include <atomic>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "grpcpp/client_context.h"
#include "grpcpp/create_channel.h"
#include "gtest/gtest.h"

#include "gateway/base/clock.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_probe.h"
#include "tests/integration/gateway_process.h"

namespace aigateway {
namespace {

constexpr int kStreams = 100;
constexpr int kChannels = 10;
constexpr int64_t kHeldKib = 256;
constexpr absl::Duration kReadEach = absl::Milliseconds(100);
constexpr absl::Duration kStopFor = absl::Seconds(3);

// The text comes in rounds of numbered deltas, so that one that is lost, twice
// there or out of order is seen.
constexpr int kDeltasARound = 128;
std::string DeltaText(int i) {
  return absl::StrCat("<", i, ">", std::string(500, 'x'));
}

// Follows one client's text.
class TextCheck {
 public:
  // Of `rounds` rounds.
  TextCheck(const std::string* round, size_t rounds)
      : round_(round), size_(round->size() * rounds) {}
  void Add(const std::string& text) {
    for (size_t at = 0; at < text.size() && good_;) {
      const size_t place = bytes_ % round_->size();
      const size_t size = std::min(text.size() - at, round_->size() - place);
      good_ = text.compare(at, size, *round_, place, size) == 0;
      at += size;
      bytes_ += size;
    }
  }
  bool whole() const { return good_ && bytes_ == size_; }
  size_t bytes() const { return bytes_; }

 private:
  const std::string* const round_;
  const size_t size_;
  size_t bytes_ = 0;
  bool good_ = true;
};

class SlowReaderRows : public testing::Test {
 protected:
  SlowReaderRows() : upstream_({.send_buffer_bytes = 64 * 1024}) {
    for (int i = 0; i < kDeltasARound; ++i) {
      absl::StrAppend(&round_, DeltaText(i));
      absl::StrAppend(&events_, SseEvent(DeltaJson(DeltaText(i))));
    }
    gateway_ = std::make_unique<GatewayProcess>(GatewayProcess::Options{
        .config = absl::StrCat("providers:\n", Instance("a", upstream_),
                               "targets: [{virtual_key: a}]\n")});
    for (int i = 0; i < kChannels; ++i) {
      grpc::ChannelArguments arguments;
      arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
      // A client that takes nothing in advance: else gRPC widens its window to
      // megabytes, and reads what nobody asked for.
      arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
      stubs_.push_back(v1::GatewayService::NewStub(grpc::CreateCustomChannel(
          gateway_->address(), grpc::InsecureChannelCredentials(), arguments)));
    }
  }

  // Makes the provider send so many rounds to each stream.
  void SetRounds(int rounds) {
    rounds_ = rounds;
    UpstreamReply reply;
    reply.Send(SseHead())
        .SendTimes(Chunk(events_), rounds)
        .Send(Chunk(SseEvent(FinishJson())))
        .Send(Chunk(SseEvent("[DONE]")))
        .Send(LastChunk());
    upstream_.SetReply(reply);
  }

  // Reads one stream to its end, in threads of their own.
  void Read(int index, absl::Duration pause, absl::Duration stop) {
    grpc::ClientContext context;
    auto reader = stubs_[index % kChannels]->RouteStream(&context, StreamQ1());
    TextCheck check(&round_, rounds_);
    v1::RouteStreamResponse event;
    bool stopped = false;
    int ends = 0;
    while (reader->Read(&event)) {
      check.Add(event.delta().text());
      if (event.has_end()) ++ends;
      if (!stopped && check.bytes() > 0) {
        stopped = true;
        ++begun_;
        absl::SleepFor(stop);
      }
      absl::SleepFor(pause);
    }
    const grpc::Status status = reader->Finish();
    if (status.ok() && check.whole() && ends == 1) {
      ++whole_;
    } else {
      ADD_FAILURE() << "stream " << index << ": " << status.error_message()
                    << ", " << check.bytes() << " bytes, " << ends << " ends";
    }
  }
  // Starts all of them and waits until each has its first text.
  void StartReaders(absl::Duration pause, absl::Duration stop) {
    for (int i = 0; i < kStreams; ++i) {
      readers_.emplace_back([=, this] { Read(i, pause, stop); });
    }
    EXPECT_TRUE(
        WaitUntil([this] { return begun_ == kStreams; }, absl::Seconds(30)));
  }
  void Join() {
    for (std::thread& reader : readers_) reader.join();
    readers_.clear();
    EXPECT_EQ(whole_, kStreams);
  }
  // A few streams read at once, so that what the first ones cost once and for
  // all is there.
  void WarmUp() {
    SetRounds(1);
    for (int i = 0; i < kChannels; ++i) {
      Read(i, absl::ZeroDuration(), absl::ZeroDuration());
    }
    begun_ = 0;
    whole_ = 0;
  }

  std::string round_;   // The text of one round,
  std::string events_;  // and how the provider sends it.
  size_t rounds_ = 0;
  FakeUpstream upstream_;
  std::unique_ptr<GatewayProcess> gateway_;
  std::vector<std::unique_ptr<v1::GatewayService::Stub>> stubs_;
  std::atomic<int> begun_ = 0;
  std::atomic<int> whole_ = 0;
  std::vector<std::thread> readers_;
};

TEST_F(SlowReaderRows, ReadersThatStopMakeTheProviderWaitNotTheGatewayGrow) {
  WarmUp();
  SetRounds(32);
  const uint64_t offered = events_.size() * rounds_ * kStreams;
  const int64_t before_kib = gateway_->resident_kib();
  const uint64_t sent_before = upstream_.bytes_sent();
  StartReaders(absl::ZeroDuration(), kStopFor);
  // All stand still: so does, soon, what the provider could send.
  uint64_t sent = 0;
  EXPECT_TRUE(WaitUntil(
      [&] {
        const uint64_t last = std::exchange(sent, upstream_.bytes_sent());
        absl::SleepFor(absl::Milliseconds(200));
        return sent == last;
      },
      kStopFor));
  const int64_t first_kib = gateway_->resident_kib();
  EXPECT_LT(sent - sent_before, offered / 2)
      << "most of it waits at the provider";
  absl::SleepFor(absl::Milliseconds(500));
  const int64_t second_kib = gateway_->resident_kib();
  EXPECT_EQ(upstream_.bytes_sent(), sent);
  RecordProperty("sent_kib_a_stream", (sent - sent_before) / kStreams / 1024);
  RecordProperty("held_kib_a_stream", (second_kib - before_kib) / kStreams);
  std::cout << "a stream: sent " << (sent - sent_before) / kStreams / 1024
            << " KiB, held " << (second_kib - before_kib) / kStreams
            << " KiB\n";
  if (!kSanitized) {
    EXPECT_LE(first_kib - before_kib, kStreams * kHeldKib);
    EXPECT_LE(second_kib - first_kib, 1024) << "flat";
  }
  Join();
  if (!kSanitized) {
    EXPECT_LE(gateway_->resident_kib() - before_kib, kStreams * kHeldKib);
  }
}

TEST_F(SlowReaderRows, ReadersOfOneMessageATickGetTheWholeTextInFlatMemory) {
  WarmUp();
  SetRounds(8);
  const int64_t before_kib = gateway_->resident_kib();
  StartReaders(kReadEach, absl::ZeroDuration());
  std::vector<int64_t> kib;
  while (whole_ == 0 && !HasFailure() && kib.size() < 100) {
    kib.push_back(gateway_->resident_kib() - before_kib);
    absl::SleepFor(absl::Milliseconds(100));
  }
  Join();
  if (kSanitized) return;
  ASSERT_GE(kib.size(), 5u) << "they were read too fast to tell";
  for (const int64_t held : kib) EXPECT_LE(held, kStreams * kHeldKib);
  EXPECT_LE(kib.back() - kib[kib.size() / 2], 2048) << "flat";
}

}  // namespace
}  // namespace aigateway
