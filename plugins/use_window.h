#ifndef AIGATEWAY_PLUGINS_USE_WINDOW_H_
#define AIGATEWAY_PLUGINS_USE_WINDOW_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/time/time.h"

namespace aigateway {

// Counts what was used within the last minute, or other span of time, exactly:
// a use leaves when it is as old as the window is long. Unlike a bucket that is
// refilled, which lets in twice its size within one minute, or a count that
// begins anew each minute, it never lets in more than the limit in any minute.
//
// The first kExact uses in a window are kept one by one. Those after them that
// come within a 64th of the window are kept as one, which leaves as its last
// use does: up to that much late, never early. So it has about 100 entries of
// 16 bytes at most, however many uses there are. Times never go back. Not
// thread-safe.
class UseWindow {
 public:
  struct Limit {
    int64_t amount = 0;  // From 1.
    absl::Duration length;
  };

  // How long until `amount` more fits, as things stand: zero, now; infinite,
  // never.
  absl::Duration WaitFor(int64_t amount, const Limit& limit, absl::Time now);

  // Counts a use, whether it fits or not. Returns what Change() finds it by.
  int64_t Add(int64_t amount, const Limit& limit, absl::Time now);

  // A use turned out to be more or, negative, less. One that has left stays
  // what it was.
  void Change(int64_t use, int64_t by);

  // What counts now.
  int64_t Used(const Limit& limit, absl::Time now);

 private:
  static constexpr size_t kExact = 32;
  static constexpr int kSlices = 64;

  struct Entry {
    int64_t last_ns;  // When its last use was, by which it leaves.
    int64_t amount;
  };

  void Expire(const Limit& limit, int64_t now_ns);

  std::vector<Entry> entries_;   // By time.
  int64_t newest_begin_ns_ = 0;  // When the first use of the newest was.
  int64_t first_ = 0;            // The number of the first entry.
  int64_t used_ = 0;             // Of all entries.
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_USE_WINDOW_H_
