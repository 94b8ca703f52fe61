#ifndef AIGATEWAY_GATEWAY_NET_SOCKET_POLLER_H_
#define AIGATEWAY_GATEWAY_NET_SOCKET_POLLER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "asio/io_context.hpp"
#include "asio/posix/stream_descriptor.hpp"

namespace aigateway {

// Tells which of many sockets are ready, for a library that owns them.
//
// The sockets are in an epoll set of their own, level-triggered, and the loop
// watches that set through one descriptor: a batch of ready sockets costs two
// system calls in all. (A descriptor of Asio's for each socket costs three for
// each request, and memory for each stream.) A socket that rests between two
// requests stays in the set, so that a request on a kept connection costs none.
// Belongs to the loop's thread.
class SocketPoller {
 public:
  // What to watch for, and what is ready; may be added up.
  enum : uint8_t { kNothing = 0, kRead = 1, kWrite = 2 };

  struct Ready {
    int fd;
    uint8_t what;
  };

  class Listener {
   public:
    virtual ~Listener() = default;
    // Some sockets are ready; an error or a hang-up makes a socket ready for
    // all it is watched for. May change what is watched.
    virtual void OnReady(absl::Span<const Ready> ready) = 0;
    // A resting socket has something to say: its peer closed it, or will.
    virtual void OnRestDisturbed() = 0;
  };

  // `io` and `listener` must outlive the poller. Fails with INTERNAL if the
  // process has no descriptor left.
  static absl::StatusOr<std::unique_ptr<SocketPoller>> Create(
      asio::io_context& io, Listener* listener);

  // Watches `fd` for `what`, in place of what it was watched for.
  void Watch(int fd, uint8_t what);
  // Watches `fd` no more. `resting` promises that it is open and that its
  // closing will be announced: then it may stay in the set.
  void Unwatch(int fd, bool resting);

  // A new socket has the number `fd`. If a socket of that number was watched
  // and closed without a word, the new one is watched in its place.
  void Opened(int fd);
  // `fd` is about to be closed.
  void Closing(int fd);

  // How many sockets rest.
  size_t resting() const { return resting_; }

 private:
  struct State {
    uint8_t watched = kNothing;     // What the owner wants.
    uint8_t registered = kNothing;  // What the kernel was told.
    bool in_set = false;
    bool resting = false;
    uint32_t generation = 0;  // Tells sockets of one number apart.
  };

  SocketPoller(asio::io_context& io, Listener* listener)
      : listener_(listener), set_(io) {}

  State& At(int fd);
  // Tells the kernel what `fd` is watched for.
  void Register(int fd, State& state, uint8_t what);
  void Remove(int fd, State& state);
  void Rest(State& state, bool resting);
  void Await();
  void OnSetReady();

  Listener* const listener_;
  asio::posix::stream_descriptor set_;  // The epoll set.
  std::vector<State> states_;           // By socket number.
  size_t resting_ = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_NET_SOCKET_POLLER_H_
