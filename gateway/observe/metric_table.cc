#include "gateway/observe/metric_table.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <utility>

#include "gateway/base/utf8.h"

namespace aigateway {
namespace {

// Separates names and values in a key; what callers send may have it in it, and
// becomes kReplacement.
constexpr char kSeparator = '\x1f';
constexpr char kReplacement = '?';

// How much of a series is told apart.
enum class Detail { kAll, kAllButFree, kNothing };

void AppendKey(absl::Span<const MetricLabel> labels, Detail detail,
               std::string& key) {
  for (const MetricLabel& label : labels) {
    key.append(label.name.data(), label.name.size());
    key += kSeparator;
    const bool other = detail == Detail::kNothing ||
                       (detail == Detail::kAllButFree && label.is_free);
    const absl::string_view value =
        other ? absl::string_view("other")
              : label.value.substr(0, MetricTable::kMaxLabelBytes);
    const size_t begin = key.size();
    key.append(value.data(), value.size());
    std::replace(key.begin() + static_cast<std::ptrdiff_t>(begin), key.end(),
                 kSeparator, kReplacement);
    key += kSeparator;
  }
}

std::map<std::string, std::string> LabelsOf(absl::string_view key) {
  std::map<std::string, std::string> labels;
  while (!key.empty()) {
    const size_t name_end = key.find(kSeparator);
    const size_t value_end = key.find(kSeparator, name_end + 1);
    if (value_end == absl::string_view::npos) break;
    labels[std::string(key.substr(0, name_end))] =
        ValidUtf8(key.substr(name_end + 1, value_end - name_end - 1));
    key.remove_prefix(value_end + 1);
  }
  return labels;
}

int ThreadNumber() {
  static std::atomic<int> next{0};
  thread_local const int number = next.fetch_add(1);
  return number;
}

}  // namespace

struct MetricTable::Cell {
  double sum = 0;
  uint64_t count = 0;
  std::vector<uint64_t> buckets;
};

struct MetricTable::Shard {
  Mutex mutex;
  absl::flat_hash_map<std::string, Cell> cells ABSL_GUARDED_BY(mutex);
  std::string key ABSL_GUARDED_BY(mutex);  // Reused.
};

MetricTable::MetricTable(Options options)
    : options_(std::move(options)),
      shards_(std::make_unique<Shard[]>(kShards)) {}

MetricTable::~MetricTable() = default;

MetricTable::Shard& MetricTable::OwnShard() const {
  return shards_[ThreadNumber() % kShards];
}

void MetricTable::Add(absl::Span<const MetricLabel> labels, double value) {
  Shard& shard = OwnShard();
  MutexLock lock(&shard.mutex);
  shard.key.clear();
  AppendKey(labels, Detail::kAll, shard.key);
  auto it = shard.cells.find(shard.key);
  if (it == shard.cells.end()) {
    if (shard.cells.size() >= kMaxSeries) {
      const bool room = shard.cells.size() < 2 * kMaxSeries;
      shard.key.clear();
      AppendKey(labels, room ? Detail::kAllButFree : Detail::kNothing,
                shard.key);
    }
    it = shard.cells.try_emplace(shard.key).first;
    if (it->second.buckets.empty()) {
      it->second.buckets.resize(options_.buckets.size() + 1);
    }
  }
  Cell& cell = it->second;
  cell.sum += value;
  ++cell.count;
  if (options_.buckets.empty()) return;
  const auto bound =
      std::lower_bound(options_.buckets.begin(), options_.buckets.end(), value);
  ++cell.buckets[bound - options_.buckets.begin()];
}

std::vector<MetricTable::Series> MetricTable::Read() const {
  std::map<std::string, Series> joined;
  for (int i = 0; i < kShards; ++i) {
    Shard& shard = shards_[i];
    MutexLock lock(&shard.mutex);
    for (const auto& [key, cell] : shard.cells) {
      Series& series = joined[key];
      series.sum += cell.sum;
      series.count += cell.count;
      series.bucket_counts.resize(cell.buckets.size());
      for (size_t b = 0; b < cell.buckets.size(); ++b) {
        series.bucket_counts[b] += cell.buckets[b];
      }
    }
  }
  std::vector<Series> result;
  for (auto& [key, series] : joined) {
    series.labels = LabelsOf(key);
    result.push_back(std::move(series));
  }
  return result;
}

}  // namespace aigateway
