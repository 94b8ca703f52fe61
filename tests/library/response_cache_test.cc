// The response cache among other plugins, on loops of the library's own: what
// is played back has gone past each plugin once, as if the provider had said it
// anew, and equal calls on several loops ask once. Clean under ThreadSanitizer.

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/core/gateway.h"
#include "gateway/core/stream_joiner.h"
#include "plugins/plugin.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

constexpr char kConfig[] = R"yaml(
providers: [{name: a, type: simulator, models: [m1]}]
targets: [{virtual_key: a}]
plugins: [{name: response-cache}]
)yaml";

// Writes a mark below each answer, whole or streamed.
class Stamp final : public Plugin {
 public:
  Task<absl::StatusOr<Verdict>> AfterRequest(
      PluginRequest& request, v1::ChatResponse& response) override {
    if (!request.stream) {
      response.mutable_choices(0)->mutable_message()->mutable_content()->append(
          " (stamped)");
    }
    co_return Verdict(Allow{});
  }
  std::unique_ptr<ChunkFilter> NewChunkFilter(PluginRequest&) override {
    class Filter final : public ChunkFilter {
     public:
      absl::Status OnDelta(v1::Delta&) override { return absl::OkStatus(); }
      absl::Status OnChoiceEnd(v1::Delta& rest) override {
        rest.set_text(" (stamped)");
        return absl::OkStatus();
      }
    };
    return std::make_unique<Filter>();
  }
};

// What a caller got.
struct Got {
  std::string text;
  v1::CacheStatus cache = v1::CACHE_STATUS_UNSPECIFIED;
  bool operator==(const Got&) const = default;
};

class ResponseCacheLibraryTest : public testing::Test {
 protected:
  void SetUp() override {
    GatewayOptions options;
    options.config.text = kConfig;
    options.loops = 2;
    auto created = Gateway::Create(std::move(options));
    ASSERT_THAT(created, IsOk());
    gateway_ = *std::move(created);
  }

  void AddStamp() {
    const auto stamp = std::make_shared<Stamp>();
    for (const Stage stage : {Stage::kAfterRequest, Stage::kOnChunk}) {
      ASSERT_THAT(gateway_->RegisterPlugin("stamp", stage, stamp), IsOk());
    }
  }

  static v1::ChatRequest Chat(const std::string& text) {
    v1::ChatRequest chat;
    chat.set_model("m1");
    v1::Message& message = *chat.add_messages();
    message.set_role(v1::ROLE_USER);
    message.set_content(text);
    return chat;
  }

  Got Whole(const std::string& text) {
    v1::RouteRequest request;
    *request.mutable_chat() = Chat(text);
    const auto response = gateway_->Route(std::move(request));
    EXPECT_THAT(response, IsOk());
    if (!response.ok()) return {};
    return {response->chat().choices(0).message().content(),
            response->route().cache()};
  }

  Got Streamed(const std::string& text) {
    v1::RouteStreamRequest request;
    *request.mutable_chat() = Chat(text);
    StreamJoiner joiner;
    Got got;
    const absl::Status status = gateway_->RouteStream(
        std::move(request), {}, [&](const v1::RouteStreamResponse& event) {
          if (event.has_delta()) joiner.Add(event.delta());
          if (event.has_end()) got.cache = event.end().route().cache();
          return true;
        });
    EXPECT_THAT(status, IsOk());
    got.text = joiner.Response().choices(0).message().content();
    return got;
  }

  std::unique_ptr<Gateway> gateway_;
};

TEST_F(ResponseCacheLibraryTest,
       PlaysBackWhatTheProviderSaidPastEachPluginOnce) {
  AddStamp();
  for (const bool first_streams : {false, true}) {
    const std::string text = first_streams ? "one" : "two";
    const Got first = first_streams ? Streamed(text) : Whole(text);
    EXPECT_EQ(first.cache, v1::CACHE_STATUS_MISS);
    EXPECT_TRUE(first.text.ends_with(". (stamped)")) << first.text;
    const Got hit = {first.text, v1::CACHE_STATUS_HIT};
    EXPECT_EQ(Whole(text), hit) << Whole(text).text;
    EXPECT_EQ(Streamed(text), hit) << Streamed(text).text;
  }
}

TEST_F(ResponseCacheLibraryTest, AsksOnceForCallsOnSeveralLoops) {
  constexpr int kRounds = 50;
  constexpr int kCallers = 8;
  std::vector<std::thread> callers;
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([&, i] {
      for (int round = 0; round < kRounds; ++round) {
        const std::string text = std::to_string(round);
        const Got got = i % 2 == 0 ? Whole(text) : Streamed(text);
        EXPECT_NE(got.text, "");
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  for (const v1::Target& target : gateway_->ListTargets()) {
    EXPECT_EQ(target.in_flight(), 0);
  }
  for (int round = 0; round < kRounds; ++round) {
    EXPECT_EQ(Whole(std::to_string(round)).cache, v1::CACHE_STATUS_HIT);
  }
}

}  // namespace
}  // namespace aigateway
