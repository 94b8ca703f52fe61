#ifndef AIGATEWAY_GATEWAY_OBSERVE_METRIC_TABLE_H_
#define AIGATEWAY_GATEWAY_OBSERVE_METRIC_TABLE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "gateway/base/mutex.h"

namespace aigateway {

// One label of a series. Borrows both texts.
struct MetricLabel {
  absl::string_view name;
  absl::string_view value;
  bool is_free = false;  // Callers make the value up (the name of a model).
};

// A metric with labels: a counter, or a histogram with fixed buckets.
//
// Thread-safe. Threads write to shards of their own, so that loops share no
// lock; reading joins them. Bounded, so that no caller can fill the memory with
// names: after kMaxSeries series the free labels of new ones are "other", and
// after twice as many all labels are.
class MetricTable {
 public:
  static constexpr size_t kMaxSeries = 500;
  static constexpr size_t kMaxLabelBytes = 96;

  struct Options {
    std::string name;
    std::string help;
    // Upper bounds of a histogram, ascending; empty: a counter.
    std::vector<double> buckets;
  };
  explicit MetricTable(Options options);
  ~MetricTable();

  // Adds `value` to a counter, or observes it in a histogram. The labels are
  // given in the same order each time.
  void Add(absl::Span<const MetricLabel> labels, double value);

  // One series, all shards joined.
  struct Series {
    std::map<std::string, std::string> labels;
    double sum = 0;
    uint64_t count = 0;
    std::vector<uint64_t> bucket_counts;  // Not cumulative; last: above all.
  };
  // Ordered by labels.
  std::vector<Series> Read() const;

  const Options& options() const { return options_; }

 private:
  struct Cell;
  struct Shard;
  static constexpr int kShards = 16;

  Shard& OwnShard() const;

  const Options options_;
  const std::unique_ptr<Shard[]> shards_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_OBSERVE_METRIC_TABLE_H_
