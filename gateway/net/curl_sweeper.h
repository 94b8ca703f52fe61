#ifndef AIGATEWAY_GATEWAY_NET_CURL_SWEEPER_H_
#define AIGATEWAY_GATEWAY_NET_CURL_SWEEPER_H_

#include <memory>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "curl/curl.h"

#include "gateway/base/timers.h"
#include "gateway/net/curl_multi.h"

namespace aigateway {

// Closes the kept connections of a multi handle that are too old, or that the
// server has closed.
//
// libcurl looks for those only when it begins a request: after a busy hour a
// process at rest would hold thousands of them for ever. So once in a while
// the sweeper begins a request that ends before it connects anywhere.
class CurlSweeper {
 public:
  // `multi` and `timers` must outlive the sweeper. `needed`, asked before each
  // sweep, says whether any connection is kept; sweeping stops when none is.
  static absl::StatusOr<std::unique_ptr<CurlSweeper>> Create(
      CurlMulti& multi, Timers& timers, absl::Duration kept_connection_age,
      absl::AnyInvocable<bool()> needed);
  ~CurlSweeper();
  CurlSweeper(const CurlSweeper&) = delete;
  CurlSweeper& operator=(const CurlSweeper&) = delete;

  // A connection is kept: sweeps now and then as long as that is so.
  void SweepInTime();
  // A kept connection was closed by the server: sweeps within seconds.
  void SweepSoon();
  // Whether `easy`, whose transfer has ended, is the sweeper's own; if so it is
  // taken out of the multi handle.
  bool TakeEnded(CURL* easy);

 private:
  CurlSweeper(CurlMulti& multi, Timers& timers,
              absl::AnyInvocable<bool()> needed)
      : multi_(multi), timers_(timers), needed_(std::move(needed)) {}

  void SweepAfter(absl::Duration delay);
  void Sweep();

  CurlMulti& multi_;
  Timers& timers_;
  absl::AnyInvocable<bool()> needed_;
  CURL* easy_ = nullptr;
  bool in_multi_ = false;
  Timers::Handle timer_;
  absl::Time at_ = absl::InfiniteFuture();  // When the timer fires.
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_NET_CURL_SWEEPER_H_
