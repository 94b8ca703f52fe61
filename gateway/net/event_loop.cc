#include "gateway/net/event_loop.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <pthread.h>
#include <random>
#include <signal.h>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "asio/co_spawn.hpp"
#include "asio/post.hpp"

#include "gateway/base/check.h"
#include "gateway/base/clock.h"
#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

// Threads of a process share its signals. Those meant for all of it are left to
// the thread that expects them; SIGPIPE, which OpenSSL may raise on a socket
// that the peer has closed, is of no use to anyone.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t signals;
    sigemptyset(&signals);
    for (int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1,
                       SIGUSR2, SIGCHLD}) {
      sigaddset(&signals, signal);
    }
    pthread_sigmask(SIG_BLOCK, &signals, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

uint64_t AnySeed() {
  std::random_device device;
  return uint64_t{device()} << 32 | device();
}

[[noreturn]] void DieOf(const char* what) {
  std::fprintf(stderr, "an exception left a coroutine: %s\n", what);
  std::abort();
}

}  // namespace

absl::StatusOr<std::unique_ptr<EventLoop>> EventLoop::Create(Options options) {
  CurlHttpClient::Options http = options.http;
  std::unique_ptr<EventLoop> loop;
  try {
    loop.reset(new EventLoop(std::move(options)));
  } catch (const std::system_error& error) {
    return Error(ErrorReason::kInternal,
                 absl::StrCat("cannot make an event loop: ", error.what()));
  }
  AIGW_ASSIGN_OR_RETURN(loop->http_,
                        CurlHttpClient::Create(loop->io_, loop->timers_,
                                               loop->meter_, std::move(http)));
  return loop;
}

EventLoop::EventLoop(Options options)
    : name_(std::move(options.name)),
      io_(/*concurrency_hint=*/1),
      work_(io_.get_executor()),
      timers_(io_, Clock::Real(), &meter_),
      random_(options.seed != 0 ? options.seed : AnySeed()) {}

EventLoop::~EventLoop() {
  AIGW_CHECK(!thread_.joinable());
  AIGW_CHECK(roots() == 0);
}

void EventLoop::Post(absl::AnyInvocable<void()> work) {
  asio::post(io_, [this, work = std::move(work)]() mutable {
    const TurnMeter::Turn turn(meter_);
    work();
  });
}

void EventLoop::Spawn(Task<void> root) {
  roots_.fetch_add(1, std::memory_order_relaxed);
  // By way of Post(), so that its first steps count as a turn.
  Post([this, root = std::move(root)]() mutable {
    asio::co_spawn(io_, std::move(root), RootEnded{this});
  });
}

void EventLoop::RootEnded::operator()(std::exception_ptr error) const {
  if (error != nullptr) {
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& exception) {
      DieOf(exception.what());
    } catch (...) {
      DieOf("not a std::exception");
    }
  }
  loop->roots_.fetch_sub(1, std::memory_order_relaxed);
  loop->EndIfDone();
}

absl::Status EventLoop::Start() {
  AIGW_CHECK(!thread_.joinable());
  const SignalsBlocked blocked;  // The new thread inherits it.
  try {
    thread_ = std::thread([this] {
      pthread_setname_np(pthread_self(), name_.substr(0, 15).c_str());
      Run();
    });
  } catch (const std::system_error& error) {
    return Error(ErrorReason::kInternal,
                 absl::StrCat("cannot start a thread: ", error.what()));
  }
  return absl::OkStatus();
}

void EventLoop::Stop() {
  Post([this] {
    stopping_ = true;
    EndIfDone();
  });
}

void EventLoop::EndIfDone() {
  if (stopping_ && roots() == 0) io_.stop();
}

void EventLoop::Join() {
  if (thread_.joinable()) thread_.join();
}

class EventLoop::Running {
 public:
  explicit Running(EventLoop* loop) : loop_(loop) {
    loop_->running_on_.store(std::this_thread::get_id(),
                             std::memory_order_relaxed);
  }
  ~Running() {
    loop_->running_on_.store(std::thread::id(), std::memory_order_relaxed);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  EventLoop* const loop_;
};

void EventLoop::Run() {
  const Running running(this);
  io_.run();
}

size_t EventLoop::RunReady() {
  const Running running(this);
  return io_.poll();
}

bool EventLoop::RunUntil(absl::FunctionRef<bool()> done, absl::Duration limit) {
  const Running running(this);
  const std::chrono::steady_clock::time_point end =
      std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(limit);
  while (!done()) {
    if (io_.run_one_until(end) == 0) return done();
  }
  return true;
}

bool EventLoop::IsCurrent() const {
  return running_on_.load(std::memory_order_relaxed) ==
         std::this_thread::get_id();
}

Env EventLoop::env() {
  return {.loop = this,
          .clock = Clock::Real(),
          .timers = &timers_,
          .http = http_.get(),
          .random = &random_};
}

}  // namespace aigateway
