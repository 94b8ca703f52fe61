#ifndef AIGATEWAY_GATEWAY_CORE_SNAPSHOT_DISPOSER_H_
#define AIGATEWAY_GATEWAY_CORE_SNAPSHOT_DISPOSER_H_

#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"

#include "gateway/base/mutex.h"
#include "gateway/core/snapshot.h"

namespace aigateway {

// Frees snapshots that nobody uses any more, on a thread of its own: the last
// user may be a loop, which must not stop for it. Thread-safe.
class SnapshotDisposer {
 public:
  // Without a thread of its own it frees where the last user is.
  explicit SnapshotDisposer(bool own_thread);
  // Frees what it was given. All snapshots it shared must be unused by then.
  ~SnapshotDisposer();

  // Shares `snapshot`; its last user hands it here. Must outlive all users.
  std::shared_ptr<const Snapshot> Share(std::unique_ptr<Snapshot> snapshot);

 private:
  void Dispose(Snapshot* snapshot) ABSL_LOCKS_EXCLUDED(mutex_);
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);

  const bool own_thread_;
  Mutex mutex_;
  CondVar changed_;
  std::vector<std::unique_ptr<Snapshot>> unused_ ABSL_GUARDED_BY(mutex_);
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_SNAPSHOT_DISPOSER_H_
