#ifndef AIGATEWAY_TOOLS_BENCH_STATISTICS_H_
#define AIGATEWAY_TOOLS_BENCH_STATISTICS_H_

#include <vector>

namespace aigateway::bench {

// Returns the smallest of `values` that at least `percent` per cent of them do
// not exceed (the nearest rank, so always one that was measured); 0 if there
// are none. `percent` is above 0, at most 100.
double Percentile(std::vector<double> values, double percent);

// Returns the middle value, of an even number the mean of the two in the
// middle; 0 if there are none.
double Median(std::vector<double> values);

double Mean(const std::vector<double>& values);

// Returns the median of what `over[i] / under[i]` are: each pair was measured
// in one round, so that what else the machine did weighed on both. Pairs whose
// `under` is not above 0 are left out; 0 if none is left.
double MedianRatio(const std::vector<double>& over,
                   const std::vector<double>& under);

}  // namespace aigateway::bench

#endif  // AIGATEWAY_TOOLS_BENCH_STATISTICS_H_
