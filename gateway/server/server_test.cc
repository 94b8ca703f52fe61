#include "gateway/server/server.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/clock.h"
#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/server/fake_gateway.h"
#include "gateway/server/listen_address.h"
#include "gateway/server/test_server.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::HasSubstr;

// One call of Route, on a thread of its own.
class Caller {
 public:
  Caller(TestServer& server, const std::string& model)
      : thread_([this, &server, model] {
          SetTestDeadline(context_);
          v1::RouteResponse response;
          status_ =
              server.stub().Route(&context_, RouteRequestOf(model), &response);
        }) {}
  ~Caller() {
    if (thread_.joinable()) thread_.join();
  }
  const grpc::Status& Join() {
    thread_.join();
    return status_;
  }

 private:
  grpc::ClientContext context_;
  grpc::Status status_;
  std::thread thread_;
};

grpc::Status Route(TestServer& server, const std::string& model) {
  return Caller(server, model).Join();
}

class ServerAddressTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Server>> Start(const std::string& listen,
                                                const std::string& admin) {
    return Server::Start({.listen = *ParseListenAddress(listen),
                          .admin_listen = *ParseListenAddress(admin)},
                         &gateway_, &logger_);
  }

  KeptLog log_;
  Logger logger_{{}, Clock::Real(), &log_};
  FakeGateway gateway_;
};

TEST_F(ServerAddressTest, RefusesToListenBeyondLoopbackWithoutKeys) {
  const auto open = Start("0.0.0.0:0", "127.0.0.1:0");
  EXPECT_THAT(open.status(), HasReason(ErrorReason::kInvalidRequest));
  EXPECT_THAT(std::string(open.status().message()), HasSubstr("--listen"));
  const auto admin = Start("127.0.0.1:0", "0.0.0.0:0");
  EXPECT_THAT(admin.status(), HasReason(ErrorReason::kInvalidRequest));
  EXPECT_THAT(std::string(admin.status().message()),
              HasSubstr("--admin_listen"));
}

TEST_F(ServerAddressTest, SaysWhichAddressIsTakenAndLeavesNothingBehind) {
  auto first = Start("127.0.0.1:0", "127.0.0.1:0");
  ASSERT_THAT(first, IsOk());
  const std::string taken = absl::StrCat("127.0.0.1:", (*first)->port());

  const auto listen = Start(taken, "127.0.0.1:0");
  EXPECT_THAT(listen.status(), HasReason(ErrorReason::kInvalidRequest));
  EXPECT_THAT(std::string(listen.status().message()),
              AllOf(HasSubstr(taken), HasSubstr("--listen"),
                    HasSubstr("Address already in use")));
  const auto admin = Start("127.0.0.1:0", taken);
  EXPECT_THAT(std::string(admin.status().message()),
              HasSubstr("--admin_listen"));

  EXPECT_THAT((*first)->Stop(), IsOk());
  auto second = Start(taken, "127.0.0.1:0");
  ASSERT_THAT(second, IsOk());
  EXPECT_THAT((*second)->Stop(), IsOk());
}

TEST(ServerTest, ADrainRefusesNewCallsAndLeavesOthersAlone) {
  TestServer server;
  Caller running(server, "slow:300");
  ASSERT_TRUE(server.gateway().WaitForStarted(1));
  EXPECT_FALSE(server.server().draining());

  server.server().StartDrain();

  EXPECT_TRUE(server.server().draining());
  const grpc::Status refused = Route(server, "echo");
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonIn(refused), "SHUTTING_DOWN");
  EXPECT_EQ(server.gateway().started(), 1);
  EXPECT_TRUE(running.Join().ok());
  EXPECT_TRUE(server.WaitUntilIdle());
}

TEST(ServerTest, CancelledCallsAreToldThatTheServerEnds) {
  TestServer server({.loops = 2});
  std::vector<std::unique_ptr<Caller>> callers;
  for (int i = 0; i < 6; ++i) {
    callers.push_back(std::make_unique<Caller>(server, "hang"));
  }
  ASSERT_TRUE(server.gateway().WaitForStarted(6));
  EXPECT_EQ(server.server().open_calls().count(), 6);

  server.server().StartDrain();
  server.server().CancelCalls();

  for (const auto& caller : callers) {
    const grpc::Status& status = caller->Join();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
    EXPECT_EQ(ReasonIn(status), "SHUTTING_DOWN");
  }
  EXPECT_TRUE(server.WaitUntilIdle());
}

TEST(ServerTest, StoppingEndsCallsThatAreOpen) {
  TestServer server;
  Caller caller(server, "hang");
  ASSERT_TRUE(server.gateway().WaitForStarted(1));

  EXPECT_THAT(server.Stop(), IsOk());

  EXPECT_FALSE(caller.Join().ok());
  EXPECT_EQ(server.gateway().in_flight(), 0);
}

TEST(ServerTest, StoppingAgainAndAgainWhileCallsComeKeepsNone) {
  for (int run = 0; run < 10; ++run) {
    TestServer server({.loops = 2});
    std::vector<std::unique_ptr<Caller>> callers;
    for (int i = 0; i < 8; ++i) {
      callers.push_back(
          std::make_unique<Caller>(server, i % 2 == 0 ? "echo" : "slow:2"));
    }
    EXPECT_THAT(server.Stop(), IsOk());
    callers.clear();
    EXPECT_EQ(server.gateway().in_flight(), 0);
  }
}

}  // namespace
}  // namespace aigateway
