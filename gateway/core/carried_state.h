#ifndef AIGATEWAY_GATEWAY_CORE_CARRIED_STATE_H_
#define AIGATEWAY_GATEWAY_CORE_CARRIED_STATE_H_

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"

#include "gateway/base/mutex.h"

namespace aigateway {

// Finds state that outlives a reload by what it measures: kind, name and
// settings. The same key gives the same object as long as a snapshot holds it;
// with other settings it begins afresh. Thread-safe.
class CarriedState {
 public:
  // `make` returns a std::shared_ptr<T>. A key belongs to one T.
  template <typename T, typename Make>
  std::shared_ptr<T> GetOrMake(absl::string_view key, Make make)
      ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    std::weak_ptr<void>& slot = states_[std::string(key)];
    if (std::shared_ptr<void> found = slot.lock()) {
      return std::static_pointer_cast<T>(std::move(found));
    }
    std::shared_ptr<T> made = make();
    slot = made;
    return made;
  }

  // Forgets the keys of what nobody holds any more.
  void Sweep() ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    std::erase_if(states_,
                  [](const auto& entry) { return entry.second.expired(); });
  }

 private:
  Mutex mutex_;
  std::map<std::string, std::weak_ptr<void>> states_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_CARRIED_STATE_H_
