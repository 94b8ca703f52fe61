// Copies of requests on the gateway's own loops, while it is reloaded and
// closed: they leave nothing behind. Clean under the sanitizers.

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/core/gateway.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

// The mirror of the first never answers, that of the second fails at once.
constexpr char kSilentMirror[] = R"yaml(
providers:
- {name: main, type: simulator, models: [m1]}
- {name: shadow, type: simulator, models: [m1], options: {fault: {type: silence}}}
targets: [{virtual_key: main}, {virtual_key: shadow}]
strategy: {mode: mirror, mirror: {target: shadow, max_in_flight: 20, timeout: 1h}}
)yaml";
constexpr char kFailingMirror[] = R"yaml(
providers:
- {name: main, type: simulator, models: [m1]}
- {name: dark, type: simulator, models: [m1], options: {fault: {type: error, status: 500}}}
targets: [{virtual_key: main}, {virtual_key: dark}]
strategy: {mode: mirror, mirror: {target: dark}}
)yaml";

v1::ChatRequest Chat() {
  v1::ChatRequest chat;
  chat.set_model("m1");
  v1::Message& message = *chat.add_messages();
  message.set_role(v1::ROLE_USER);
  message.set_content("hi");
  return chat;
}

int64_t InFlight(const Gateway& gateway, const std::string& name) {
  for (const v1::Target& target : gateway.ListTargets()) {
    if (target.target() == name) return target.in_flight();
  }
  return -1;
}

class MirrorUnderLoadTest : public testing::Test {
 protected:
  MirrorUnderLoadTest() {
    GatewayOptions options;
    options.config.text = kSilentMirror;
    options.loops = 2;
    auto gateway = Gateway::Create(std::move(options));
    EXPECT_THAT(gateway, IsOk());
    gateway_ = *std::move(gateway);
  }

  // One request, whole or as a stream, that `main` must answer alone.
  void Ask(bool stream) {
    v1::RouteInfo route;
    if (stream) {
      v1::RouteStreamRequest request;
      *request.mutable_chat() = Chat();
      EXPECT_THAT(
          gateway_->RouteStream(std::move(request), {},
                                [&](const v1::RouteStreamResponse& event) {
                                  if (event.has_end())
                                    route = event.end().route();
                                  return true;
                                }),
          IsOk());
    } else {
      v1::RouteRequest request;
      *request.mutable_chat() = Chat();
      const auto response = gateway_->Route(std::move(request), {});
      EXPECT_THAT(response, IsOk());
      if (response.ok()) route = response->route();
    }
    EXPECT_EQ(route.target(), "main");
    EXPECT_EQ(route.attempts_size(), 1);
  }

  std::unique_ptr<Gateway> gateway_;
};

TEST_F(MirrorUnderLoadTest, AnswersWhileCopiesHangAndEndsThemAtItsClose) {
  for (int i = 0; i < 60; ++i) Ask(i % 2 == 0);
  EXPECT_EQ(InFlight(*gateway_, "shadow"), 20);
  EXPECT_EQ(gateway_->in_flight(), 0);
  gateway_->Close();
  EXPECT_EQ(InFlight(*gateway_, "shadow"), 0);
}

TEST_F(MirrorUnderLoadTest, KeepsWhatCopiesNeedAcrossReloads) {
  std::atomic<bool> stop = false;
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&, i] {
      while (!stop) Ask(i % 2 == 0);
    });
  }
  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(
        gateway_->Reload(i % 2 == 0 ? kFailingMirror : kSilentMirror, false),
        IsOk());
  }
  stop = true;
  for (std::thread& caller : callers) caller.join();
  gateway_->Close();
}

}  // namespace
}  // namespace aigateway
