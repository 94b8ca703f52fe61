#ifndef AIGATEWAY_TOOLS_BENCH_HTTP_LOOP_H_
#define AIGATEWAY_TOOLS_BENCH_HTTP_LOOP_H_

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/strings/string_view.h"
#include "asio/awaitable.hpp"
#include "asio/executor_work_guard.hpp"
#include "asio/io_context.hpp"
#include "asio/posix/stream_descriptor.hpp"
#include "asio/steady_timer.hpp"
#include "curl/curl.h"

namespace aigateway::bench {

// The least that it takes to make HTTP requests by libcurl from coroutines: one
// thread, one Asio io_context, one curl_multi. The floor that the gateway's own
// engine is compared with, so it has no limit, no timeout and no check beyond
// the status.
class HttpLoop {
 public:
  // One POST and its answer.
  struct Exchange {
    std::string body;
    // Gets the answer's bytes as they come. Must not call the loop.
    std::function<void(absl::string_view bytes)> on_bytes;

    // The loop's.
    CURL* easy = nullptr;
    absl::AnyInvocable<void(bool)> done;
  };

  // Posts to `url`, with `headers` ("name: value").
  HttpLoop(std::string url, const std::vector<std::string>& headers);
  // No coroutine waits in Send() any more.
  ~HttpLoop();
  HttpLoop(const HttpLoop&) = delete;
  HttpLoop& operator=(const HttpLoop&) = delete;

  // For co_spawn() and post(), from any thread.
  asio::io_context& io() { return io_; }

  // On the loop. Returns whether the answer was 200 and came whole. `exchange`
  // outlives the call.
  asio::awaitable<bool> Send(Exchange& exchange);
  // On the loop, outside on_bytes: Send() returns false, the connection is
  // closed. Does nothing once Send() has returned.
  void Abort(Exchange& exchange);

  // What the loop's thread used until now.
  double cpu_seconds();

 private:
  struct Socket;

  static int OnSocket(CURL* easy, curl_socket_t fd, int what, void* loop,
                      void* socket);
  static int OnTimeout(CURLM* multi, long milliseconds, void* loop);
  void Watch(const std::shared_ptr<Socket>& socket, bool read);
  void Act(curl_socket_t fd, int events);
  void End(Exchange& exchange, bool ok);
  void Prepare(Exchange& exchange);

  const std::string url_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  asio::steady_timer timer_;
  CURLM* const multi_;
  curl_slist* headers_ = nullptr;
  bool kicked_ = false;
  bool timer_armed_ = false;
  std::unordered_map<curl_socket_t, std::shared_ptr<Socket>> sockets_;
  std::vector<CURL*> idle_;
  std::thread thread_;
};

// The body of a chat request to an API that speaks as OpenAI's.
std::string ChatBody(absl::string_view model, absl::string_view prompt,
                     bool stream);

}  // namespace aigateway::bench

#endif  // AIGATEWAY_TOOLS_BENCH_HTTP_LOOP_H_
