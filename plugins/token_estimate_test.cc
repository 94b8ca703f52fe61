#include "plugins/token_estimate.h"

#include <cstdint>
#include <string>

#include "gtest/gtest.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/gateway.pb.h"
#include "tests/fakes/plugin_fixture.h"

namespace aigateway {
namespace {

// Gives the estimate of the request as a plugin.
class Estimating final : public Plugin {
 public:
  Task<absl::StatusOr<Verdict>> BeforeRequest(PluginRequest& request) override {
    tokens = EstimatePromptTokens(request);
    co_return Verdict(Allow{});
  }
  int64_t tokens = 0;
};

class TokenEstimateTest : public PluginFixture {
 protected:
  int64_t Estimate() {
    Estimating plugin;
    EXPECT_TRUE(Before(plugin).ok());
    return plugin.tokens;
  }
  int64_t EstimateOf(const std::string& text) {
    chat_.mutable_messages(0)->set_content(text);
    return Estimate() - kFrame;
  }

  static constexpr int64_t kFrame = 7;  // Of a chat of one message.
};

TEST_F(TokenEstimateTest, CountsLettersByTheirKind) {
  EXPECT_EQ(EstimateOf(""), 0);
  EXPECT_EQ(EstimateOf("a"), 1);
  EXPECT_EQ(EstimateOf(std::string(300, 'a')), 100);
  EXPECT_EQ(EstimateOf("日本語"), 3);
  EXPECT_EQ(EstimateOf("für"), 2);
}

TEST_F(TokenEstimateTest, CountsFramesToolsAndMedia) {
  EXPECT_EQ(EstimateOf(""), 0);
  chat_.add_messages();
  EXPECT_EQ(Estimate(), kFrame + 4);
  chat_.add_tools()->set_description(std::string(30, 'a'));
  EXPECT_EQ(Estimate(), kFrame + 4 + 10);
  chat_.mutable_messages(1)->add_parts()->mutable_image()->set_url("http://x");
  EXPECT_EQ(Estimate(), kFrame + 4 + 10 + 1000);
}

TEST_F(TokenEstimateTest, CountsTheInputsOfEmbed) {
  v1::EmbedRequest embed;
  chat_.Clear();
  embed_ = &embed;
  embed.add_input(std::string(30, 'a'));
  EXPECT_EQ(Estimate(), 10);
  embed.clear_input();
  for (int i = 0; i < 5; ++i) embed.add_token_inputs()->add_tokens(i);
  EXPECT_EQ(Estimate(), 5);
}

}  // namespace
}  // namespace aigateway
