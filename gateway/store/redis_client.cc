#include "gateway/store/redis_client.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <pthread.h>
#include <string>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/clock.h"
#include "gateway/base/loop.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/timers.h"
#include "gateway/base/utf8.h"
#include "gateway/store/redis_connection.h"

namespace aigateway {
namespace {

constexpr size_t kMaxSaidBytes = 200;
// A connection that breaks sooner is no reason to try again at once.
constexpr absl::Duration kLived = absl::Seconds(1);

absl::Time Now() { return Clock::Real()->Now(); }

absl::Status Silent() {
  return absl::DeadlineExceededError("Redis is away: it does not answer");
}

// The same status, shared with nobody: how many share one Debian's Abseil
// counts where ThreadSanitizer does not see it.
absl::Status Anew(const absl::Status& status) {
  return absl::Status(status.code(), status.message());
}

enum class Wake { kReplied, kLate, kEnded };

}  // namespace

class RedisClient::Pending {
 public:
  // `loop` null: nobody is to be told.
  Pending(RedisCommand command, absl::Time deadline, Loop* loop,
          std::shared_ptr<Waiter<Wake>> waiter)
      : command_(std::move(command)),
        bytes_(command_.Bytes()),
        size_(bytes_.size()),
        deadline_(deadline),
        waiter_(std::move(waiter)),
        loop_(loop) {}

  // Until when the reply has to come.
  absl::Time deadline() const { return deadline_; }
  size_t size() const { return size_; }

  // The thread's: once, and again after NOSCRIPT.
  std::string TakeBytes() { return std::move(bytes_); }
  // Whether it is to be sent again, with the text of its script.
  bool SpellOut(const RedisReply& reply) {
    if (reply.kind != RedisReply::Kind::kError || !command_.names_script() ||
        !absl::StartsWith(reply.text, "NOSCRIPT")) {
      return false;
    }
    command_.SpellOut();
    bytes_ = command_.Bytes();
    return true;
  }
  void Complete(absl::StatusOr<RedisReply> result) ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    if (loop_ == nullptr) return;
    result_ = std::move(result);
    loop_->Post([waiter = waiter_] { waiter->Wake(Wake::kReplied); });
    loop_ = nullptr;
  }

  // Of who waits. The loop may be gone after Leave().
  void Leave() ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    loop_ = nullptr;
  }
  // Whether it is of no use any more: who waited has left.
  bool is_left() ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    return waiter_ != nullptr && loop_ == nullptr;
  }
  absl::StatusOr<RedisReply> TakeResult() ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    return std::move(result_);
  }

 private:
  RedisCommand command_;
  std::string bytes_;
  const size_t size_;
  const absl::Time deadline_;
  const std::shared_ptr<Waiter<Wake>> waiter_;
  Mutex mutex_;
  Loop* loop_ ABSL_GUARDED_BY(mutex_);
  absl::StatusOr<RedisReply> result_ ABSL_GUARDED_BY(mutex_);
};

// The life of one connection: what is sent over it, and what comes back.
class RedisClient::Exchange {
 public:
  Exchange(RedisClient& client, RedisConnection& connection, int wake_fd)
      : client_(client), connection_(connection), wake_fd_(wake_fd) {}

  // Until it breaks, which is not OK, or all is done and the client closes.
  absl::Status Run() {
    absl::Status status;
    bool ends = false;
    while (status.ok() && !ends) status = Turn(&ends);
    for (const std::shared_ptr<Pending>& pending : sent_) {
      client_.Done(*pending);
      pending->Complete(Anew(status));
    }
    return status;
  }

 private:
  absl::Status Turn(bool* ends) {
    Queue queue;
    const bool closing = client_.TakeQueue(queue);
    std::string bytes;
    for (std::shared_ptr<Pending>& pending : queue) {
      if (pending->is_left()) {
        client_.Done(*pending);
        continue;
      }
      bytes += pending->TakeBytes();
      sent_.push_back(std::move(pending));
    }
    AIGW_RETURN_IF_ERROR(connection_.Send(bytes));
    if (closing && sent_.empty()) {
      *ends = true;
      return absl::OkStatus();
    }
    // Until something is to be sent, too, or the first that waits is late.
    const absl::Duration left = sent_.empty()
                                    ? absl::InfiniteDuration()
                                    : sent_.front()->deadline() - Now();
    AIGW_RETURN_IF_ERROR(connection_.Await(left, wake_fd_));
    return ReadReplies();
  }

  absl::Status ReadReplies() {
    for (;;) {
      AIGW_ASSIGN_OR_RETURN(std::optional<RedisReply> reply,
                            connection_.Next());
      if (!reply.has_value()) break;
      if (sent_.empty()) {
        return absl::UnavailableError("Redis said something that nobody asked");
      }
      const std::shared_ptr<Pending> pending = std::move(sent_.front());
      sent_.pop_front();
      if (pending->SpellOut(*reply)) {
        sent_.push_back(pending);
        AIGW_RETURN_IF_ERROR(connection_.Send(pending->TakeBytes()));
        continue;
      }
      client_.Done(*pending);
      pending->Complete(*std::move(reply));
    }
    if (!sent_.empty() && sent_.front()->deadline() <= Now()) return Silent();
    return absl::OkStatus();
  }

  RedisClient& client_;
  RedisConnection& connection_;
  const int wake_fd_;
  Queue sent_;  // Whose replies have not come.
};

