#include "providers/dialects.h"

#include <memory>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/registry.h"
#include "providers/provider.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

// A vendor is a row of the table and its name here.
TEST(DialectsTest, KnowsTheVendorsThatSpeakTheDialect) {
  for (const char* type :
       {"openai",     "azure-openai", "azure-foundry", "mistral",
        "deepseek",   "xai",          "perplexity",    "moonshot",
        "qwen",       "minimax",      "zai",           "groq",
        "together",   "fireworks",    "cerebras",      "sambanova",
        "deepinfra",  "novita",       "nvidia-nim",    "hugging-face",
        "cloudflare", "databricks",   "snowflake",     "openrouter",
        "vllm",       "llama.cpp",    "lm-studio",     "openai-compatible"}) {
    EXPECT_NE(FindDialect(type), nullptr) << type;
    EXPECT_NE(Registry<ProviderType>::Global().Find(type), nullptr) << type;
  }
  EXPECT_EQ(FindDialect("nobody"), nullptr);
}

TEST(DialectsTest, HasRowsThatMakeAnInstanceOfABaseUrlAndAKeyAlone) {
  std::set<absl::string_view> types;
  for (const Dialect& dialect : Dialects()) {
    EXPECT_TRUE(types.insert(dialect.type).second) << dialect.type;
    const ProviderType entry = DialectType(dialect);
    config::v1::ProviderConfig config;
    config.set_name("a");
    config.set_type(std::string(dialect.type));
    config.set_base_url("http://127.0.0.1:1/v1");
    config.set_api_key("k");
    absl::StatusOr<std::unique_ptr<Provider>> codec = entry.create(config);
    ASSERT_TRUE(codec.ok()) << dialect.type << ": " << codec.status();
    v1::ChatRequest chat;
    chat.set_model("m1");
    v1::Message& message = *chat.add_messages();
    message.set_role(v1::ROLE_USER);
    message.set_content("hi");
    std::vector<std::string> warnings;
    const absl::StatusOr<HttpRequest> request = (*codec)->BuildRequest(
        chat, {.model = "m1", .credential = "k", .warnings = &warnings});
    ASSERT_TRUE(request.ok()) << dialect.type << ": " << request.status();
    EXPECT_TRUE(absl::StartsWith(request->url, "http://127.0.0.1:1/"))
        << dialect.type << ": " << request->url;
    EXPECT_THAT(request->body, testing::HasSubstr("\"hi\"")) << dialect.type;
    // A key goes in a header, never where it can be logged.
    EXPECT_FALSE(absl::StrContains(request->url, "=k")) << dialect.type;
  }
}

TEST(DialectsTest, DoesNotBlameNovitasKeyForAModelThatIsNotOpenToIt) {
  const Dialect* novita = FindDialect("novita");
  ASSERT_NE(novita, nullptr);
  config::v1::ProviderConfig config;
  config.set_name("a");
  config.set_type("novita");
  config.set_api_key("k");
  const auto codec = DialectType(*novita).create(config);
  ASSERT_THAT(codec, IsOk());
  EXPECT_EQ((*codec)->base_url(), "https://api.novita.ai/openai/v1");
  HttpResponse response;
  response.status = 403;
  response.body =
      R"({"code":403,"reason":"model_access_denied","message":"no access",)"
      R"("error":{"code":"model_access_denied","message":"no access"}})";
  EXPECT_THAT((*codec)->ParseError(response, absl::UnixEpoch()),
              HasReason(ErrorReason::kModelNotFound));
  response.body = R"({"error":{"code":"forbidden","message":"no"}})";
  EXPECT_THAT((*codec)->ParseError(response, absl::UnixEpoch()),
              HasReason(ErrorReason::kProviderAuthFailed));
}

TEST(DialectsTest, NamesTheVendorsVariableAndTheTypesOwn) {
  for (const Dialect& dialect : Dialects()) {
    const ProviderType entry = DialectType(dialect);
    if (!entry.needs_key) continue;
    EXPECT_EQ(entry.key_variables.empty(), dialect.key_variables.empty())
        << dialect.type;
  }
}

}  // namespace
}  // namespace aigateway
