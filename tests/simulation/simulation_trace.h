#ifndef AIGATEWAY_TESTS_SIMULATION_SIMULATION_TRACE_H_
#define AIGATEWAY_TESTS_SIMULATION_SIMULATION_TRACE_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/base/clock.h"

namespace aigateway {

// What happened in a simulation, one line for each thing, and which invariants
// it broke.
class SimulationTrace {
 public:
  // `clock` must outlive this object.
  explicit SimulationTrace(const Clock* clock)
      : clock_(*clock), start_(clock->Now()) {}

  template <typename... Parts>
  void Add(const Parts&... parts) {
    absl::StrAppend(&text_, absl::ToInt64Microseconds(clock_.Now() - start_),
                    " ", parts..., "\n");
  }

  // An invariant does not hold. The first ones are kept: what comes after is
  // often their consequence.
  void Break(absl::string_view what) {
    Add("BROKEN ", what);
    if (broken_.size() < kMaxBroken) broken_.emplace_back(what);
  }

  const std::string& text() const { return text_; }
  const std::vector<std::string>& broken() const { return broken_; }

 private:
  static constexpr size_t kMaxBroken = 20;

  const Clock& clock_;
  const absl::Time start_;
  std::string text_;
  std::vector<std::string> broken_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_SIMULATION_SIMULATION_TRACE_H_
