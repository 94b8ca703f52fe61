#include "providers/simulator_faults.h"

#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"

namespace aigateway {

SimulatorFaultCounts& SimulatorFaultCounts::Global() {
  static SimulatorFaultCounts* const counts = new SimulatorFaultCounts();
  return *counts;
}

bool SimulatorFaultCounts::Apply(absl::string_view instance,
                                 const SimulatorFault& fault, absl::Time now) {
  if (!fault.times.has_value() && !fault.during.has_value()) return true;
  // The instance's length keeps ("a", "b:c") and ("a:b", "c") apart.
  std::string name =
      absl::StrCat(instance.size(), ":", instance, ":", fault.key);
  Shard& shard = shards_[absl::HashOf(name) % kShards];
  MutexLock lock(&shard.mutex);
  if (const auto found = shard.by_name.find(name);
      found != shard.by_name.end()) {
    shard.counts.splice(shard.counts.begin(), shard.counts, found->second);
  } else {
    if (shard.counts.size() >= kKeptPerShard) {
      shard.by_name.erase(shard.counts.back().name);
      shard.counts.pop_back();
    }
    shard.counts.push_front({.name = name, .first = now});
    shard.by_name.emplace(std::move(name), shard.counts.begin());
  }
  Count& count = shard.counts.front();
  if (fault.times.has_value() && count.requests >= *fault.times) return false;
  if (fault.during.has_value() && now >= count.first + *fault.during) {
    return false;
  }
  ++count.requests;
  return true;
}

}  // namespace aigateway
