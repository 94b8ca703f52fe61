#include "providers/embedding/openai_embedder.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/net/http_message.h"
#include "providers/openai_test_kit.h"
#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

v1::EmbedRequest EmbedOf(absl::string_view text) {
  v1::EmbedRequest embed;
  EXPECT_TRUE(
      google::protobuf::TextFormat::ParseFromString(std::string(text), &embed))
      << text;
  return embed;
}

class OpenAiEmbedderTest : public testing::Test {
 protected:
  absl::StatusOr<HttpRequest> Build(absl::string_view type,
                                    absl::string_view text) {
    OpenAiInstance instance = InstanceOf(type);
    instance.on_unsupported = on_unsupported_;
    instance.api_version = api_version_;
    warnings_.clear();
    return OpenAiEmbedder(instance).BuildRequest(
        EmbedOf(text),
        {.model = "m", .credential = "k", .warnings = &warnings_});
  }
  std::string Body(absl::string_view type, absl::string_view text) {
    const absl::StatusOr<HttpRequest> request = Build(type, text);
    EXPECT_THAT(request, IsOk()) << type;
    return request.ok() ? request->body : "";
  }

  absl::StatusOr<v1::EmbedResponse> Read(absl::string_view body,
                                         absl::string_view embed,
                                         absl::string_view type = "openai") {
    const OpenAiInstance instance = InstanceOf(type);
    HttpResponse response;
    response.status = 200;
    response.body = std::string(body);
    warnings_.clear();
    return OpenAiEmbedder(instance).ParseResponse(
        response, EmbedOf(embed), {.model = "m", .warnings = &warnings_});
  }

  OnUnsupported on_unsupported_ = OnUnsupported::kDropHints;
  std::string api_version_;
  std::vector<std::string> warnings_;
};

TEST_F(OpenAiEmbedderTest, WritesARequest) {
  const auto request =
      Build("openai", "input: 'a' input: 'b' dimensions: 256 user: 'u'");
  ASSERT_THAT(request, IsOk());
  EXPECT_EQ(request->url, "https://api.openai.com/v1/embeddings");
  EXPECT_EQ(request->method, "POST");
  EXPECT_EQ(request->headers.Get("authorization"), "Bearer k");
  EXPECT_EQ(request->headers.Get("content-type"), "application/json");
  EXPECT_FALSE(request->stream);
  EXPECT_EQ(request->body,
            R"({"model":"m","input":["a","b"],"dimensions":256,"user":"u",)"
            R"("encoding_format":"base64"})");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(OpenAiEmbedderTest, WritesTokensWhereTheVendorTakesThem) {
  EXPECT_THAT(Body("openai", R"pb(
                token_inputs { tokens: 1 tokens: 2 }
                token_inputs { tokens: 0 })pb"),
              HasSubstr(R"("input":[[1,2],[0]])"));
  for (OnUnsupported policy :
       {OnUnsupported::kDropHints, OnUnsupported::kDrop}) {
    on_unsupported_ = policy;
    EXPECT_THAT(Build("mistral", "token_inputs { tokens: 1 }"),
                HasReason(ErrorReason::kUnsupportedParameter));
  }
}

TEST_F(OpenAiEmbedderTest, SaysWhatEachVendorTakes) {
  EXPECT_EQ(Body("mistral", "input: 'a' dimensions: 64"),
            R"({"model":"m","input":["a"],"output_dimension":64})");
  EXPECT_EQ(Body("perplexity", "input: 'a'"),
            R"({"model":"m","input":["a"],"encoding_format":"base64_int8"})");
  EXPECT_THAT(Body("nvidia-nim", "input: 'a' input_type: 'search_query'"),
              HasSubstr(R"("input_type":"query")"));
  EXPECT_THAT(Body("nvidia-nim", "input: 'a' input_type: 'search_document'"),
              HasSubstr(R"("input_type":"passage")"));
  EXPECT_THAT(Body("openrouter", "input: 'a' input_type: 'search_query'"),
              HasSubstr(R"("input_type":"search_query")"));
}

TEST_F(OpenAiEmbedderTest, LeavesOutOrRefusesWhatAVendorDoesNotTake) {
  EXPECT_EQ(Body("qwen", "input: 'a' input_type: 'clustering' user: 'u'"),
            R"({"model":"m","input":["a"]})");
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("input_type was left out"),
                                     HasSubstr("user was left out")));
  EXPECT_THAT(Build("together", "input: 'a' dimensions: 2"),
              HasReason(ErrorReason::kUnsupportedParameter));
  on_unsupported_ = OnUnsupported::kRefuse;
  EXPECT_THAT(Build("qwen", "input: 'a' user: 'u'"),
              HasReason(ErrorReason::kUnsupportedParameter));
}

