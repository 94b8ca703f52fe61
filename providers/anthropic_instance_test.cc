#include "providers/anthropic_instance.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::SizeIs;

absl::StatusOr<AnthropicInstance> Create(absl::string_view text) {
  config::v1::ProviderConfig config;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(std::string(text),
                                                            &config));
  return AnthropicInstance::Create(config);
}

HttpRequest Request(absl::string_view config, absl::string_view credential,
                    std::vector<std::string> betas = {}) {
  absl::StatusOr<AnthropicInstance> instance = Create(config);
  EXPECT_TRUE(instance.ok()) << instance.status();
  return instance->NewRequest("POST", "/messages", credential,
                              std::move(betas));
}

TEST(AnthropicInstanceTest, TakesItsUrlWithAndWithoutAVersion) {
  const auto url = [](absl::string_view base) {
    return Request(absl::StrCat("base_url: '", base, "'"), "k").url;
  };
  EXPECT_EQ(url(""), "https://api.anthropic.com/v1/messages");
  EXPECT_EQ(url("https://api.anthropic.com"),
            "https://api.anthropic.com/v1/messages");
  EXPECT_EQ(url("https://api.anthropic.com/v1/"),
            "https://api.anthropic.com/v1/messages");
  EXPECT_EQ(url("http://127.0.0.1:8080"), "http://127.0.0.1:8080/v1/messages");
  EXPECT_EQ(url("https://api.deepseek.com/anthropic"),
            "https://api.deepseek.com/anthropic/v1/messages");
}

TEST(AnthropicInstanceTest, SendsAKeyInItsOwnHeader) {
  const HttpRequest request = Request("", "sk-ant-api03-x");
  EXPECT_EQ(request.headers.Get("x-api-key"), "sk-ant-api03-x");
  EXPECT_EQ(request.headers.Get("anthropic-version"), "2023-06-01");
  EXPECT_FALSE(request.headers.Has("authorization"));
  EXPECT_FALSE(request.headers.Has("anthropic-beta"));
}

TEST(AnthropicInstanceTest, SendsATokenOfOauthAsBearer) {
  const HttpRequest request = Request("", "sk-ant-oat01-x");
  EXPECT_EQ(request.headers.Get("authorization"), "Bearer sk-ant-oat01-x");
  EXPECT_EQ(request.headers.Get("anthropic-beta"), "oauth-2025-04-20");
  EXPECT_FALSE(request.headers.Has("x-api-key"));
}

TEST(AnthropicInstanceTest, SendsTheCredentialAsItIsToldTo) {
  const auto with_auth = [](absl::string_view auth) {
    return Request(
        absl::StrCat("options { fields { key: 'auth' value { string_value: '",
                     auth, "' } } }"),
        "k");
  };
  EXPECT_EQ(with_auth("bearer").headers.Get("authorization"), "Bearer k");
  EXPECT_EQ(with_auth("x-api-key").headers.Get("x-api-key"), "k");
  EXPECT_FALSE(Request("", "").headers.Has("x-api-key"));
}

TEST(AnthropicInstanceTest, JoinsBetasAndLetsConfiguredHeadersWin) {
  const HttpRequest request = Request(
      "headers { key: 'Anthropic-Beta' value: 'b, c' } "
      "headers { key: 'anthropic-version' value: '2024-01-01' } "
      "headers { key: 'x-team' value: 't' } http2: false",
      "k", {"a", "b"});
  EXPECT_EQ(request.headers.Get("anthropic-beta"), "a,b,c");
  EXPECT_EQ(request.headers.Get("anthropic-version"), "2024-01-01");
  EXPECT_EQ(request.headers.Get("x-team"), "t");
  EXPECT_FALSE(request.http2);
}

TEST(AnthropicInstanceTest, ReportsEveryFaultAtOnce) {
  absl::StatusOr<AnthropicInstance> instance = Create(
      "base_url: 'ftp://x' on_unsupported: 'ignore' options { fields { key: "
      "'auth' value { string_value: 'basic' } } fields { key: 'api' value { "
      "string_value: 'chat' } } }");
  ASSERT_THAT(instance, HasReason(ErrorReason::kInvalidConfig));
  EXPECT_THAT(GetViolations(instance.status()), SizeIs(4));
}

}  // namespace
}  // namespace aigateway
