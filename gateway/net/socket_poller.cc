#include "gateway/net/socket_poller.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"

namespace aigateway {
namespace {

// How many sockets are served before the loop looks at its other work.
constexpr int kBatch = 64;

uint32_t ToEpoll(uint8_t what) {
  return (what & SocketPoller::kRead ? uint32_t{EPOLLIN} : 0u) |
         (what & SocketPoller::kWrite ? uint32_t{EPOLLOUT} : 0u);
}

uint8_t FromEpoll(uint32_t events, uint8_t watched) {
  if (events & (EPOLLERR | EPOLLHUP)) return watched;
  return (events & EPOLLIN ? SocketPoller::kRead : 0) |
         (events & EPOLLOUT ? SocketPoller::kWrite : 0);
}

}  // namespace

absl::StatusOr<std::unique_ptr<SocketPoller>> SocketPoller::Create(
    asio::io_context& io, Listener* listener) {
  const int set = epoll_create1(EPOLL_CLOEXEC);
  if (set < 0) {
    return Error(ErrorReason::kInternal,
                 absl::StrCat("cannot watch sockets: ", strerror(errno)));
  }
  std::unique_ptr<SocketPoller> poller(new SocketPoller(io, listener));
  std::error_code error;
  poller->set_.assign(set, error);
  if (error) {
    close(set);
    return Error(ErrorReason::kInternal,
                 absl::StrCat("cannot watch sockets: ", error.message()));
  }
  poller->Await();
  return poller;
}

SocketPoller::State& SocketPoller::At(int fd) {
  const size_t index = static_cast<size_t>(fd);
  if (index >= states_.size()) states_.resize(index + 1);
  return states_[index];
}

void SocketPoller::Watch(int fd, uint8_t what) {
  State& state = At(fd);
  Rest(state, false);
  state.watched = what;
  if (!state.in_set || state.registered != what) Register(fd, state, what);
}

void SocketPoller::Unwatch(int fd, bool resting) {
  State& state = At(fd);
  state.watched = kNothing;
  if (!resting) {
    Remove(fd, state);
    return;
  }
  Rest(state, true);
}

void SocketPoller::Opened(int fd) {
  State& state = At(fd);
  const uint8_t watched = state.watched;
  Rest(state, false);
  state = {.generation = state.generation + 1};
  // libcurl 7.88 closes a socket whose connection attempt it gives up without
  // saying so. If the next attempt's has the same number, libcurl believes it
  // watched already.
  if (watched != kNothing) Watch(fd, watched);
}

void SocketPoller::Closing(int fd) {
  State& state = At(fd);
  Rest(state, false);
  // Closing alone takes a socket out of the set only if no forked child holds
  // it too.
  Remove(fd, state);
  state = {.generation = state.generation + 1};
}

void SocketPoller::Rest(State& state, bool resting) {
  if (state.resting == resting) return;
  state.resting = resting;
  resting ? ++resting_ : --resting_;
}

void SocketPoller::Register(int fd, State& state, uint8_t what) {
  epoll_event event = {};
  event.events = ToEpoll(what);
  event.data.u64 = uint64_t{state.generation} << 32 | static_cast<uint32_t>(fd);
  const int set = set_.native_handle();
  // The kernel knows best: a socket may have been closed without a word, and
  // its number may belong to another since.
  if (state.in_set && epoll_ctl(set, EPOLL_CTL_MOD, fd, &event) == 0) {
    state.registered = what;
    return;
  }
  state.in_set =
      epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) == 0 ||
      (errno == EEXIST && epoll_ctl(set, EPOLL_CTL_MOD, fd, &event) == 0);
  // Out of kernel memory otherwise: the transfer's time limits will end it.
  state.registered = state.in_set ? what : uint8_t{kNothing};
}

void SocketPoller::Remove(int fd, State& state) {
  if (!state.in_set) return;
  epoll_event unused = {};
  epoll_ctl(set_.native_handle(), EPOLL_CTL_DEL, fd, &unused);
  state.in_set = false;
  state.registered = kNothing;
}

void SocketPoller::Await() {
  set_.async_wait(asio::posix::stream_descriptor::wait_read,
                  [this](const std::error_code& error) {
                    if (error) return;  // The loop ends.
                    OnSetReady();
                    Await();
                  });
}

void SocketPoller::OnSetReady() {
  epoll_event events[kBatch];
  const int count = epoll_wait(set_.native_handle(), events, kBatch, 0);
  Ready ready[kBatch];
  size_t ready_count = 0;
  bool disturbed = false;
  for (int i = 0; i < count; ++i) {
    const int fd = static_cast<int>(static_cast<uint32_t>(events[i].data.u64));
    State& state = At(fd);
    if (state.generation != static_cast<uint32_t>(events[i].data.u64 >> 32)) {
      continue;
    }
    if (state.watched == kNothing) {
      disturbed |= state.resting;
      Remove(fd, state);
      continue;
    }
    const uint8_t what = FromEpoll(events[i].events, state.watched);
    if (what != kNothing) ready[ready_count++] = {fd, what};
  }
  if (ready_count > 0) listener_->OnReady({ready, ready_count});
  if (disturbed) listener_->OnRestDisturbed();
}

}  // namespace aigateway
