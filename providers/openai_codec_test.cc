#include "providers/openai_codec.h"

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/env.h"
#include "gateway/base/errors.h"
#include "gateway/base/scope.h"
#include "gateway/net/http_message.h"
#include "providers/credential_source.h"
#include "providers/dialects.h"
#include "providers/openai_test_kit.h"
#include "tests/fakes/fake_http_client.h"
#include "tests/fakes/fake_timers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr absl::string_view kHi =
    R"pb(messages { role: ROLE_USER content: "hi" })pb";

class OpenAiCodecTest : public testing::Test {
 protected:
  // Makes the codec of `config_`.
  std::unique_ptr<Provider> Make(absl::string_view type) {
    config_.set_type(std::string(type));
    absl::StatusOr<std::unique_ptr<Provider>> codec =
        OpenAiCodec::Create(*FindDialect(type), config_);
    EXPECT_THAT(codec, IsOk()) << type;
    return codec.ok() ? *std::move(codec) : nullptr;
  }

  HttpRequest Request(absl::string_view type, bool stream = false) {
    const std::unique_ptr<Provider> codec = Make(type);
    if (codec == nullptr) return {};
    absl::StatusOr<HttpRequest> request =
        codec->BuildRequest(OpenAiChatOf(kHi), {.model = "m 1/2",
                                                .credential = credential_,
                                                .stream = stream,
                                                .warnings = &warnings_});
    EXPECT_THAT(request, IsOk()) << type;
    return request.ok() ? *std::move(request) : HttpRequest{};
  }

  void SetOption(const std::string& name, const std::string& value) {
    (*config_.mutable_options()->mutable_fields())[name].set_string_value(
        value);
  }

  config::v1::ProviderConfig config_;
  std::string credential_ = "k-secret-1";
  std::vector<std::string> warnings_;
};

TEST_F(OpenAiCodecTest, AsksWhereTheVendorIs) {
  const struct {
    absl::string_view type;
    absl::string_view url;
  } cases[] = {
      {"openai", "https://api.openai.com/v1/chat/completions"},
      {"mistral", "https://api.mistral.ai/v1/chat/completions"},
      {"deepseek", "https://api.deepseek.com/chat/completions"},
      {"groq", "https://api.groq.com/openai/v1/chat/completions"},
      {"qwen",
       "https://dashscope-intl.aliyuncs.com/compatible-mode/v1/chat/"
       "completions"},
      {"openrouter", "https://openrouter.ai/api/v1/chat/completions"},
      {"vllm", "http://localhost:8000/v1/chat/completions"},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(Request(each.type).url, each.url);
  }
}

TEST_F(OpenAiCodecTest, AsksWhereConfigSays) {
  const struct {
    absl::string_view type;
    absl::string_view base_url;
    absl::string_view completed;
  } cases[] = {
      {"openai", "https://proxy.example.com", "https://proxy.example.com/v1"},
      {"openai", "https://proxy.example.com/v1/",
       "https://proxy.example.com/v1"},
      {"openai", "https://proxy.example.com/x", "https://proxy.example.com/x"},
      {"groq", "https://proxy.example.com/openai",
       "https://proxy.example.com/openai/v1"},
      {"openai-compatible", "localhost:9", "http://localhost:9/v1"},
      {"vllm", "localhost", "http://localhost:8000/v1"},
      {"vllm", "127.0.0.1:9", "http://127.0.0.1:9/v1"},
  };
  for (const auto& each : cases) {
    config_.set_base_url(std::string(each.base_url));
    EXPECT_EQ(Request(each.type).url,
              absl::StrCat(each.completed, "/chat/completions"));
    EXPECT_EQ(Make(each.type)->base_url(), each.completed);
  }
}

