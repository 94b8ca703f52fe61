#ifndef AIGATEWAY_TOOLS_BENCH_WINDOW_H_
#define AIGATEWAY_TOOLS_BENCH_WINDOW_H_

#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "tools/bench/load_options.h"
#include "tools/bench/token.h"

namespace aigateway::bench {

// When a load warms up, is measured, is over. Of one thread.
class Window {
 public:
  explicit Window(const LoadOptions& options)
      : options_(options),
        begin_(NowMicros() + absl::ToInt64Microseconds(options.warm_up)),
        end_(begin_ + absl::ToInt64Microseconds(options.window)) {}

  // To be called at least every few milliseconds: opens and closes the window
  // in `result`. Returns false once it is over.
  bool Advance(LoadResult* result) {
    const int64_t now = NowMicros();
    if (!open_ && !over_ && now >= begin_) {
      open_ = true;
      opened_ = now;
      cpu_ = options_.cpu_seconds ? options_.cpu_seconds() : 0;
    }
    if (open_ && now >= end_) {
      open_ = false;
      over_ = true;
      result->seconds = (now - opened_) / 1e6;
      if (options_.cpu_seconds) {
        result->cpu_micros = (options_.cpu_seconds() - cpu_) * 1e6;
      }
    }
    if (open_ && options_.meanwhile && now >= next_meanwhile_) {
      next_meanwhile_ = now + 100000;
      options_.meanwhile();
    }
    return !over_;
  }

  // Whether what happens now is counted.
  bool open() const { return open_; }
  // When it opened; only while it is open.
  int64_t opened() const { return opened_; }

 private:
  const LoadOptions& options_;
  const int64_t begin_;
  const int64_t end_;
  bool open_ = false;
  bool over_ = false;
  int64_t opened_ = 0;
  int64_t next_meanwhile_ = 0;
  double cpu_ = 0;
};

}  // namespace aigateway::bench

#endif  // AIGATEWAY_TOOLS_BENCH_WINDOW_H_
