#ifndef AIGATEWAY_GATEWAY_BASE_BACKGROUND_LOG_SINK_H_
#define AIGATEWAY_GATEWAY_BASE_BACKGROUND_LOG_SINK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/base/log.h"
#include "gateway/base/mutex.h"

namespace aigateway {

// Writes lines to another sink on a thread of its own, so that a loop never
// waits for whoever reads the log.
//
// Lines that come within kLinger of each other are written in one go. At most
// `max_bytes` wait; what comes then is dropped and counted: a request
// matters more than its line. Thread-safe.
class BackgroundLogSink final : public LogSink {
 public:
  static constexpr size_t kMaxBytes = 1024 * 1024;
  static constexpr absl::Duration kLinger = absl::Milliseconds(10);

  // `sink` must outlive this object.
  explicit BackgroundLogSink(LogSink* sink, size_t max_bytes = kMaxBytes);
  // Writes what waits, then ends.
  ~BackgroundLogSink() override;

  void Write(absl::string_view lines) override ABSL_LOCKS_EXCLUDED(mutex_);

  // Waits until all that was written before has reached the sink, for `limit`
  // at most. Returns whether it has.
  bool Flush(absl::Duration limit = absl::InfiniteDuration())
      ABSL_LOCKS_EXCLUDED(mutex_);

  // How many Write() calls were dropped since the beginning.
  uint64_t dropped() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);
  // Whether so much waits that it is written without waiting for more.
  bool IsMuch() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return waiting_.size() > max_bytes_ / 4;
  }

  LogSink* const sink_;
  const size_t max_bytes_;
  mutable Mutex mutex_;
  CondVar changed_;
  std::string waiting_ ABSL_GUARDED_BY(mutex_);
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  int flushes_ ABSL_GUARDED_BY(mutex_) = 0;  // Who wait in Flush().
  uint64_t dropped_ ABSL_GUARDED_BY(mutex_) = 0;
  std::thread thread_;  // Last: it uses the others.
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_BACKGROUND_LOG_SINK_H_
