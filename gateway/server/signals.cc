#include "gateway/server/signals.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "gateway/base/errors.h"

namespace aigateway {

absl::StatusOr<std::unique_ptr<ProcessSignals>> ProcessSignals::Create() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  if (pthread_sigmask(SIG_BLOCK, &set, nullptr) != 0) {
    return Error(ErrorReason::kInternal, "cannot block signals");
  }
  signal(SIGPIPE, SIG_IGN);
  const int signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  const int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (signals < 0 || wake < 0) {
    const int error = errno;
    if (signals >= 0) close(signals);
    if (wake >= 0) close(wake);
    return Error(ErrorReason::kInternal,
                 absl::StrCat("cannot read signals: ", std::strerror(error)));
  }
  return std::unique_ptr<ProcessSignals>(new ProcessSignals(signals, wake));
}

ProcessSignals::~ProcessSignals() {
  close(signals_);
  close(wake_);
}

void ProcessSignals::Wake() {
  // Fails only if it was woken 2^64 times and nobody waited.
  (void)!eventfd_write(wake_, 1);
}

std::optional<int> ProcessSignals::Wait(absl::Duration limit) {
  const absl::Time end = absl::Now() + limit;
  while (true) {
    signalfd_siginfo info;
    if (read(signals_, &info, sizeof(info)) == sizeof(info)) {
      return static_cast<int>(info.ssi_signo);
    }
    eventfd_t woken = 0;
    if (eventfd_read(wake_, &woken) == 0) return std::nullopt;
    const absl::Duration left = end - absl::Now();
    if (left <= absl::ZeroDuration()) return std::nullopt;
    pollfd readable[] = {{.fd = signals_, .events = POLLIN, .revents = 0},
                         {.fd = wake_, .events = POLLIN, .revents = 0}};
    // Rounded up, or the last millisecond is spent without sleeping.
    poll(readable, std::size(readable),
         static_cast<int>(absl::ToInt64Milliseconds(
             std::min(left, absl::Hours(1)) + absl::Microseconds(999))));
  }
}

}  // namespace aigateway
