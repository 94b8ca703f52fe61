#ifndef AIGATEWAY_PROVIDERS_SIMULATOR_FAULTS_H_
#define AIGATEWAY_PROVIDERS_SIMULATOR_FAULTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/base/mutex.h"
#include "providers/simulator_options.h"

namespace aigateway {

// Remembers how often each fault has applied, and since when, for those that
// stop some time. Thread-safe, in shards.
//
// What a count belongs to is named by the instance and the fault's key, so that
// it outlives a reload. Callers can make up keys: of each shard only those used
// last are kept, and one that was dropped begins anew.
class SimulatorFaultCounts {
 public:
  static constexpr size_t kShards = 16;
  static constexpr size_t kKeptPerShard = 256;

  // The one of the process, as instances are shared by all loops.
  static SimulatorFaultCounts& Global();

  // Returns whether `fault` applies to a request that `instance` gets at `now`,
  // and counts it.
  bool Apply(absl::string_view instance, const SimulatorFault& fault,
             absl::Time now);

 private:
  struct Count {
    std::string name;
    int64_t requests = 0;
    absl::Time first;
  };
  struct Shard {
    Mutex mutex;
    // Most recently used first.
    std::list<Count> counts ABSL_GUARDED_BY(mutex);
    absl::flat_hash_map<std::string, std::list<Count>::iterator> by_name
        ABSL_GUARDED_BY(mutex);
  };

  std::array<Shard, kShards> shards_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_SIMULATOR_FAULTS_H_
