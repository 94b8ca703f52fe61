#include "gateway/base/mutex.h"

#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

class Counter {
 public:
  void Add() ABSL_LOCKS_EXCLUDED(mutex_) {
    const MutexLock lock(&mutex_);
    ++count_;
    changed_.SignalAll();
  }
  void AwaitAtLeast(int count) ABSL_LOCKS_EXCLUDED(mutex_) {
    const MutexLock lock(&mutex_);
    while (count_ < count) changed_.Wait(&mutex_);
  }
  int count() ABSL_LOCKS_EXCLUDED(mutex_) {
    const MutexLock lock(&mutex_);
    return count_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  int count_ ABSL_GUARDED_BY(mutex_) = 0;
};

TEST(MutexTest, LetsOneThreadInAtATime) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 10000;
  Counter counter;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&counter] {
      for (int i = 0; i < kRounds; ++i) counter.Add();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(counter.count(), kThreads * kRounds);
}

TEST(MutexTest, ACondVarWakesEveryThreadThatWaits) {
  Counter counter;
  Counter woken;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      counter.AwaitAtLeast(2);
      woken.Add();
    });
  }
  counter.Add();
  EXPECT_EQ(woken.count(), 0);
  counter.Add();
  woken.AwaitAtLeast(3);
  for (std::thread& thread : threads) thread.join();
}

TEST(MutexTest, AWaitWithATimeoutEndsWithoutASignal) {
  Mutex mutex;
  CondVar changed;
  const MutexLock lock(&mutex);
  changed.WaitFor(&mutex, absl::ZeroDuration());
  changed.WaitFor(&mutex, -absl::Seconds(1));
}

TEST(MutexTest, AWaitWithALongTimeoutEndsWithASignal) {
  Mutex mutex;
  CondVar changed;
  bool set = false;
  std::thread thread([&] {
    const MutexLock lock(&mutex);
    set = true;
    changed.SignalAll();
  });
  {
    const MutexLock lock(&mutex);
    while (!set) changed.WaitFor(&mutex, absl::InfiniteDuration());
  }
  thread.join();
}

}  // namespace
}  // namespace aigateway
