#ifndef AIGATEWAY_GATEWAY_BASE_RANDOM_H_
#define AIGATEWAY_GATEWAY_BASE_RANDOM_H_

#include <cstdint>

namespace aigateway {

// Draws random numbers. Belongs to one loop. The same seed gives the same
// numbers on every machine (SplitMix64, public domain).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  // In [0, 1).
  double Uniform() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }

 private:
  uint64_t state_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_RANDOM_H_
