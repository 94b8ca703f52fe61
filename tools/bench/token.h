#ifndef AIGATEWAY_TOOLS_BENCH_TOKEN_H_
#define AIGATEWAY_TOOLS_BENCH_TOKEN_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <time.h>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"

namespace aigateway::bench {

// What the upstream's streams consist of: tokens of one length whose text is
// the time at which the upstream sent them. So whoever reads them knows how
// many there were, also after a merge, and how long each was on its way.
inline constexpr size_t kTokenSize = 17;

// Microseconds of the clock that all processes of a machine share.
inline int64_t NowMicros() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1000000 + now.tv_nsec / 1000;
}

inline std::string MakeToken(int64_t micros) {
  char text[kTokenSize + 1];
  std::snprintf(text, sizeof(text), "%016lld ", static_cast<long long>(micros));
  return std::string(text, kTokenSize);
}

// When the first token of `text` was sent; 0 if it does not begin with one.
inline int64_t SentAt(absl::string_view text) {
  int64_t micros = 0;
  if (text.size() < kTokenSize ||
      !absl::SimpleAtoi(text.substr(0, kTokenSize - 1), &micros)) {
    return 0;
  }
  return micros;
}

}  // namespace aigateway::bench

#endif  // AIGATEWAY_TOOLS_BENCH_TOKEN_H_
