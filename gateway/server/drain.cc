#include "gateway/server/drain.h"

#include <algorithm>
#include <csignal>
#include <optional>

namespace aigateway {
namespace {

// How often it is looked whether the last call has ended.
constexpr absl::Duration kLook = absl::Milliseconds(10);
// How long cancelled calls have to tell their clients.
constexpr absl::Duration kLastWord = absl::Seconds(1);

bool IsEnd(std::optional<int> signal) {
  return signal == SIGTERM || signal == SIGINT;
}

// Waits until no call is open, or the limit has passed, or, if `impatient`, a
// signal to end came.
void WaitForCalls(const Drainable& server, SignalSource& signals,
                  absl::Duration limit, bool impatient, const Clock& clock) {
  const absl::Time end = clock.Now() + limit;
  while (server.open_calls() > 0) {
    const absl::Duration left = end - clock.Now();
    if (left <= absl::ZeroDuration()) return;
    if (IsEnd(signals.Wait(std::min(kLook, left))) && impatient) return;
  }
}

}  // namespace

void Drain(Drainable& server, SignalSource& signals, absl::Duration grace,
           const Clock& clock, const Logger& logger) {
  server.StartDrain();
  logger.Info("draining",
              {{"open_calls", server.open_calls()}, {"grace_ms", grace}});
  WaitForCalls(server, signals, grace, /*impatient=*/true, clock);
  if (server.open_calls() > 0) {
    logger.Warning("cancelling what is left",
                   {{"open_calls", server.open_calls()}});
    server.CancelCalls();
    WaitForCalls(server, signals, kLastWord, /*impatient=*/false, clock);
  }
}

}  // namespace aigateway
