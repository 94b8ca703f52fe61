#ifndef AIGATEWAY_PLUGINS_LIMIT_METER_H_
#define AIGATEWAY_PLUGINS_LIMIT_METER_H_

#include <cstdint>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/time/time.h"

#include "plugins/limit_rule.h"
#include "plugins/request_bucket.h"
#include "plugins/use_window.h"

namespace aigateway {

// What one of those that a limit binds has used of it, save how many of its
// requests run. Not thread-safe.
class LimitMeter {
 public:
  // By which what was taken is found again: a number for each window.
  using Receipt = absl::InlinedVector<int64_t, 2>;

  explicit LimitMeter(const LimitRule& rule) : windows_(rule.windows.size()) {}

  // How long until one request of `tokens` fits, as things stand: zero, now;
  // infinite, never.
  absl::Duration WaitFor(const LimitRule& rule, int64_t tokens, absl::Time now);
  Receipt Take(const LimitRule& rule, int64_t tokens, absl::Time now);
  // Gives all of it back: the request was refused elsewhere.
  void Undo(const LimitRule& rule, const Receipt& receipt, int64_t tokens);
  // The request used that many tokens more or, negative, less.
  void ChangeTokens(const LimitRule& rule, const Receipt& receipt, int64_t by);

  // The largest share used of anything, 1 and more if nothing more fits; 0:
  // it knows nothing that a new one would not.
  double UsedShare(const LimitRule& rule, absl::Time now);

 private:
  std::vector<UseWindow> windows_;  // As those of the rule.
  RequestBucket bucket_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_LIMIT_METER_H_
