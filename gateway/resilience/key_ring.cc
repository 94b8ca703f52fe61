#include "gateway/resilience/key_ring.h"

#include <cstdint>
#include <utility>

namespace aigateway {
namespace {

std::vector<std::string> AtLeastOne(std::vector<std::string> keys) {
  if (keys.empty()) keys.emplace_back();
  return keys;
}

}  // namespace

KeyRing::KeyRing(std::vector<std::string> keys)
    : keys_(AtLeastOne(std::move(keys))),
      parked_until_nanos_(
          std::make_unique<std::atomic<int64_t>[]>(keys_.size())) {}

bool KeyRing::Rests(int index, absl::Time now) const {
  return absl::ToUnixNanos(now) <
         parked_until_nanos_[index].load(std::memory_order_relaxed);
}

KeyRing::Lease KeyRing::Pick(absl::Time now) {
  if (size() == 1) return {keys_[0], 0};
  const unsigned start = next_.fetch_add(1, std::memory_order_relaxed);
  int first_to_wake = 0;
  for (int i = 0; i < size(); ++i) {
    const int index = static_cast<int>((start + i) % keys_.size());
    if (!Rests(index, now)) return {keys_[index], index};
    if (parked_until_nanos_[index].load(std::memory_order_relaxed) <
        parked_until_nanos_[first_to_wake].load(std::memory_order_relaxed)) {
      first_to_wake = index;
    }
  }
  return {keys_[first_to_wake], first_to_wake};
}

bool KeyRing::HasFree(absl::Time now) const {
  for (int i = 0; i < size(); ++i) {
    if (!Rests(i, now)) return true;
  }
  return false;
}

void KeyRing::Park(int index, absl::Time until) {
  parked_until_nanos_[index].store(absl::ToUnixNanos(until),
                                   std::memory_order_relaxed);
}

}  // namespace aigateway
