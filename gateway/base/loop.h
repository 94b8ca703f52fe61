#ifndef AIGATEWAY_GATEWAY_BASE_LOOP_H_
#define AIGATEWAY_GATEWAY_BASE_LOOP_H_

#include "absl/functional/any_invocable.h"

#include "gateway/base/task.h"

namespace aigateway {

// One thread that runs coroutines and callbacks, one at a time.
class Loop {
 public:
  virtual ~Loop() = default;

  // Runs `work` on the loop, in the order posted. From any thread.
  virtual void Post(absl::AnyInvocable<void()> work) = 0;

  // Starts a root coroutine on the loop. From any thread.
  virtual void Spawn(Task<void> root) = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_LOOP_H_
