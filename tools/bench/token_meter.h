#ifndef AIGATEWAY_TOOLS_BENCH_TOKEN_METER_H_
#define AIGATEWAY_TOOLS_BENCH_TOKEN_METER_H_

#include <cmath>
#include <cstdint>

#include "absl/strings/string_view.h"

#include "tools/bench/load_options.h"
#include "tools/bench/token.h"
#include "tools/bench/window.h"

namespace aigateway::bench {

// Measures the tokens of one stream as they arrive.
class TokenMeter {
 public:
  // A stream begins.
  void Begin() {
    began_ = NowMicros();
    last_ = 0;
  }

  // Tokens arrived, in one message.
  void OnTokens(absl::string_view text, const Window& window,
                LoadResult* result) {
    const int64_t now = NowMicros();
    const int64_t sent = SentAt(text);
    if (window.open()) {
      result->done += static_cast<int64_t>(text.size() / kTokenSize);
      ++result->messages;
      result->latencies.push_back(static_cast<double>(now - sent));
      if (last_ == 0 && began_ >= window.opened()) {
        result->first_tokens.push_back(static_cast<double>(now - began_));
      }
      if (last_ != 0) {
        result->gap_errors.push_back(
            std::abs(static_cast<double>((now - last_) - (sent - last_sent_))));
      }
    }
    last_ = now;
    last_sent_ = sent;
  }

 private:
  int64_t began_ = 0;
  int64_t last_ = 0;  // 0: no token yet.
  int64_t last_sent_ = 0;
};

}  // namespace aigateway::bench

#endif  // AIGATEWAY_TOOLS_BENCH_TOKEN_METER_H_