TEST_F(OpenAiEmbedderTest, AsksWhereTheVendorIs) {
  EXPECT_EQ(Build("perplexity", "input: 'a'")->url,
            "https://api.perplexity.ai/v1/embeddings");
  EXPECT_EQ(Build("lm-studio", "input: 'a'")->url,
            "http://localhost:1234/v1/embeddings");
  api_version_ = "2024-10-21";
  EXPECT_EQ(Build("azure-openai", "input: 'a'")->url,
            "http://127.0.0.1:1/openai/deployments/m/embeddings"
            "?api-version=2024-10-21");
  EXPECT_EQ(Build("azure-openai", "input: 'a'")->headers.Get("api-key"), "k");
}

TEST_F(OpenAiEmbedderTest, MergesWhatNoFieldSays) {
  const auto with = [](absl::string_view type, absl::string_view name) {
    return absl::StrCat("input: 'a' provider_options { key: '", type,
                        "' value { fields { key: '", name,
                        "' value { bool_value: true } } } }");
  };
  EXPECT_THAT(Body("vllm", with("vllm", "add_special_tokens")),
              HasSubstr(R"("add_special_tokens":true)"));
  EXPECT_THAT(Body("vllm", with("openai", "add_special_tokens")),
              Not(HasSubstr("special")));
  for (const char* name :
       {"model", "input", "dimensions", "outputDimension", "input_type",
        "taskType", "user", "encoding_format", "output_dtype"}) {
    const auto refused = Build("vllm", with("vllm", name));
    EXPECT_THAT(refused, HasReason(ErrorReason::kInvalidRequest)) << name;
    EXPECT_EQ(GetViolations(refused.status())[0].field,
              absl::StrCat("provider_options.vllm.", name));
  }
}

TEST_F(OpenAiEmbedderTest, ReadsListsAndBase64) {
  EXPECT_THAT(*Read(R"({"object":"list","model":"text-embedding-3-small",
                        "data":[{"index":1,"embedding":[0.5,-1e-7]},
                                {"index":0,"embedding":"AACAPwAAIMA="}],
                        "usage":{"prompt_tokens":7,"total_tokens":7}})",
                    "input: 'a' input: 'b'"),
              EqualsProto(R"pb(
                embeddings { index: 0 values: 1 values: -2.5 }
                embeddings { index: 1 values: 0.5 values: -1e-7 }
                model: "text-embedding-3-small"
                usage { prompt_tokens: 7 total_tokens: 7 }
              )pb"));
  EXPECT_THAT(
      *Read(R"({"data":[{"embedding":"9sY="}]})", "input: 'a'", "perplexity"),
      EqualsProto(R"pb(
        embeddings { values: -10 values: -58 }
        model: "m"
      )pb"));
}

TEST_F(OpenAiEmbedderTest, InventsNoUsage) {
  for (const char* usage : {"null", "{}", R"({"prompt_tokens":"many"})"}) {
    const auto response = Read(
        absl::StrCat(R"({"data":[{"embedding":[1]}],"usage":)", usage, "}"),
        "input: 'a'");
    ASSERT_THAT(response, IsOk());
    EXPECT_FALSE(response->has_usage()) << usage;
  }
}

TEST_F(OpenAiEmbedderTest, RefusesWhatDoesNotAnswerTheTexts) {
  for (const char* body :
       {"", "<html>", "[]", "{}", R"({"data":{}})", R"({"data":[]})",
        R"({"data":[7]})", R"({"data":[{"index":0}]})",
        R"({"data":[{"embedding":[]}]})", R"({"data":[{"embedding":[[1]]}]})",
        R"({"data":[{"embedding":[1]},{"embedding":[1]}]})",
        R"({"data":[{"index":1,"embedding":[1]}]})",
        R"({"data":[{"embedding":[1]}],"data":[]})"}) {
    EXPECT_THAT(Read(body, "input: 'a'"),
                HasReason(ErrorReason::kProviderProtocolError))
        << body;
  }
}

TEST_F(OpenAiEmbedderTest, ReadsAnErrorUnderStatus200) {
  EXPECT_THAT(
      Read(R"({"error":{"message":"slow","code":"slow_down"}})", "input: 'a'"),
      HasReason(ErrorReason::kProviderRateLimited));
  EXPECT_THAT(
      Read(R"({"object":"error","message":"no","code":404})", "input: 'a'"),
      HasReason(ErrorReason::kModelNotFound));
}

}  // namespace
}  // namespace aigateway
