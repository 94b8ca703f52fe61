#ifndef AIGATEWAY_GATEWAY_SERVER_MEMORY_TRIM_H_
#define AIGATEWAY_GATEWAY_SERVER_MEMORY_TRIM_H_

#include <algorithm>

namespace aigateway {

// Decides when memory that a crowd of requests left behind is worth giving back
// to the system: the allocator keeps it (250 MiB after 5,000 streams, see
// docs/performance.md). Looks at the requests in flight now and then.
class MemoryTrim {
 public:
  // Fewer leave too little behind.
  static constexpr int kCrowd = 64;

  // Returns whether to trim now: the crowd has gone, but for a quarter.
  bool Due(int in_flight) {
    peak_ = std::max(peak_, in_flight);
    if (peak_ < kCrowd || in_flight > peak_ / 4) return false;
    peak_ = in_flight;
    return true;
  }

 private:
  int peak_ = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_MEMORY_TRIM_H_
