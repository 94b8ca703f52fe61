#include "gateway/base/background_log_sink.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>

#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "gateway/base/log.h"
#include "gateway/base/mutex.h"

namespace aigateway {

BackgroundLogSink::BackgroundLogSink(LogSink* sink, size_t max_bytes)
    : sink_(sink), max_bytes_(max_bytes), thread_([this] { Run(); }) {}

BackgroundLogSink::~BackgroundLogSink() {
  {
    const MutexLock lock(&mutex_);
    ending_ = true;
    changed_.SignalAll();
  }
  thread_.join();
}

void BackgroundLogSink::Write(absl::string_view lines) {
  const MutexLock lock(&mutex_);
  if (waiting_.size() + lines.size() > max_bytes_) {
    ++dropped_;
    return;
  }
  const bool was_idle = waiting_.empty();
  const bool was_little = !IsMuch();
  waiting_.append(lines.data(), lines.size());
  // Else the thread was told already, and has not come to it.
  if (was_idle || (was_little && IsMuch())) changed_.SignalAll();
}

bool BackgroundLogSink::Flush(absl::Duration limit) {
  const absl::Time end = absl::Now() + limit;
  const MutexLock lock(&mutex_);
  ++flushes_;
  changed_.SignalAll();
  bool flushed = true;
  while (flushed && (!waiting_.empty() || writing_)) {
    const absl::Duration left = end - absl::Now();
    flushed = left > absl::ZeroDuration();
    if (flushed) changed_.WaitFor(&mutex_, left);
  }
  --flushes_;
  return flushed;
}

uint64_t BackgroundLogSink::dropped() const {
  const MutexLock lock(&mutex_);
  return dropped_;
}

void BackgroundLogSink::Run() {
  std::string lines;
  while (true) {
    {
      const MutexLock lock(&mutex_);
      writing_ = false;
      changed_.SignalAll();
      while (waiting_.empty() && !ending_) changed_.Wait(&mutex_);
      if (waiting_.empty()) return;
      // More will come: to be woken for each line would cost each request two
      // switches between threads.
      const absl::Time end = absl::Now() + kLinger;
      while (!ending_ && flushes_ == 0 && !IsMuch() && absl::Now() < end) {
        changed_.WaitFor(&mutex_, end - absl::Now());
      }
      lines.clear();
      lines.swap(waiting_);
      writing_ = true;
    }
    sink_->Write(lines);
  }
}

}  // namespace aigateway
