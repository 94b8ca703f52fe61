#include "gateway/core/snapshot_disposer.h"

#include <utility>

namespace aigateway {

SnapshotDisposer::SnapshotDisposer(bool own_thread) : own_thread_(own_thread) {
  if (own_thread_) thread_ = std::thread([this] { Run(); });
}

SnapshotDisposer::~SnapshotDisposer() {
  {
    MutexLock lock(&mutex_);
    stop_ = true;
    changed_.SignalAll();
  }
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<const Snapshot> SnapshotDisposer::Share(
    std::unique_ptr<Snapshot> snapshot) {
  return std::shared_ptr<const Snapshot>(
      snapshot.release(), [this](const Snapshot* unused) {
        Dispose(const_cast<Snapshot*>(unused));
      });
}

void SnapshotDisposer::Dispose(Snapshot* snapshot) {
  std::unique_ptr<Snapshot> owned(snapshot);
  if (!own_thread_) return;
  MutexLock lock(&mutex_);
  unused_.push_back(std::move(owned));
  changed_.SignalAll();
}

void SnapshotDisposer::Run() {
  for (;;) {
    std::vector<std::unique_ptr<Snapshot>> unused;
    {
      MutexLock lock(&mutex_);
      while (unused_.empty() && !stop_) changed_.Wait(&mutex_);
      if (unused_.empty()) return;
      unused.swap(unused_);
    }
    unused.clear();  // Not under the lock.
  }
}

}  // namespace aigateway
