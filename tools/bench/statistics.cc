#include "tools/bench/statistics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

namespace aigateway::bench {

double Percentile(std::vector<double> values, double percent) {
  if (values.empty()) return 0;
  // Less than any value weighs, so that 99.9 per cent of 1000 are 999 although
  // no double is 99.9.
  constexpr double kRounding = 1e-6;
  const double rank =
      std::ceil(percent * static_cast<double>(values.size()) / 100 - kRounding);
  const size_t place =
      std::clamp<size_t>(static_cast<size_t>(rank), 1, values.size()) - 1;
  std::nth_element(values.begin(), values.begin() + place, values.end());
  return values[place];
}

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const size_t half = values.size() / 2;
  if (values.size() % 2 == 1) return values[half];
  return (values[half - 1] + values[half]) / 2;
}

double Mean(const std::vector<double>& values) {
  if (values.empty()) return 0;
  return std::accumulate(values.begin(), values.end(), 0.0) /
         static_cast<double>(values.size());
}

double MedianRatio(const std::vector<double>& over,
                   const std::vector<double>& under) {
  std::vector<double> ratios;
  for (size_t i = 0; i < std::min(over.size(), under.size()); ++i) {
    if (under[i] > 0) ratios.push_back(over[i] / under[i]);
  }
  return Median(std::move(ratios));
}

}  // namespace aigateway::bench