TEST_F(OpenAiCodecTest, AsksTheResponsesApiWhereThatIs) {
  SetOption("api", "responses");
  const struct {
    absl::string_view type;
    absl::string_view base_url;
    absl::string_view url;
  } cases[] = {
      {"openai", "", "https://api.openai.com/v1/responses"},
      {"xai", "", "https://api.x.ai/v1/responses"},
      {"perplexity", "", "https://api.perplexity.ai/v1/responses"},
      {"perplexity", "https://proxy.example.com/v1",
       "https://proxy.example.com/v1/responses"},
      {"vllm", "", "http://localhost:8000/v1/responses"},
  };
  for (const auto& each : cases) {
    config_.set_base_url(std::string(each.base_url));
    const HttpRequest request = Request(each.type);
    EXPECT_EQ(request.url, each.url);
    EXPECT_THAT(request.body, HasSubstr(R"("input":[)"));
  }
  config_.set_base_url("https://mine.openai.azure.com");
  EXPECT_EQ(Request("azure-openai").url,
            "https://mine.openai.azure.com/openai/v1/responses");
  SetOption("api_version", "2025-04-01-preview");
  EXPECT_EQ(Request("azure-openai").url,
            "https://mine.openai.azure.com/openai/responses"
            "?api-version=2025-04-01-preview");
}

TEST_F(OpenAiCodecTest, ReadsTheAnswerOfTheApiThatItAsked) {
  HttpResponse response;
  response.status = 200;
  const std::unique_ptr<Provider> codec = Make("openai");
  for (const auto& [model, body] :
       std::vector<std::pair<std::string, std::string>>{
           {"gpt-5.5-pro",
            R"({"status":"completed","output":[{"type":"message",)"
            R"("content":[{"type":"output_text","text":"hi"}]}]})"},
           {"gpt-5.5", R"({"choices":[{"message":{"content":"hi"},)"
                       R"("finish_reason":"stop"}]})"}}) {
    response.body = body;
    const v1::ChatRequest chat = OpenAiChatOf(kHi);
    const CallOptions options{.model = model, .warnings = &warnings_};
    const auto answer = codec->ParseResponse(response, chat, options);
    ASSERT_THAT(answer, IsOk()) << model;
    EXPECT_EQ(
        std::get<v1::ChatResponse>(*answer).choices(0).message().content(),
        "hi");
  }
}

TEST_F(OpenAiCodecTest, BeginsNoAnswerOnTheResponsesApi) {
  EXPECT_EQ(Make("groq")->prefill("m"), Prefill::kYes);
  SetOption("api", "responses");
  EXPECT_EQ(Make("groq")->prefill("m"), Prefill::kNo);
}

TEST_F(OpenAiCodecTest, KnowsWhoHasNoResponsesApi) {
  SetOption("api", "responses");
  config_.set_type("mistral");
  EXPECT_THAT(OpenAiCodec::Create(*FindDialect("mistral"), config_),
              HasReason(ErrorReason::kInvalidConfig));
  config_.set_base_url("https://mine.services.ai.azure.com");
  SetOption("api_version", "2024-05-01-preview");
  EXPECT_THAT(OpenAiCodec::Create(*FindDialect("azure-foundry"), config_),
              HasReason(ErrorReason::kInvalidConfig));
}

TEST_F(OpenAiCodecTest, KnowsWhoMakesVectors) {
  for (absl::string_view type :
       {"openai", "azure-foundry", "mistral", "vllm"}) {
    if (type == "azure-foundry") config_.set_base_url("https://h");
    EXPECT_NE(Make(type)->embedder(), nullptr) << type;
    config_.clear_base_url();
  }
  for (absl::string_view type : {"groq", "xai", "deepseek", "zai"}) {
    EXPECT_EQ(Make(type)->embedder(), nullptr) << type;
  }
  EXPECT_EQ(Make("qwen")->embedder()->max_inputs("text-embedding-v4"), 10);
}

