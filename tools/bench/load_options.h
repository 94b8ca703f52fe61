#ifndef AIGATEWAY_TOOLS_BENCH_LOAD_OPTIONS_H_
#define AIGATEWAY_TOOLS_BENCH_LOAD_OPTIONS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace aigateway::bench {

// What to send, how much of it and for how long. Each load runs once from its
// call to its return, on the calling thread or one of its own.
struct LoadOptions {
  // "HOST:PORT" of a gRPC server, the URL of an HTTP one.
  std::string address;
  // Of HTTP: "name: value".
  std::vector<std::string> headers;
  // Of gRPC: the key to show; empty: none.
  std::string bearer;
  // What the upstream shall do, see upstream.cc.
  std::string model = "instant";
  // How many calls are open at any time; one that ends is followed by another.
  int in_flight = 1;
  // How many connections gRPC's calls share.
  int channels = 8;
  // Before anything is counted.
  absl::Duration warm_up = absl::Milliseconds(500);
  absl::Duration window = absl::Seconds(3);
  // The CPU time, in seconds, of what is measured.
  std::function<double()> cpu_seconds;
  // Run now and then within the window, on the thread that called; may be
  // empty.
  std::function<void()> meanwhile;
};

// What was seen within the window.
struct LoadResult {
  // Whole answers; of streams tokens.
  int64_t done = 0;
  // Of streams: messages that had tokens. Less than `done` if some were merged.
  int64_t messages = 0;
  // Calls that ended with an error, or not whole; also outside the window.
  int64_t failed = 0;
  double seconds = 0;
  // Of what was measured, in the whole window.
  double cpu_micros = 0;
  // In microseconds. Of whole answers: from the call to the answer. Of streams:
  // from the upstream's sending to the client's receiving, for each message its
  // oldest token.
  std::vector<double> latencies;
  // Of streams, in microseconds: from the call to the first token, of calls
  // that began within the window.
  std::vector<double> first_tokens;
  // Of streams, in microseconds: how far the time between two tokens was from
  // what it was at the upstream.
  std::vector<double> gap_errors;

  double per_second() const { return done / seconds; }
  double cpu_micros_each() const { return done > 0 ? cpu_micros / done : 0; }
};

}  // namespace aigateway::bench

#endif  // AIGATEWAY_TOOLS_BENCH_LOAD_OPTIONS_H_
