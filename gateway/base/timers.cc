#include "gateway/base/timers.h"

namespace aigateway {

Task<absl::Status> Timers::Sleep(Scope& scope, absl::Duration delay) {
  if (scope.cancelled()) co_return scope.status();
  Waiter<absl::Status> waiter;
  Handle timer = After(delay, [&waiter] { waiter.Wake(absl::OkStatus()); });
  Scope::Watch watch =
      scope.OnCancel([&waiter, &scope] { waiter.Wake(scope.status()); });
  co_return co_await waiter.Wait();
}

}  // namespace aigateway
