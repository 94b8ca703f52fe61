#ifndef AIGATEWAY_GATEWAY_SERVER_DRAIN_H_
#define AIGATEWAY_GATEWAY_SERVER_DRAIN_H_

#include "absl/time/time.h"

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/open_count.h"
#include "gateway/server/signals.h"

namespace aigateway {

// What a drain needs of a server. See Server for what each does.
class Drainable {
 public:
  virtual ~Drainable() = default;
  virtual void StartDrain() = 0;
  virtual OpenCount& open_calls() = 0;
  virtual void CancelCalls() = 0;
};

// Lets the calls in flight end, for at most `grace` or until another signal to
// end comes, then cancels the rest and gives those a second to say so. New
// calls are refused from the first moment. Waits.
void Drain(Drainable& server, SignalSource& signals, absl::Duration grace,
           const Clock& clock, const Logger& logger);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_DRAIN_H_
