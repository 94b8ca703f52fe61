#ifndef AIGATEWAY_GATEWAY_STORE_REDIS_CLIENT_H_
#define AIGATEWAY_GATEWAY_STORE_REDIS_CLIENT_H_

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "gateway/base/env.h"
#include "gateway/base/mutex.h"
#include "gateway/base/scope.h"
#include "gateway/base/task.h"
#include "gateway/store/redis_address.h"
#include "gateway/store/redis_command.h"
#include "gateway/store/redis_reply.h"

namespace aigateway {

// Asks one Redis, from any loop, over one connection on which commands follow
// each other without waiting for replies (pipelining).
//
// Nobody waits long for it. A command has its time; a Redis that lets it pass
// without a reply, or that cannot be reached, is away, and until it has been
// reached again and has answered, commands fail at once instead of waiting each
// for its time. The client tries to connect by itself, at first soon and then
// ever more seldom. How much waits is bounded.
//
// A command that failed may have been run: whoever sends one that must not
// count twice sees to that. One thread does all I/O, from the first command on.
// Thread-safe.
class RedisClient {
 public:
  struct Options {
    RedisAddress address;
    // How long a command may take, and connecting, and being let in.
    absl::Duration timeout = absl::Milliseconds(250);
    // The most commands without a reply, and bytes of them.
    size_t max_waiting = 8192;
    size_t max_waiting_bytes = size_t{64} << 20;
    RedisReplyReader::Limits replies;
    // How long it waits before it tries again to connect: at first, doubled
    // each time, and at most.
    absl::Duration first_pause = absl::Milliseconds(100);
    absl::Duration last_pause = absl::Seconds(5);
  };

  explicit RedisClient(Options options) : options_(std::move(options)) {}
  // As Close().
  ~RedisClient() { Close(); }
  RedisClient(const RedisClient&) = delete;
  RedisClient& operator=(const RedisClient&) = delete;

  // Sends `command` and waits for the reply, which is no error. Fails with
  // UNAVAILABLE while Redis is away, with DEADLINE_EXCEEDED if it did not
  // answer in time, with RESOURCE_EXHAUSTED if too much waits, with
  // FAILED_PRECONDITION and its words if it refused, and as `scope` if that
  // ends.
  Task<absl::StatusOr<RedisReply>> Call(RedisCommand command, const Env& env,
                                        Scope& scope)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Sends `command` behind those before it and waits for nothing: what comes of
  // it nobody is told. From any thread. Returns why it is not sent. (A script
  // that Redis has to be taught first comes behind what was sent meanwhile.)
  absl::Status Tell(RedisCommand command) ABSL_LOCKS_EXCLUDED(mutex_);

  // Waits for the replies to what was sent, for the time of a command at most,
  // and for an attempt to connect that is under way. Nothing is sent after it.
  void Close() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // A command and who waits for its reply.
  class Pending;
  using Queue = std::deque<std::shared_ptr<Pending>>;
  enum class Presence {
    kUnknown,  // It is being connected to, for the first time or anew.
    kThere,
    kAway,
  };

  absl::Status Enqueue(std::shared_ptr<Pending> pending)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Whoever waits for a connection has waited for all of its time.
  void NoteSlowConnecting() ABSL_LOCKS_EXCLUDED(mutex_);

  // The thread's.
  void Run();
  class Exchange;
  // Takes what waits to be sent. Returns whether the client is closing.
  bool TakeQueue(Queue& queue) ABSL_LOCKS_EXCLUDED(mutex_);
  void Done(const Pending& pending) ABSL_LOCKS_EXCLUDED(mutex_);
  void SetPresence(Presence presence) ABSL_LOCKS_EXCLUDED(mutex_);
  // Until it is reached again: fails what waits to be sent, and what comes.
  void GoAway(const absl::Status& why) ABSL_LOCKS_EXCLUDED(mutex_);
  // False: the client is closing.
  bool Pause(absl::Duration pause) ABSL_LOCKS_EXCLUDED(mutex_);

  const Options options_;
  Mutex mutex_;
  CondVar changed_;
  Presence presence_ ABSL_GUARDED_BY(mutex_) = Presence::kUnknown;
  std::string why_away_ ABSL_GUARDED_BY(mutex_);
  Queue queue_ ABSL_GUARDED_BY(mutex_);         // Not yet sent.
  size_t waiting_ ABSL_GUARDED_BY(mutex_) = 0;  // Sent ones, too.
  size_t waiting_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  int wake_fd_ ABSL_GUARDED_BY(mutex_) = -1;  // An eventfd.
  std::thread thread_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_STORE_REDIS_CLIENT_H_
