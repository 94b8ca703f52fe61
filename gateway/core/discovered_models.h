#ifndef AIGATEWAY_GATEWAY_CORE_DISCOVERED_MODELS_H_
#define AIGATEWAY_GATEWAY_CORE_DISCOVERED_MODELS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "aigateway/v1/gateway.pb.h"
#include "gateway/base/mutex.h"

namespace aigateway {

// What the vendor of one instance says it serves, as it was last told; kept
// across reloads. It informs listings and the choice of a target with more
// room; which target serves a model is the configuration's to say, so that it
// is the same at every start. Thread-safe.
class DiscoveredModels {
 public:
  // By name, as the vendor has it.
  using Models = std::map<std::string, v1::Model>;

  // Whether it is time to ask; if so, counts as asked from now on.
  bool Begin(absl::Time now) ABSL_LOCKS_EXCLUDED(mutex_);
  void Succeed(std::vector<v1::Model> models, absl::Time now)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // What was known stays.
  void Fail(const absl::Status& status, absl::Time now)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Null until the vendor has told.
  std::shared_ptr<const Models> models() const ABSL_LOCKS_EXCLUDED(mutex_);
  // The most tokens that `model` reads and writes together, if that is known.
  std::optional<int64_t> ContextWindow(absl::string_view model) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  // How the last attempt ended.
  absl::Status status() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const Models> models_ ABSL_GUARDED_BY(mutex_);
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  absl::Time due_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_DISCOVERED_MODELS_H_
