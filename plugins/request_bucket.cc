#include "plugins/request_bucket.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace aigateway {
namespace {

constexpr double kMicro = 1e6;

absl::uint128 Micro(double value) {
  return static_cast<uint64_t>(std::llround(value * kMicro));
}

}  // namespace

RequestBucket::Limit RequestBucket::Limit::Make(double rate,
                                                absl::Duration period,
                                                double burst) {
  const auto nanoseconds =
      static_cast<uint64_t>(absl::ToInt64Nanoseconds(period));
  return {.refill = Micro(rate),
          .request = Micro(1) * nanoseconds,
          .capacity = Micro(burst) * nanoseconds};
}

double RequestBucket::Limit::per_microsecond() const {
  return static_cast<double>(refill) * 1e3 / static_cast<double>(request);
}

double RequestBucket::Limit::burst() const {
  return static_cast<double>(capacity) / static_cast<double>(request);
}

void RequestBucket::Refill(const Limit& limit, absl::Time now) {
  if (now <= at_) return;
  const int64_t elapsed = absl::ToInt64Nanoseconds(now - at_);
  at_ = now;
  // Both factors are below 2^63.
  used_ -= std::min(used_, limit.refill * static_cast<uint64_t>(elapsed));
}

absl::Duration RequestBucket::WaitFor(const Limit& limit, absl::Time now) {
  Refill(limit, now);
  const absl::uint128 wanted = used_ + limit.request;
  if (wanted <= limit.capacity) return absl::ZeroDuration();
  const absl::uint128 nanoseconds =
      (wanted - limit.capacity + limit.refill - 1) / limit.refill;
  return absl::Nanoseconds(static_cast<int64_t>(nanoseconds));
}

void RequestBucket::Add(const Limit& limit, absl::Time now) {
  Refill(limit, now);
  used_ += limit.request;
}

void RequestBucket::Undo(const Limit& limit) {
  used_ -= std::min(used_, limit.request);
}

double RequestBucket::UsedShare(const Limit& limit, absl::Time now) {
  if (WaitFor(limit, now) > absl::ZeroDuration()) return 1;
  return static_cast<double>(used_) / static_cast<double>(limit.capacity);
}

}  // namespace aigateway
