#ifndef AIGATEWAY_GATEWAY_NET_EVENT_LOOP_H_
#define AIGATEWAY_GATEWAY_NET_EVENT_LOOP_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <thread>

#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "asio/executor_work_guard.hpp"
#include "asio/io_context.hpp"

#include "gateway/base/env.h"
#include "gateway/base/loop.h"
#include "gateway/base/random.h"
#include "gateway/base/task.h"
#include "gateway/net/curl_http_client.h"
#include "gateway/net/loop_timers.h"
#include "gateway/net/turn_meter.h"

namespace aigateway {

// One thread that serves requests, and the doors to the world that it lends
// them: timers, an HTTP client with its connections, random numbers.
//
// It runs on a thread of its own (Start, Stop, Join) or by hand (Run,
// RunReady). Post(), Spawn() and Stop() may be called from any thread, the rest
// where it says so.
class EventLoop final : public Loop {
 public:
  struct Options {
    std::string name = "loop";  // Of the thread; 15 bytes are kept.
    uint64_t seed = 0;          // Of the random numbers; 0: any.
    CurlHttpClient::Options http;
  };

  // Fails with INTERNAL if the system has no descriptor left.
  static absl::StatusOr<std::unique_ptr<EventLoop>> Create(Options options);
  // The loop's thread has ended (Join), and so has all that was spawned.
  ~EventLoop() override;
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  void Post(absl::AnyInvocable<void()> work) override;
  // An exception that leaves `root` ends the process: it is a bug.
  void Spawn(Task<void> root) override;

  // Runs the loop on a new thread, which leaves signals to the others. Once.
  absl::Status Start();
  // Ends the loop as soon as all that was spawned has ended; what was posted
  // before is run. Whoever spawned cancels the scopes.
  void Stop();
  // Waits for the thread to end. Not from the loop's thread.
  void Join();

  // Runs the loop on this thread until it is stopped.
  void Run();
  // Runs what is ready, on this thread, without waiting. Returns how many
  // handlers ran.
  size_t RunReady();
  // Runs the loop on this thread until `done`, which is asked before each
  // handler, or for `limit` at most. Returns what `done` said last.
  bool RunUntil(absl::FunctionRef<bool()> done, absl::Duration limit);

  // What runs on this loop uses; valid as long as the loop.
  Env env();
  // Whether this is the thread that runs the loop. From any thread.
  bool IsCurrent() const;

  // How long the loop has been held by what runs now, and how often it was
  // held for long. From any thread.
  const TurnMeter& meter() const { return meter_; }
  // How many roots have not ended. From any thread.
  size_t roots() const { return roots_.load(std::memory_order_relaxed); }
  // For what measures them; on the loop.
  LoopTimers& timers() { return timers_; }
  CurlHttpClient& http() { return *http_; }

 private:
  // Forgets a root, and reports how it ended.
  struct RootEnded {
    EventLoop* loop;
    void operator()(std::exception_ptr error) const;
  };

  // Marks the thread that runs the loop while it does.
  class Running;

  explicit EventLoop(Options options);
  void EndIfDone();

  const std::string name_;
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  TurnMeter meter_;
  LoopTimers timers_;
  Random random_;
  std::unique_ptr<CurlHttpClient> http_;
  std::atomic<size_t> roots_ = 0;
  std::atomic<std::thread::id> running_on_ = std::thread::id();
  bool stopping_ = false;  // On the loop.
  std::thread thread_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_NET_EVENT_LOOP_H_
