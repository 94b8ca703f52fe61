#include "gateway/server/http_endpoint.h"

#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <memory>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Sends one request and returns the whole answer.
std::string Ask(int port, const std::string& request) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) ==
          0 &&
      write(fd, request.data(), request.size()) ==
          static_cast<ssize_t>(request.size())) {
    char buffer[4096];
    for (ssize_t n; (n = read(fd, buffer, sizeof(buffer))) > 0;) {
      answer.append(buffer, static_cast<size_t>(n));
    }
  }
  close(fd);
  return answer;
}

class HttpEndpointTest : public testing::Test {
 protected:
  void SetUp() override {
    auto started = HttpEndpoint::Start(
        "127.0.0.1:0", {.metrics = [] { return std::string("m_total 1\n"); },
                        .ready = [this] { return ready_.load(); }});
    ASSERT_THAT(started, IsOk());
    endpoint_ = *std::move(started);
  }

  std::string Get(const std::string& path, const std::string& method = "GET") {
    return Ask(endpoint_->port(),
               method + " " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
  }

  std::atomic<bool> ready_{true};
  std::unique_ptr<HttpEndpoint> endpoint_;
};

TEST_F(HttpEndpointTest, ServesMetricsAsText) {
  const std::string answer = Get("/metrics");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK"));
  EXPECT_THAT(answer, HasSubstr("version=0.0.4"));
  EXPECT_THAT(answer, HasSubstr("m_total 1\n"));
}

TEST_F(HttpEndpointTest, IsAliveAlsoWhileItIsNotReady) {
  EXPECT_THAT(Get("/readyz"), StartsWith("HTTP/1.1 200"));
  ready_ = false;
  EXPECT_THAT(Get("/readyz"), StartsWith("HTTP/1.1 503"));
  EXPECT_THAT(Get("/livez"), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpEndpointTest, HasNothingElse) {
  EXPECT_THAT(Get("/"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(Get("/../etc/passwd"), testing::Not(HasSubstr("root:")));
  EXPECT_THAT(Get("/metrics", "POST"), StartsWith("HTTP/1.1 405"));
}

// civetweb left to itself takes up to 2 s.
TEST_F(HttpEndpointTest, StopsAtOnceAndLeavesTheOthersListeners) {
  const auto other = HttpEndpoint::Start(
      "127.0.0.1:0",
      {.metrics = [] { return std::string(); }, .ready = [] { return true; }});
  ASSERT_THAT(other, IsOk());
  absl::Duration shortest = absl::InfiniteDuration();
  for (int run = 0; run < 3; ++run) {
    if (endpoint_ == nullptr) SetUp();
    EXPECT_THAT(Get("/livez"), StartsWith("HTTP/1.1 200"));
    const absl::Time start = absl::Now();
    endpoint_.reset();
    shortest = std::min(shortest, absl::Now() - start);
  }
  EXPECT_LT(shortest, absl::Milliseconds(500));
  EXPECT_THAT(Ask((*other)->port(), "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"),
              StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpEndpointTest, NamesTheAddressThatIsTaken) {
  const auto second = HttpEndpoint::Start(
      "127.0.0.1:" + std::to_string(endpoint_->port()),
      {.metrics = [] { return std::string(); }, .ready = [] { return true; }});
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("127.0.0.1:"));
}

}  // namespace
}  // namespace aigateway
