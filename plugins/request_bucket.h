#ifndef AIGATEWAY_PLUGINS_REQUEST_BUCKET_H_
#define AIGATEWAY_PLUGINS_REQUEST_BUCKET_H_

#include "absl/numeric/int128.h"
#include "absl/time/time.h"

namespace aigateway {

// A token bucket: `burst` requests at once, then `rate` in each `period`,
// spread evenly. Counts in whole parts of a request, so that the wait it tells
// is exact to the nanosecond. Not thread-safe.
class RequestBucket {
 public:
  struct Limit {
    // Rate and burst have at most six decimals.
    static Limit Make(double rate, absl::Duration period, double burst);

    // Requests that come back in a microsecond, and the most at once: for who
    // counts elsewhere.
    double per_microsecond() const;
    double burst() const;

    absl::uint128 refill;    // A nanosecond.
    absl::uint128 request;   // What one takes.
    absl::uint128 capacity;  // At least `request`.
  };

  // How long until a request fits, as things stand: zero, now.
  absl::Duration WaitFor(const Limit& limit, absl::Time now);
  void Add(const Limit& limit, absl::Time now);
  // A request that was added did not happen.
  void Undo(const Limit& limit);

  // The share that is used, 0 to 1; 1 if not even one request fits.
  double UsedShare(const Limit& limit, absl::Time now);

 private:
  void Refill(const Limit& limit, absl::Time now);

  absl::uint128 used_ = 0;
  absl::Time at_ = absl::InfinitePast();
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_REQUEST_BUCKET_H_
