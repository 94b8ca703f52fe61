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

std::unique_ptr<Provider> MakeCodec(absl::string_view type,
                                    absl::string_view base_url) {
  config::v1::ProviderConfig config;
  config.set_name("a");
  config.set_type(std::string(type));
  config.set_base_url(std::string(base_url));
  config.set_api_key("k");
  absl::StatusOr<std::unique_ptr<Provider>> codec =
      DialectType(*FindDialect(type)).create(config);
  EXPECT_TRUE(codec.ok()) << type << ": " << codec.status();
  return codec.ok() ? *std::move(codec) : nullptr;
}

// Answers in the shapes that the vendors document, and what each means.
TEST(DialectsTest, KnowsWhatVendorsMeanByTheirErrors) {
  using enum ErrorReason;
  const struct {
    absl::string_view type;
    int status;
    absl::string_view body;
    ErrorReason reason;
  } cases[] = {
      {"hugging-face", 402, R"({"error":"exceeded your included credits"})",
       kProviderQuotaExhausted},
      {"hugging-face", 503,
       R"({"error":"Model x is currently loading","estimated_time":20.0})",
       kProviderUnavailable},
      {"hugging-face", 401, R"({"error":"Invalid username or password."})",
       kProviderAuthFailed},
      {"databricks", 404,
       R"({"error_code":"RESOURCE_DOES_NOT_EXIST","message":"no endpoint"})",
       kModelNotFound},
      {"databricks", 400,
       R"({"error_code":"BAD_REQUEST","message":"json: unknown field \"x\""})",
       kInvalidRequest},
      {"databricks", 403,
       R"({"error_code":"PERMISSION_DENIED","message":"no"})",
       kProviderAuthFailed},
      {"databricks", 429,
       R"({"error_code":"REQUEST_LIMIT_EXCEEDED","message":"slow down"})",
       kProviderRateLimited},
      {"databricks", 400,
       R"({"error":"external model","external_model_message":)"
       R"({"error_code":"RESOURCE_EXHAUSTED","message":"slow down"}})",
       kProviderRateLimited},
      {"databricks", 503,
       R"({"error_code":"TEMPORARILY_UNAVAILABLE","message":"later"})",
       kProviderUnavailable},
      {"cloudflare", 400,
       R"({"success":false,"errors":[{"code":5007,"message":"No such model"}]})",
       kModelNotFound},
      {"cloudflare", 400,
       R"({"success":false,"errors":[{"code":5004,"message":"Bad input"}]})",
       kInvalidRequest},
      {"cloudflare", 403,
       R"({"success":false,"errors":[{"code":3041,"message":"no"}]})",
       kProviderAuthFailed},
      {"cloudflare", 404,
       R"({"success":false,"errors":[{"code":3042,"message":"no"}]})",
       kModelNotFound},
      {"cloudflare", 405,
       R"({"success":false,"errors":[{"code":5019,"message":"old"}]})",
       kInvalidRequest},
      {"cloudflare", 408,
       R"({"success":false,"errors":[{"code":3007,"message":"timeout"}]})",
       kProviderUnavailable},
      {"cloudflare", 413,
       R"({"success":false,"errors":[{"code":3006,"message":"too large"}]})",
       kInvalidRequest},
      {"cloudflare", 429,
       R"({"success":false,"errors":[{"code":3036,"message":"daily"}]})",
       kProviderQuotaExhausted},
      {"cloudflare", 429,
       R"({"success":false,"errors":[{"code":3040,"message":"no room"}]})",
       kProviderUnavailable},
      {"azure-foundry", 401, R"({"error":{"code":"401","message":"no"}})",
       kProviderAuthFailed},
      {"azure-foundry", 404,
       R"({"error":{"code":"DeploymentNotFound","message":"no"}})",
       kModelNotFound},
      {"azure-foundry", 400,
       R"({"error":{"code":"content_filter","message":"no","innererror":{}}})",
       kContentFiltered},
      {"azure-foundry", 429,
       R"({"error":{"code":"RateLimitReached","message":"no"}})",
       kProviderRateLimited},
      {"mistral", 401, R"({"detail":"Unauthorized"})", kProviderAuthFailed},
      {"mistral", 422,
       R"({"detail":[{"loc":["body","n"],"msg":"bad","type":"int"}]})",
       kInvalidRequest},
      {"mistral", 400,
       R"({"object":"error","message":"Invalid model: x","type":)"
       R"("invalid_model","param":null,"code":"1500"})",
       kModelNotFound},
      {"mistral", 429, R"({"message":"Requests rate limit exceeded"})",
       kProviderRateLimited},
      {"mistral", 402, R"({"message":"Payment required"})",
       kProviderQuotaExhausted},
  };
  for (const auto& each : cases) {
    const std::unique_ptr<Provider> codec =
        MakeCodec(each.type, "https://h.example/v1");
    HttpResponse response;
    response.status = each.status;
    response.body = std::string(each.body);
    EXPECT_THAT(codec->ParseError(response, absl::UnixEpoch()),
                HasReason(each.reason))
        << each.type << ": " << each.body;
  }
}

TEST(DialectsTest, TakesThePlacesThatVendorsHaveBesideTheUsualOne) {
  const struct {
    absl::string_view type;
    absl::string_view base_url;
    absl::string_view place;
  } cases[] = {
      {"hugging-face", "", "https://router.huggingface.co/v1"},
      {"hugging-face", "https://router.huggingface.co/nebius/v1",
       "https://router.huggingface.co/nebius/v1"},
      {"databricks", "https://w.cloud.databricks.com",
       "https://w.cloud.databricks.com/serving-endpoints"},
      {"databricks", "https://w.cloud.databricks.com/ai-gateway/mlflow/v1",
       "https://w.cloud.databricks.com/ai-gateway/mlflow/v1"},
      {"cloudflare", "https://api.cloudflare.com/client/v4/accounts/a1",
       "https://api.cloudflare.com/client/v4/accounts/a1/ai/v1"},
      {"azure-foundry", "https://r.services.ai.azure.com",
       "https://r.services.ai.azure.com/openai/v1"},
      {"azure-foundry", "https://r.openai.azure.com/openai",
       "https://r.openai.azure.com/openai/v1"},
      {"mistral", "https://api.mistral.ai", "https://api.mistral.ai/v1"},
  };
  for (const auto& each : cases) {
    const std::unique_ptr<Provider> codec = MakeCodec(each.type, each.base_url);
    ASSERT_NE(codec, nullptr);
    EXPECT_EQ(codec->base_url(), each.place);
  }
}

TEST(DialectsTest, TakesClientsOfEntraForAzureAlone) {
  for (const Dialect& dialect : Dialects()) {
    EXPECT_EQ(DialectType(dialect).option_variables.empty(),
              !absl::StartsWith(dialect.type, "azure-"))
        << dialect.type;
  }
}

TEST(DialectsTest, FindsAnAzureTokenWhereThereIsNoKey) {
  EXPECT_THAT(
      DialectType(*FindDialect("azure-openai")).key_variables,
      testing::ElementsAre("AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN"));
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
