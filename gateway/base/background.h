#ifndef AIGATEWAY_GATEWAY_BASE_BACKGROUND_H_
#define AIGATEWAY_GATEWAY_BASE_BACKGROUND_H_

#include "gateway/base/scope.h"
#include "gateway/base/task.h"

namespace aigateway {

// Runs what a request leaves behind, on the request's loop; the gateway waits
// for it before it closes.
class Background {
 public:
  virtual ~Background() = default;

  // `work` owns all that it uses, and ends by itself soon, or with scope(). On
  // the loop.
  virtual void Run(Task<void> work) = 0;

  // Ends when the gateway closes; outlives what runs. On the loop.
  virtual Scope& scope() = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_BACKGROUND_H_