TEST_F(OpenAiCodecTest, WritesAnExchange) {
  const HttpRequest whole = Request("openai");
  EXPECT_EQ(whole.method, "POST");
  EXPECT_EQ(whole.headers.Get("content-type"), "application/json");
  EXPECT_EQ(whole.headers.Get("accept"), "application/json");
  EXPECT_FALSE(whole.stream);
  EXPECT_TRUE(whole.http2);
  EXPECT_THAT(whole.body,
              AllOf(HasSubstr(R"("model":"m 1/2")"), Not(HasSubstr("stream"))));
  config_.set_http2(false);
  const HttpRequest streamed = Request("openai", /*stream=*/true);
  EXPECT_EQ(streamed.headers.Get("accept"), "text/event-stream");
  EXPECT_TRUE(streamed.stream);
  EXPECT_FALSE(streamed.http2);
  EXPECT_THAT(streamed.body, HasSubstr(R"("stream":true)"));
}

TEST_F(OpenAiCodecTest, SendsTheKeyAsABearer) {
  const HttpHeaders headers = Request("openai").headers;
  EXPECT_EQ(headers.Get("authorization"), "Bearer k-secret-1");
  EXPECT_FALSE(headers.Has("api-key"));
}

TEST_F(OpenAiCodecTest, SendsAKeyOfAzureByItsHeaderAndATokenAsABearer) {
  config_.set_base_url("https://r.openai.azure.com");
  HttpHeaders headers = Request("azure-openai").headers;
  EXPECT_EQ(headers.Get("api-key"), "k-secret-1");
  EXPECT_FALSE(headers.Has("authorization"));
  credential_ = "eyJhbGciOi.x.y";
  headers = Request("azure-openai").headers;
  EXPECT_EQ(headers.Get("authorization"), "Bearer eyJhbGciOi.x.y");
  EXPECT_FALSE(headers.Has("api-key"));
}

// Case 043: what is within is left to the client, which refuses it.
TEST_F(OpenAiCodecTest, SendsAKeyWithoutTheLineEndOfItsFile) {
  credential_ = " k-secret-1\r\n";
  EXPECT_EQ(Request("openai").headers.Get("authorization"),
            "Bearer k-secret-1");
}

TEST_F(OpenAiCodecTest, SendsNoKeyWhereThereIsNone) {
  credential_ = "\n";
  EXPECT_FALSE(Request("vllm").headers.Has("authorization"));
}

TEST_F(OpenAiCodecTest, SendsTheHeadersOfConfigInsteadOfItsOwn) {
  (*config_.mutable_headers())["X-Team"] = "blue";
  (*config_.mutable_headers())["Authorization"] = "Basic abc";
  const std::unique_ptr<Provider> codec = Make("openai");
  ASSERT_NE(codec, nullptr);
  const absl::StatusOr<HttpRequest> listing =
      codec->BuildModelsRequest(credential_, "");
  ASSERT_THAT(listing, IsOk());
  for (const HttpRequest& request : {Request("openai"), *listing}) {
    EXPECT_EQ(request.headers.Get("x-team"), "blue");
    int authorizations = 0;
    for (const HttpHeader& header : request.headers.all()) {
      if (absl::EqualsIgnoreCase(header.name, "authorization")) {
        ++authorizations;
        EXPECT_EQ(header.value, "Basic abc");
      }
    }
    EXPECT_EQ(authorizations, 1);
  }
}

TEST_F(OpenAiCodecTest, FetchesTokensOfEntraWhereThereIsNoKey) {
  config_.set_base_url("https://r.openai.azure.com");
  SetOption("tenant_id", "t");
  SetOption("client_id", "c");
  SetOption("client_secret", " s\n");
  for (absl::string_view type : {"azure-openai", "azure-foundry"}) {
    const auto codec = Make(type);
    ASSERT_NE(codec, nullptr);
    EXPECT_NE(codec->credential_source(), nullptr);
  }
  // The key that is set counts.
  config_.set_api_key("k");
  EXPECT_EQ(Make("azure-openai")->credential_source(), nullptr);
}

