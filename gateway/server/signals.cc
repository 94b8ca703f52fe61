#include "gateway/server/signals.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <signal.h>
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
  const int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (fd < 0) {
    return Error(ErrorReason::kInternal,
                 absl::StrCat("cannot read signals: ", std::strerror(errno)));
  }
  return std::unique_ptr<ProcessSignals>(new ProcessSignals(fd));
}

ProcessSignals::~ProcessSignals() { close(fd_); }

std::optional<int> ProcessSignals::Wait(absl::Duration limit) {
  const absl::Time end = absl::Now() + limit;
  while (true) {
    signalfd_siginfo info;
    if (read(fd_, &info, sizeof(info)) == sizeof(info)) {
      return static_cast<int>(info.ssi_signo);
    }
    const absl::Duration left = end - absl::Now();
    if (left <= absl::ZeroDuration()) return std::nullopt;
    pollfd readable = {.fd = fd_, .events = POLLIN, .revents = 0};
    // Rounded up, or the last millisecond is spent without sleeping.
    poll(&readable, 1,
         static_cast<int>(absl::ToInt64Milliseconds(
             std::min(left, absl::Hours(1)) + absl::Microseconds(999))));
  }
}

}  // namespace aigateway
