#include "gateway/base/clock.h"

#include <chrono>

#include "absl/time/clock.h"

namespace aigateway {
namespace {

class RealClock final : public Clock {
 public:
  absl::Time Now() const override {
    return origin_ +
           absl::FromChrono(std::chrono::steady_clock::now() - steady_origin_);
  }

 private:
  const absl::Time origin_ = absl::Now();
  const std::chrono::steady_clock::time_point steady_origin_ =
      std::chrono::steady_clock::now();
};

}  // namespace

const Clock* Clock::Real() {
  static const RealClock* const clock = new RealClock();
  return clock;
}

}  // namespace aigateway
