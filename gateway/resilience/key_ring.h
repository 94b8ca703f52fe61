#ifndef AIGATEWAY_GATEWAY_RESILIENCE_KEY_RING_H_
#define AIGATEWAY_GATEWAY_RESILIENCE_KEY_RING_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace aigateway {

// The keys of one provider instance, used in turn; one that was refused, used
// up or rate limited rests while others go on. Thread-safe.
class KeyRing {
 public:
  // `keys` may be empty: an instance that needs none.
  explicit KeyRing(std::vector<std::string> keys);

  // One key to use: its text, valid as long as the ring, and its number.
  struct Lease {
    const std::string& key;
    int index;
  };
  // The next key that does not rest. If all do, the one whose rest ends first:
  // the only key left is tried all the same.
  Lease Pick(absl::Time now);

  // Whether a key does not rest now.
  bool HasFree(absl::Time now) const;

  // Lets key `index` rest until `until`; `stated`: the provider said so.
  void Park(int index, absl::Time until, bool stated);
  // When the first key is free again, if all rest and each because the
  // provider said how long: before that there is no use in asking.
  std::optional<absl::Time> RestsUntil(absl::Time now) const;

  // Whether it was made of just these.
  bool HasKeys(const std::vector<std::string>& keys) const {
    return keys == keys_ || (keys.empty() && keys_.front().empty());
  }

  // How many keys there are; 0 for an instance that needs none.
  int count() const { return HasKeys({}) ? 0 : size(); }

  int size() const { return static_cast<int>(keys_.size()); }

 private:
  bool Rests(int index, absl::Time now) const;

  const std::vector<std::string> keys_;
  // The time, whose lowest bit says whether it was stated.
  const std::unique_ptr<std::atomic<int64_t>[]> parked_until_nanos_;
  std::atomic<unsigned> next_{0};
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_RESILIENCE_KEY_RING_H_
