// Reported case 038: calls read the configuration while a reload replaces it.
// The whole library on its own loops; clean under ThreadSanitizer.

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/core/gateway.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

constexpr char kConfigX[] = R"yaml(
providers:
- {name: a, type: simulator, models: [m1]}
- {name: b, type: simulator, models: [m1]}
targets: [{virtual_key: a}, {virtual_key: b}]
strategy: {mode: fallback}
)yaml";
constexpr char kConfigY[] = R"yaml(
providers: [{name: c, type: simulator, models: [m1]}]
targets: [{virtual_key: c}]
strategy: {mode: single}
)yaml";

v1::ChatRequest Chat() {
  v1::ChatRequest chat;
  chat.set_model("m1");
  v1::Message& message = *chat.add_messages();
  message.set_role(v1::ROLE_USER);
  message.set_content("hi");
  return chat;
}

TEST(ReloadUnderLoadTest, LosesNoRequestAndMixesNoConfigurations) {
  GatewayOptions options;
  options.config.text = kConfigX;
  options.loops = 2;
  auto created = Gateway::Create(std::move(options));
  ASSERT_THAT(created, IsOk());
  Gateway& gateway = **created;

  std::atomic<bool> stop = false;
  std::atomic<int> calls = 0;
  std::atomic<int> failures = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&, i] {
      while (!stop) {
        std::string target;
        absl::Status status;
        if (i % 2 == 0) {
          v1::RouteRequest request;
          *request.mutable_chat() = Chat();
          const auto response = gateway.Route(std::move(request));
          status = response.status();
          if (response.ok()) target = response->route().target();
        } else {
          v1::RouteStreamRequest request;
          *request.mutable_chat() = Chat();
          status =
              gateway.RouteStream(std::move(request), {},
                                  [&](const v1::RouteStreamResponse& event) {
                                    if (event.has_end())
                                      target = event.end().route().target();
                                    return true;
                                  });
        }
        ++calls;
        if (!status.ok() || (target != "a" && target != "c")) ++failures;
      }
    });
  }
  std::thread lister([&] {
    while (!stop) {
      EXPECT_FALSE(gateway.ListProviders().empty());
      EXPECT_FALSE(gateway.ListTargets().empty());
      gateway.RemoveHook(gateway.AddHook([](const RequestRecord&) {}));
    }
  });
  for (int i = 0; i < 40; ++i) {
    // Some calls between two reloads, without a clock.
    for (const int before = calls; calls < before + 8;) {
      std::this_thread::yield();
    }
    EXPECT_THAT(gateway.Reload(i % 2 == 0 ? kConfigY : kConfigX, false),
                IsOk());
    EXPECT_THAT(gateway.Reload("targets: []", false),
                HasReason(ErrorReason::kInvalidConfig));
  }
  stop = true;
  for (std::thread& caller : callers) caller.join();
  lister.join();
  EXPECT_EQ(failures, 0);
  gateway.Close();
  EXPECT_THAT(gateway.Route({}), HasReason(ErrorReason::kShuttingDown));
}

}  // namespace
}  // namespace aigateway
