#include "providers/anthropic_codec.h"

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/registry.h"
#include "providers/anthropic_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::NotNull;

class AnthropicCodecTest : public ::testing::Test {
 protected:
  static std::unique_ptr<Provider> Make(
      const config::v1::ProviderConfig& config = {}) {
    const ProviderType* const type =
        Registry<ProviderType>::Global().Find("anthropic");
    absl::StatusOr<std::unique_ptr<Provider>> made = type->create(config);
    EXPECT_TRUE(made.ok()) << made.status();
    return *std::move(made);
  }

  std::vector<std::string> warnings_;
  CallOptions options_{
      .model = "claude-opus-4-5", .credential = "k", .warnings = &warnings_};
  const v1::ChatRequest chat_ =
      ChatOf(R"pb(messages { role: ROLE_USER content: "hi" })pb");
};

TEST_F(AnthropicCodecTest, IsRegisteredUnderItsNameAndVariables) {
  const ProviderType* const type =
      Registry<ProviderType>::Global().Find("anthropic");
  ASSERT_THAT(type, NotNull());
  EXPECT_THAT(type->key_variables,
              ElementsAre("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"));
  EXPECT_THAT(type->model_patterns, ElementsAre("claude-*"));
  EXPECT_TRUE(type->needs_key);
}

TEST_F(AnthropicCodecTest, SendsARequest) {
  absl::StatusOr<HttpRequest> request = Make()->BuildRequest(chat_, options_);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->method, "POST");
  EXPECT_EQ(request->url, "https://api.anthropic.com/v1/messages");
  EXPECT_EQ(request->headers.Get("x-api-key"), "k");
  EXPECT_EQ(request->headers.Get("content-type"), "application/json");
  EXPECT_EQ(request->headers.Get("accept"), "application/json");
  EXPECT_FALSE(request->stream);
  EXPECT_THAT(request->body, HasSubstr(R"("model":"claude-opus-4-5")"));
}

TEST_F(AnthropicCodecTest, AsksForAStream) {
  options_.stream = true;
  absl::StatusOr<HttpRequest> request = Make()->BuildRequest(chat_, options_);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_TRUE(request->stream);
  EXPECT_EQ(request->headers.Get("accept"), "text/event-stream");
  EXPECT_THAT(request->body, HasSubstr(R"("stream":true)"));
}

TEST_F(AnthropicCodecTest, HeedsWhatItsInstanceDoesAboutUnsupported) {
  config::v1::ProviderConfig config;
  config.set_on_unsupported("refuse");
  v1::ChatRequest chat = chat_;
  chat.set_seed(1);
  EXPECT_THAT(Make(config)->BuildRequest(chat, options_),
              HasReason(ErrorReason::kUnsupportedParameter));
  EXPECT_TRUE(Make()->BuildRequest(chat, options_).ok());
}

TEST_F(AnthropicCodecTest, ReadsAnswersStreamsAndErrors) {
  const std::unique_ptr<Provider> codec = Make();
  auto answer = codec->ParseResponse(
      {.status = 200, .body = TestFile("text.json")}, chat_, options_);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(std::get<v1::ChatResponse>(*answer).id(), "msg_text");

  std::unique_ptr<StreamDecoder> decoder =
      codec->NewStreamDecoder({}, chat_, options_);
  KeptEvents events;
  ASSERT_THAT(decoder->Feed(TestFile("text.sse"), events), IsOk());
  EXPECT_TRUE(decoder->done());
  EXPECT_EQ(decoder->end().id(), "msg_text");

  EXPECT_THAT(codec->ParseError({.status = 529}, absl::UnixEpoch()),
              HasReason(ErrorReason::kProviderUnavailable));
}

TEST_F(AnthropicCodecTest, ListsModelsPageByPage) {
  const std::unique_ptr<Provider> codec = Make();
  absl::StatusOr<HttpRequest> first = codec->BuildModelsRequest("k", "");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->method, "GET");
  EXPECT_EQ(first->url, "https://api.anthropic.com/v1/models?limit=1000");
  EXPECT_EQ(first->headers.Get("x-api-key"), "k");
  EXPECT_EQ(codec->BuildModelsRequest("k", "a&b=c")->url,
            "https://api.anthropic.com/v1/models?limit=1000"
            "&after_id=a%26b%3Dc");
  EXPECT_EQ(codec
                ->ParseModels({.status = 200,
                               .body = R"({"data":[{"id":"claude-opus-5"}]})"})
                ->models[0]
                .id(),
            "claude-opus-5");
}

TEST_F(AnthropicCodecTest, NamesItsBaseUrl) {
  EXPECT_EQ(Make()->base_url(), "https://api.anthropic.com/v1");
}

TEST_F(AnthropicCodecTest, SaysWhatIsWrongWithItsConfig) {
  config::v1::ProviderConfig config;
  config.set_base_url("https://user:pw@host");
  EXPECT_THAT(AnthropicCodec::Create(config),
              HasReason(ErrorReason::kInvalidConfig));
}

}  // namespace
}  // namespace aigateway