TEST_F(OpenAiCodecTest, AsksForTheTokenThatThePathTakes) {
  config_.set_base_url("https://r.openai.azure.com");
  SetOption("tenant_id", "t");
  SetOption("client_id", "c");
  SetOption("client_secret", "s");
  SetOption("authority_host", "login.example/");
  for (absl::string_view scope :
       {"https%3A%2F%2Fai.azure.com%2F.default",
        "https%3A%2F%2Fcognitiveservices.azure.com%2F.default"}) {
    FakeLoop loop;
    FakeTimers timers(&loop);
    FakeHttpClient http(&timers);
    const Env env{
        .loop = &loop, .clock = &timers, .timers = &timers, .http = &http};
    Scope scope_of_call;
    http.EnqueueJson(200, R"({"access_token":"tok","expires_in":3599})");
    const auto codec = Make("azure-openai");
    HttpRequest request;
    EXPECT_THAT(
        RunToEnd(loop, timers,
                 codec->credential_source()->Authorize(
                     scope_of_call, env, /*background=*/nullptr, request)),
        IsOk());
    EXPECT_EQ(request.headers.Get("authorization"), "Bearer tok");
    EXPECT_EQ(http.requests()[0].url,
              "https://login.example/t/oauth2/v2.0/token");
    EXPECT_THAT(http.requests()[0].body,
                HasSubstr(absl::StrCat("&scope=", scope)));
    SetOption("api_version", "2024-10-21");
  }
}

TEST_F(OpenAiCodecTest, WantsAWholeClientOfEntra) {
  config_.set_base_url("https://r.openai.azure.com");
  SetOption("client_id", "c");
  SetOption("authority_host", "ftp://x");
  const auto codec = OpenAiCodec::Create(*FindDialect("azure-openai"), config_);
  std::vector<std::string> fields;
  for (const FieldViolation& each : GetViolations(codec.status())) {
    fields.push_back(each.field);
  }
  EXPECT_THAT(fields, ElementsAre("options.tenant_id", "options.client_secret",
                                  "options.authority_host"));
  config_.clear_base_url();
  // Of Azure only.
  EXPECT_THAT(OpenAiCodec::Create(*FindDialect("openai"), config_),
              HasReason(ErrorReason::kInvalidConfig));
}

TEST_F(OpenAiCodecTest, AsksForADeploymentOnAzuresOlderPath) {
  config_.set_base_url("https://r.openai.azure.com");
  SetOption("api_version", "2024-10-21");
  EXPECT_EQ(Request("azure-openai").url,
            "https://r.openai.azure.com/openai/deployments/m%201%2F2/"
            "chat/completions?api-version=2024-10-21");
  SetOption("deployment", "mine?x=1");
  EXPECT_EQ(Request("azure-openai").url,
            "https://r.openai.azure.com/openai/deployments/mine%3Fx%3D1/"
            "chat/completions?api-version=2024-10-21");
  config_.mutable_options()->mutable_fields()->erase("api_version");
  EXPECT_EQ(Request("azure-openai").url,
            "https://r.openai.azure.com/openai/v1/chat/completions");
}

TEST_F(OpenAiCodecTest, PutsNoCredentialIntoAUrl) {
  config_.set_base_url("https://example.com/v1");
  (*config_.mutable_headers())["x-key"] = "k-secret-2";
  for (const Dialect& dialect : Dialects()) {
    const std::unique_ptr<Provider> codec = Make(dialect.type);
    ASSERT_NE(codec, nullptr);
    EXPECT_THAT(Request(dialect.type).url, Not(HasSubstr("secret")));
    const absl::StatusOr<HttpRequest> listing =
        codec->BuildModelsRequest(credential_, "");
    if (!dialect.models_path.empty()) {
      ASSERT_THAT(listing, IsOk());
      EXPECT_THAT(listing->url, Not(HasSubstr("secret")));
    }
    EXPECT_THAT(std::string(codec->base_url()), Not(HasSubstr("secret")));
  }
}

