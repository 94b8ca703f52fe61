#include "gateway/resilience/key_ring.h"

#include <cstdint>
#include <utility>

namespace aigateway {
namespace {

// The lowest bit of a time.
constexpr int64_t kStated = 1;

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
         (parked_until_nanos_[index].load(std::memory_order_relaxed) &
          ~kStated);
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

void KeyRing::Park(int index, absl::Time until, bool stated) {
  const int64_t nanos = absl::ToUnixNanos(until);
  parked_until_nanos_[index].store(stated ? nanos | kStated : nanos & ~kStated,
                                   std::memory_order_relaxed);
}

std::optional<absl::Time> KeyRing::RestsUntil(absl::Time now) const {
  std::optional<absl::Time> first;
  for (int i = 0; i < size(); ++i) {
    const int64_t nanos =
        parked_until_nanos_[i].load(std::memory_order_relaxed);
    if (!Rests(i, now) || (nanos & kStated) == 0) return std::nullopt;
    const absl::Time until = absl::FromUnixNanos(nanos & ~kStated);
    if (!first.has_value() || until < *first) first = until;
  }
  return first;
}

}  // namespace aigateway
