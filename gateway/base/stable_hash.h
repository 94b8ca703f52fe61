#ifndef AIGATEWAY_GATEWAY_BASE_STABLE_HASH_H_
#define AIGATEWAY_GATEWAY_BASE_STABLE_HASH_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace aigateway {

// A hash that is the same in every process, on every machine and in every
// version, so that all replicas send one user to one place, also after an
// update (absl::Hash is seeded anew in each process). FNV-1a over the bytes,
// then SplitMix64's last steps, since FNV alone leaves the high bits of short
// texts alike. Both are in the public domain.
inline uint64_t StableHash(absl::string_view text, uint64_t seed = 0) {
  // Spread out: a small seed alone would change what the first byte does.
  uint64_t hash = 0xCBF29CE484222325u ^ (seed * 0x9E3779B97F4A7C15u);
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  }
  // The length too: a text that ends with NULs is another.
  uint64_t z = hash + text.size() * 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

// The same as a number in [0, 1).
inline double StableUniform(absl::string_view text, uint64_t seed = 0) {
  return static_cast<double>(StableHash(text, seed) >> 11) * 0x1.0p-53;
}

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_STABLE_HASH_H_