TEST_F(OpenAiCodecTest, NamesEveryFaultOfAConfigAtOnce) {
  config_.set_type("openai");
  config_.set_base_url("https://user:k-secret-2@example.com");
  config_.set_on_unsupported("perhaps");
  SetOption("api", "perhaps");
  SetOption("prefill", "yes");
  SetOption("deployment", "mine");  // Of Azure only.
  const absl::Status status =
      OpenAiCodec::Create(*FindDialect("openai"), config_).status();
  EXPECT_THAT(status, HasReason(ErrorReason::kInvalidConfig));
  std::vector<std::string> fields;
  for (const FieldViolation& violation : GetViolations(status)) {
    fields.push_back(violation.field);
    EXPECT_THAT(violation.description, Not(HasSubstr("secret")));
  }
  EXPECT_THAT(fields, ElementsAre("base_url", "on_unsupported", "options.api",
                                  "options.deployment", "options.prefill"));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("secret")));
}

TEST_F(OpenAiCodecTest, NeedsABaseUrlWhereNobodyKnowsIt) {
  for (absl::string_view type :
       {"azure-openai", "databricks", "snowflake", "openai-compatible"}) {
    config_.set_type(std::string(type));
    const absl::Status status =
        OpenAiCodec::Create(*FindDialect(type), config_).status();
    EXPECT_THAT(status, HasReason(ErrorReason::kInvalidConfig)) << type;
    ASSERT_THAT(GetViolations(status), SizeIs(1));
    EXPECT_EQ(GetViolations(status)[0].field, "base_url");
  }
}

TEST_F(OpenAiCodecTest, ListsModels) {
  const std::unique_ptr<Provider> codec = Make("openai");
  ASSERT_NE(codec, nullptr);
  const absl::StatusOr<HttpRequest> request =
      codec->BuildModelsRequest(credential_, "");
  ASSERT_THAT(request, IsOk());
  EXPECT_EQ(request->method, "GET");
  EXPECT_EQ(request->url, "https://api.openai.com/v1/models");
  EXPECT_EQ(request->headers.Get("authorization"), "Bearer k-secret-1");
  EXPECT_THAT(request->body, IsEmpty());
  const absl::StatusOr<Provider::ModelsPage> page = codec->ParseModels(
      {.status = 200,
       .body = R"({"object":"list","data":[{"id":"a"},{"id":null},{},)"
               R"({"id":"b","context_window":1000,)"
               R"("max_completion_tokens":-1}]})"});
  ASSERT_THAT(page, IsOk());
  ASSERT_THAT(page->models, SizeIs(2));
  EXPECT_EQ(page->models[0].id(), "a");
  EXPECT_EQ(page->models[1].id(), "b");
  EXPECT_EQ(page->models[1].context_window(), 1000);
  EXPECT_FALSE(page->models[1].has_max_output_tokens());
  EXPECT_EQ(page->next_page_token, "");
}

TEST_F(OpenAiCodecTest, GoesThroughThePagesOfCloudflaresSearch) {
  config_.set_base_url("https://api.cloudflare.com/client/v4/accounts/a1");
  const std::unique_ptr<Provider> codec = Make("cloudflare");
  ASSERT_NE(codec, nullptr);
  const absl::StatusOr<Provider::ModelsPage> page = codec->ParseModels(
      {.status = 200,
       .body = R"({"result":[{"id":"17","name":"@cf/x"}],"result_info":)"
               R"({"page":1,"per_page":100,"total_count":150}})"});
  ASSERT_THAT(page, IsOk());
  ASSERT_THAT(page->models, SizeIs(1));
  EXPECT_EQ(page->models[0].id(), "@cf/x");
  const absl::StatusOr<HttpRequest> next =
      codec->BuildModelsRequest(credential_, page->next_page_token);
  ASSERT_THAT(next, IsOk());
  EXPECT_EQ(next->url,
            "https://api.cloudflare.com/client/v4/accounts/a1/ai/models/search"
            "?per_page=100&page=2");
}

