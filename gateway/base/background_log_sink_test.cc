#include "gateway/base/background_log_sink.h"

#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

#include "gateway/base/log.h"
#include "gateway/base/mutex.h"

namespace aigateway {
namespace {

// Takes lines, or, while it is closed, makes who brings them wait.
class Gate final : public LogSink {
 public:
  void Write(absl::string_view lines) override {
    const MutexLock lock(&mutex_);
    waits_ = true;
    changed_.SignalAll();
    while (closed_) changed_.Wait(&mutex_);
    waits_ = false;
    text_.append(lines.data(), lines.size());
  }
  void Close() {
    const MutexLock lock(&mutex_);
    closed_ = true;
  }
  void Open() {
    const MutexLock lock(&mutex_);
    closed_ = false;
    changed_.SignalAll();
  }
  void AwaitVisitor() {
    const MutexLock lock(&mutex_);
    while (!waits_) changed_.Wait(&mutex_);
  }
  std::string text() {
    const MutexLock lock(&mutex_);
    return text_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool waits_ ABSL_GUARDED_BY(mutex_) = false;
  std::string text_ ABSL_GUARDED_BY(mutex_);
};

TEST(BackgroundLogSinkTest, WritesEverythingInOrder) {
  Gate gate;
  BackgroundLogSink sink(&gate);
  sink.Write("one\n");
  sink.Write("two\n");
  sink.Flush();
  EXPECT_EQ(gate.text(), "one\ntwo\n");
  EXPECT_EQ(sink.dropped(), 0u);
}

TEST(BackgroundLogSinkTest, GivesUpFlushingAtItsLimit) {
  Gate gate;
  BackgroundLogSink sink(&gate);
  gate.Close();
  sink.Write("one\n");
  gate.AwaitVisitor();
  EXPECT_FALSE(sink.Flush(absl::Milliseconds(1)));
  gate.Open();
  EXPECT_TRUE(sink.Flush());
  EXPECT_EQ(gate.text(), "one\n");
}

TEST(BackgroundLogSinkTest, WritesWhatWaitsBeforeItEnds) {
  Gate gate;
  {
    BackgroundLogSink sink(&gate);
    sink.Write("last\n");
  }
  EXPECT_EQ(gate.text(), "last\n");
}

TEST(BackgroundLogSinkTest, DropsAndCountsWhatDoesNotFitAndNeverWaits) {
  Gate gate;
  BackgroundLogSink sink(&gate, /*max_bytes=*/8);
  gate.Close();
  sink.Write("1\n");
  gate.AwaitVisitor();  // Its thread stands at the gate; nobody reads now.

  sink.Write("234567\n");  // 7 bytes: fits.
  sink.Write("8\n");
  sink.Write("9\n");

  EXPECT_EQ(sink.dropped(), 2u);
  gate.Open();
  sink.Flush();
  EXPECT_EQ(gate.text(), "1\n234567\n");
  sink.Write("10\n");
  sink.Flush();
  EXPECT_EQ(gate.text(), "1\n234567\n10\n");
}

TEST(BackgroundLogSinkTest, LosesNoLineOfSeveralThreads) {
  constexpr int kThreads = 4;
  constexpr int kLines = 2000;
  Gate gate;
  {
    BackgroundLogSink sink(&gate);
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&sink, t] {
        for (int i = 0; i < kLines; ++i) sink.Write(absl::StrCat(t, "\n"));
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(sink.dropped(), 0u);
  }
  EXPECT_EQ(gate.text().size(), static_cast<size_t>(2 * kThreads * kLines));
}

}  // namespace
}  // namespace aigateway
