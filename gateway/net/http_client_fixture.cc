#include "gateway/net/http_client_fixture.h"

#include <dirent.h>
#include <fstream>
#include <unistd.h>
#include <utility>

#include "absl/status/statusor.h"

namespace aigateway {

void HttpClientTest::MakeLoop(CurlHttpClient::Options options) {
  if (loop_ != nullptr) EndAll();
  absl::StatusOr<std::unique_ptr<EventLoop>> loop =
      EventLoop::Create({.seed = 1, .http = std::move(options)});
  ASSERT_TRUE(loop.ok()) << loop.status();
  loop_ = *std::move(loop);
}

Exchange& HttpClientTest::New(absl::string_view url, bool stream) {
  exchanges_.push_back(std::make_unique<Exchange>());
  Exchange& exchange = *exchanges_.back();
  exchange.request.method = "GET";
  exchange.request.url = std::string(url);
  exchange.request.stream = stream;
  exchange.has_flow = stream;
  return exchange;
}

Task<void> HttpClientTest::Send(HttpClient& http, Exchange& exchange) {
  exchange.result =
      co_await http.Send(exchange.scope, exchange.request, exchange.sink,
                         exchange.has_flow ? &exchange.flow : nullptr);
}

void HttpClientTest::Begin(Exchange& exchange) {
  loop_->Spawn(Send(http(), exchange));
}

absl::Status HttpClientTest::Finish(Exchange& exchange) {
  EXPECT_TRUE(RunUntil([&] { return exchange.ended(); }));
  return exchange.ended() ? *exchange.result
                          : absl::UnknownError("it never ended");
}

absl::Status HttpClientTest::Run(Exchange& exchange) {
  Begin(exchange);
  return Finish(exchange);
}

bool HttpClientTest::RunUntil(const std::function<bool()>& done,
                              absl::Duration limit) {
  // Not only what happens on the loop may make it so.
  const absl::Time end = loop_->timers().Now() + limit;
  while (!loop_->RunUntil(done, absl::Milliseconds(1))) {
    if (loop_->timers().Now() >= end) return done();
  }
  return true;
}

void HttpClientTest::RunFor(absl::Duration duration) {
  loop_->RunUntil([] { return false; }, duration);
}

void HttpClientTest::EndAll() {
  for (const std::unique_ptr<Exchange>& exchange : exchanges_) {
    exchange->scope.Cancel(absl::CancelledError("the test ends"));
  }
  EXPECT_TRUE(RunUntil([&] { return loop_->roots() == 0; }));
  EXPECT_EQ(http().in_flight(), 0);
}

size_t OpenDescriptors() {
  DIR* const directory = opendir("/proc/self/fd");
  size_t count = 0;
  while (readdir(directory) != nullptr) ++count;
  closedir(directory);
  return count;
}

size_t ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  size_t total = 0;
  size_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace aigateway