TEST_F(OpenAiCodecTest, SaysThatAVendorHasNoListing) {
  config_.set_base_url("https://x.snowflakecomputing.com");
  EXPECT_THAT(Make("snowflake")->BuildModelsRequest(credential_, ""),
              HasReason(ErrorReason::kUnsupportedParameter));
}

TEST_F(OpenAiCodecTest, TakesAPageForNoListing) {
  const std::unique_ptr<Provider> codec = Make("openai");
  for (const char* body : {"<html>", "", "{}", "12", R"({"data":3})"}) {
    EXPECT_THAT(codec->ParseModels({.status = 200, .body = body}),
                HasReason(ErrorReason::kProviderProtocolError))
        << body;
  }
  EXPECT_THAT(
      codec->ParseModels(
          {.status = 200, .body = R"({"error":{"message":"m","code":429}})"}),
      HasReason(ErrorReason::kProviderRateLimited));
}

TEST_F(OpenAiCodecTest, ReadsWhatComesBack) {
  const std::unique_ptr<Provider> codec = Make("openai");
  ASSERT_NE(codec, nullptr);
  const v1::ChatRequest chat = OpenAiChatOf(kHi);
  const CallOptions options = {.model = "m", .warnings = &warnings_};
  constexpr char kAnswer[] =
      R"({"choices":[{"index":0,"message":{"content":"a"},)"
      R"("finish_reason":"stop"}]})";
  const auto answer =
      codec->ParseResponse({.status = 200, .body = kAnswer}, chat, options);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(std::get<v1::ChatResponse>(*answer).choices(0).message().content(),
            "a");
  EXPECT_THAT(codec->ParseError({.status = 429, .body = "{}"},
                                absl::FromUnixSeconds(1790000000)),
              HasReason(ErrorReason::kProviderRateLimited));
  OpenAiKeptEvents events;
  const std::unique_ptr<StreamDecoder> decoder =
      codec->NewStreamDecoder({}, chat, options);
  EXPECT_THAT(decoder->Feed(kAnswer, events), IsOk());
  EXPECT_THAT(decoder->End(/*clean=*/true, events), IsOk());
  EXPECT_EQ(events.text, "a");
}

// The answer names its model otherwise than it was asked for.
TEST_F(OpenAiCodecTest, SendsSealedReasoningBackAsItCame) {
  constexpr absl::string_view kText =
      R"({"type":"reasoning.text","text":"a","signature":"s\/+=","index":0})";
  constexpr absl::string_view kSealed =
      R"({"type":"reasoning.encrypted","data":"AA==","id":"t1","index":0})";
  const std::unique_ptr<Provider> codec = Make("openrouter");
  ASSERT_NE(codec, nullptr);
  const CallOptions options = {.model = "anthropic/claude-sonnet-4.5",
                               .warnings = &warnings_};
  v1::ChatRequest chat = OpenAiChatOf(kHi);
  const auto answer = codec->ParseResponse(
      {.status = 200,
       .body = absl::StrCat(
           R"({"model":"anthropic/claude-4.5-sonnet-20250929","choices":[)"
           R"({"message":{"content":"x","reasoning":"a",)"
           R"("reasoning_details":[)",
           kText, ",", kSealed, R"(]},"finish_reason":"stop"}]})")},
      chat, options);
  ASSERT_THAT(answer, IsOk());
  *chat.add_messages() =
      std::get<v1::ChatResponse>(*answer).choices(0).message();
  const absl::StatusOr<HttpRequest> request =
      codec->BuildRequest(chat, options);
  ASSERT_THAT(request, IsOk());
  EXPECT_THAT(request->body, HasSubstr(absl::StrCat(R"("reasoning_details":[)",
                                                    kText, ",", kSealed, "]")));
}

}  // namespace
}  // namespace aigateway
