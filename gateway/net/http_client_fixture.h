#ifndef AIGATEWAY_GATEWAY_NET_HTTP_CLIENT_FIXTURE_H_
#define AIGATEWAY_GATEWAY_NET_HTTP_CLIENT_FIXTURE_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

#include "gateway/base/flow.h"
#include "gateway/base/scope.h"
#include "gateway/base/task.h"
#include "gateway/net/event_loop.h"
#include "gateway/net/http_client.h"
#include "gateway/net/http_message.h"

namespace aigateway {

// Keeps what it gets, and does what a test wants done meanwhile.
class CollectingSink final : public HttpSink {
 public:
  absl::Status OnHead(int status, const HttpHeaders& headers) override {
    ++heads;
    this->status = status;
    this->headers = headers;
    return on_head == nullptr ? absl::OkStatus() : on_head();
  }
  absl::Status OnBody(absl::string_view bytes) override {
    ++calls;
    size += bytes.size();
    if (keep) body.append(bytes.data(), bytes.size());
    return on_body == nullptr ? absl::OkStatus() : on_body(bytes);
  }
  bool Satisfied() const override { return satisfied; }

  int heads = 0;
  int status = 0;
  HttpHeaders headers;
  bool keep = true;
  std::string body;
  size_t size = 0;
  int calls = 0;
  bool satisfied = false;
  std::function<absl::Status()> on_head;
  std::function<absl::Status(absl::string_view)> on_body;
};

// One call of Send(), with all that it needs.
struct Exchange {
  HttpRequest request;
  Scope scope;
  Flow flow;
  bool has_flow = false;
  CollectingSink sink;
  std::optional<absl::Status> result;

  bool ended() const { return result.has_value(); }
};

// Real exchanges over loopback, on a loop that the test runs by hand: what
// happens between two runs of the loop happens at one time for the client.
class HttpClientTest : public ::testing::Test {
 protected:
  // How long a test waits for what must come.
  static constexpr absl::Duration kLimit = absl::Seconds(30);

  HttpClientTest() { MakeLoop({}); }
  ~HttpClientTest() override { EndAll(); }

  // Replaces the loop, and with it the client.
  void MakeLoop(CurlHttpClient::Options options);

  // An exchange that was not begun yet; lives until the test ends.
  Exchange& New(absl::string_view url, bool stream = false);
  Exchange& NewStream(absl::string_view url) { return New(url, true); }
  // Begins it, without running the loop.
  void Begin(Exchange& exchange);
  // Runs the loop until it has ended, and returns its result.
  absl::Status Finish(Exchange& exchange);
  absl::Status Run(Exchange& exchange);
  // GETs `url`.
  absl::Status Get(absl::string_view url) { return Run(New(url)); }

  bool RunUntil(const std::function<bool()>& done,
                absl::Duration limit = kLimit);
  // Runs the loop for at least `duration`.
  void RunFor(absl::Duration duration);

  EventLoop& loop() { return *loop_; }
  CurlHttpClient& http() { return loop_->http(); }

 private:
  static Task<void> Send(HttpClient& http, Exchange& exchange);
  void EndAll();

  std::unique_ptr<EventLoop> loop_;
  std::vector<std::unique_ptr<Exchange>> exchanges_;
};

// How many descriptors this process has.
size_t OpenDescriptors();
// Its resident memory.
size_t ResidentBytes();

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_NET_HTTP_CLIENT_FIXTURE_H_
