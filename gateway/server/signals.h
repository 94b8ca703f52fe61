#ifndef AIGATEWAY_GATEWAY_SERVER_SIGNALS_H_
#define AIGATEWAY_GATEWAY_SERVER_SIGNALS_H_

#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace aigateway {

// Where signals come from.
class SignalSource {
 public:
  virtual ~SignalSource() = default;
  // Waits for the next signal, for at most `limit` (which may be infinite).
  // Returns nullopt if none came, or somebody called Wake().
  virtual std::optional<int> Wait(absl::Duration limit) = 0;
  // Ends the wait that is under way, or else the next one. From any thread.
  virtual void Wake() = 0;
};

// The signals of this process: SIGTERM, SIGINT and SIGHUP.
//
// They are blocked and read from a descriptor, so there is no handler that
// could do something it must not. To be made before any other thread is: those
// inherit the mask. SIGPIPE is ignored from then on. Belongs to one thread, but
// for Wake().
class ProcessSignals final : public SignalSource {
 public:
  // INTERNAL if the system gives no descriptor.
  static absl::StatusOr<std::unique_ptr<ProcessSignals>> Create();
  ~ProcessSignals() override;

  std::optional<int> Wait(absl::Duration limit) override;
  void Wake() override;

 private:
  ProcessSignals(int signals, int wake) : signals_(signals), wake_(wake) {}

  const int signals_;
  const int wake_;  // Readable after Wake().
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_SIGNALS_H_
