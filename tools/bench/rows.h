#ifndef AIGATEWAY_TOOLS_BENCH_ROWS_H_
#define AIGATEWAY_TOOLS_BENCH_ROWS_H_

#include "absl/time/time.h"

#include "tools/bench/lab.h"
#include "tools/bench/report.h"

namespace aigateway::bench {

// How long and how often to measure.
struct Effort {
  // In each, every subject is measured once, one after the other, so that what
  // else the machine does weighs on all; ratios are taken within a round.
  int rounds = 5;
  absl::Duration window = absl::Seconds(3);
  bool quick = false;
};

// Each measures what one or a few rows of the design's table bound.

// CPU and throughput of whole answers, the upstream answering at once; the same
// when it takes 20 ms.
void MeasureUnary(const Lab& lab, const Effort& effort, Report* report);
// Latency, one call at a time.
void MeasureLatency(const Lab& lab, const Effort& effort, Report* report);
// CPU of a call and of an event with breakers, bounds, races and hedges armed,
// beside the same without.
void MeasureArmed(const Lab& lab, const Effort& effort, Report* report);
// The same with plugins: a large word-filter and rate-limit, and the original's
// five.
void MeasurePlugins(const Lab& lab, const Effort& effort, Report* report);
// CPU of a call when there are many targets and keys.
void MeasureScale(const Lab& lab, const Effort& effort, Report* report);
// A reload under load, again and again.
void MeasureReload(const Lab& lab, const Effort& effort, Report* report);
// CPU of a token, each a message of its own; and when more is offered than the
// machine can write one by one.
void MeasureStreams(const Lab& lab, const Effort& effort, Report* report);
// The first token, and the gaps between tokens.
void MeasureTokens(const Lab& lab, const Effort& effort, Report* report);
// Thousands of streams: stalls, memory.
void MeasureHeld(const Lab& lab, const Effort& effort, Report* report);
// Memory with readers that stop; idle, under load and after it.
void MeasureMemory(const Lab& lab, const Effort& effort, Report* report);

}  // namespace aigateway::bench

#endif  // AIGATEWAY_TOOLS_BENCH_ROWS_H_