Task<absl::StatusOr<RedisReply>> RedisClient::Call(RedisCommand command,
                                                   const Env& env,
                                                   Scope& scope) {
  if (scope.cancelled()) co_return scope.status();
  const auto waiter = std::make_shared<Waiter<Wake>>();
  const auto pending = std::make_shared<Pending>(
      std::move(command), Now() + options_.timeout, env.loop, waiter);
  AIGW_CO_RETURN_IF_ERROR(Enqueue(pending));
  // Leaves it whatever ends this coroutine, its loop's end too.
  struct Waiting {
    ~Waiting() { pending->Leave(); }
    Pending* const pending;
  } const waiting{pending.get()};
  const Timers::Handle timer = env.timers->After(
      options_.timeout, [waiter] { waiter->Wake(Wake::kLate); });
  const Scope::Watch watch =
      scope.OnCancel([waiter] { waiter->Wake(Wake::kEnded); });
  switch (co_await waiter->Wait()) {
    case Wake::kReplied:
      break;
    case Wake::kLate:
      NoteSlowConnecting();
      co_return Silent();
    case Wake::kEnded:
      co_return scope.status();
  }
  absl::StatusOr<RedisReply> reply = pending->TakeResult();
  if (reply.ok() && reply->kind == RedisReply::Kind::kError) {
    co_return absl::FailedPreconditionError(absl::StrCat(
        "Redis refused: ", Truncate(ValidUtf8(reply->text), kMaxSaidBytes)));
  }
  co_return reply;
}

absl::Status RedisClient::Tell(RedisCommand command) {
  return Enqueue(std::make_shared<Pending>(
      std::move(command), Now() + options_.timeout, nullptr, nullptr));
}

absl::Status RedisClient::Enqueue(std::shared_ptr<Pending> pending) {
  MutexLock lock(&mutex_);
  if (closing_) return absl::UnavailableError("the client of Redis is closed");
  if (presence_ == Presence::kAway) return absl::UnavailableError(why_away_);
  if (waiting_ >= options_.max_waiting ||
      waiting_bytes_ + pending->size() > options_.max_waiting_bytes) {
    return absl::ResourceExhaustedError("too much waits for Redis");
  }
  if (wake_fd_ < 0) {
    wake_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake_fd_ < 0)
      return absl::ErrnoToStatus(errno, "no descriptor is left");
  }
  if (!thread_.joinable()) {
    try {
      thread_ = std::thread([this] {
        pthread_setname_np(pthread_self(), "redis");
        Run();
      });
    } catch (const std::system_error& error) {
      return absl::UnavailableError(
          absl::StrCat("cannot start a thread for Redis: ", error.what()));
    }
  }
  ++waiting_;
  waiting_bytes_ += pending->size();
  queue_.push_back(std::move(pending));
  // Else the thread was told already.
  if (queue_.size() == 1) eventfd_write(wake_fd_, 1);
  return absl::OkStatus();
}

void RedisClient::Close() {
  std::thread thread;
  {
    MutexLock lock(&mutex_);
    closing_ = true;
    if (wake_fd_ >= 0) eventfd_write(wake_fd_, 1);
    changed_.SignalAll();
    thread = std::move(thread_);
  }
  if (thread.joinable()) thread.join();
  MutexLock lock(&mutex_);
  if (wake_fd_ >= 0) close(std::exchange(wake_fd_, -1));
}

void RedisClient::NoteSlowConnecting() {
  MutexLock lock(&mutex_);
  if (presence_ != Presence::kUnknown) return;
  presence_ = Presence::kAway;
  why_away_ = "Redis is away: connecting to it takes long";
}

bool RedisClient::TakeQueue(Queue& queue) {
  MutexLock lock(&mutex_);
  queue.swap(queue_);
  return closing_;
}

void RedisClient::Done(const Pending& pending) {
  MutexLock lock(&mutex_);
  --waiting_;
  waiting_bytes_ -= pending.size();
}

void RedisClient::SetPresence(Presence presence) {
  MutexLock lock(&mutex_);
  presence_ = presence;
}

void RedisClient::GoAway(const absl::Status& why) {
  Queue queue;
  {
    MutexLock lock(&mutex_);
    presence_ = Presence::kAway;
    why_away_ = std::string(why.message());
    queue.swap(queue_);
  }
  for (const std::shared_ptr<Pending>& pending : queue) {
    Done(*pending);
    pending->Complete(Anew(why));
  }
}

bool RedisClient::Pause(absl::Duration pause) {
  const absl::Time end = Now() + pause;
  MutexLock lock(&mutex_);
  while (!closing_) {
    const absl::Duration left = end - Now();
    if (left <= absl::ZeroDuration()) return true;
    changed_.WaitFor(&mutex_, left);
  }
  return false;
}

void RedisClient::Run() {
  int wake_fd = -1;
  {
    MutexLock lock(&mutex_);
    wake_fd = wake_fd_;
  }
  absl::Duration pause = options_.first_pause;
  for (;;) {
    absl::Status broken;
    bool at_once = false;
    {
      const absl::StatusOr<std::unique_ptr<RedisConnection>> connection =
          RedisConnection::Open(options_.address, options_.timeout,
                                options_.replies);
      broken = connection.status();
      if (connection.ok()) {
        SetPresence(Presence::kThere);
        const absl::Time begin = Now();
        broken = Exchange(*this, **connection, wake_fd).Run();
        if (broken.ok()) return;
        // One that lived for a while and went is mostly back soon: what comes
        // now may wait for that. One that is silent is not.
        const bool lived = Now() - begin >= kLived;
        if (lived) pause = options_.first_pause;
        at_once = lived && !absl::IsDeadlineExceeded(broken);
      }
    }
    if (at_once) {
      SetPresence(Presence::kUnknown);
      continue;
    }
    GoAway(broken);
    if (!Pause(pause)) return;
    pause = std::min(2 * pause, options_.last_pause);
  }
}

}  // namespace aigateway
