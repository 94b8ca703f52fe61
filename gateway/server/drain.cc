#include "gateway/server/drain.h"

#include <csignal>
#include <optional>

namespace aigateway {
namespace {

// How long cancelled calls have to tell their clients.
constexpr absl::Duration kLastWord = absl::Seconds(1);

bool IsEnd(std::optional<int> signal) {
  return signal == SIGTERM || signal == SIGINT;
}

// Waits until no call is open, or the limit has passed, or, if `impatient`, a
// signal to end came. The last call's end wakes `signals`.
void WaitForCalls(const OpenCount& calls, SignalSource& signals,
                  absl::Duration limit, bool impatient, const Clock& clock) {
  const absl::Time end = clock.Now() + limit;
  while (calls.count() > 0) {
    const absl::Duration left = end - clock.Now();
    if (left <= absl::ZeroDuration()) return;
    if (IsEnd(signals.Wait(left)) && impatient) return;
  }
}

}  // namespace

void Drain(Drainable& server, SignalSource& signals, absl::Duration grace,
           const Clock& clock, const Logger& logger) {
  OpenCount& calls = server.open_calls();
  calls.Watch([&signals] { signals.Wake(); });
  server.StartDrain();
  logger.Info("draining", {{"open_calls", calls.count()}, {"grace_ms", grace}});
  WaitForCalls(calls, signals, grace, /*impatient=*/true, clock);
  if (calls.count() > 0) {
    logger.Warning("cancelling what is left", {{"open_calls", calls.count()}});
    server.CancelCalls();
    WaitForCalls(calls, signals, kLastWord, /*impatient=*/false, clock);
  }
  calls.Watch(nullptr);
}

}  // namespace aigateway
