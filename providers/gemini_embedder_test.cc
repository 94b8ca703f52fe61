#include "providers/gemini_embedder.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

v1::EmbedRequest EmbedOf(absl::string_view text) {
  v1::EmbedRequest embed;
  EXPECT_TRUE(
      google::protobuf::TextFormat::ParseFromString(std::string(text), &embed))
      << text;
  return embed;
}

class GeminiEmbedderTest : public testing::Test {
 protected:
  absl::StatusOr<std::string> Write(absl::string_view text) {
    warnings_.clear();
    const auto request =
        embedder_.BuildRequest(EmbedOf(text), {.model = "gemini-embedding-001",
                                               .credential = "k",
                                               .warnings = &warnings_});
    if (!request.ok()) return request.status();
    EXPECT_EQ(request->url, "gemini-embedding-001 k");
    return request->body;
  }
  absl::StatusOr<v1::EmbedResponse> Read(absl::string_view body,
                                         absl::string_view embed) {
    HttpResponse response;
    response.status = 200;
    response.body = std::string(body);
    return embedder_.ParseResponse(
        response, EmbedOf(embed),
        {.model = "gemini-embedding-001", .warnings = &warnings_});
  }

  const Redactor redactor_;
  const GeminiEmbedder embedder_{
      [](absl::string_view model, absl::string_view credential) {
        HttpRequest request;
        request.url = absl::StrCat(model, " ", credential);
        return request;
      },
      OnUnsupported::kDropHints, redactor_};
  std::vector<std::string> warnings_;
};

TEST_F(GeminiEmbedderTest, AsksForEachTextInOneBatch) {
  EXPECT_THAT(
      Write("input: 'a' input: 'b' dimensions: 256 "
            "input_type: 'search_document'"),
      IsOkAndHolds(
          R"({"requests":[{"model":"models/gemini-embedding-001",)"
          R"("content":{"parts":[{"text":"a"}]},)"
          R"("taskType":"RETRIEVAL_DOCUMENT","outputDimensionality":256},)"
          R"({"model":"models/gemini-embedding-001",)"
          R"("content":{"parts":[{"text":"b"}]},)"
          R"("taskType":"RETRIEVAL_DOCUMENT","outputDimensionality":256}]})"));
}

TEST_F(GeminiEmbedderTest, KnowsWhatVectorsAreFor) {
  EXPECT_THAT(*Write("input: 'a' input_type: 'search_query'"),
              HasSubstr("RETRIEVAL_QUERY"));
  EXPECT_THAT(*Write("input: 'a' input_type: 'clustering'"),
              HasSubstr("CLUSTERING"));
  EXPECT_THAT(*Write("input: 'a' input_type: 'SEMANTIC_SIMILARITY'"),
              HasSubstr("SEMANTIC_SIMILARITY"));
}

TEST_F(GeminiEmbedderTest, MergesWhatNoFieldSaysIntoEachRequest) {
  const auto with = [](absl::string_view name) {
    return absl::StrCat("input: 'a' provider_options { key: 'gemini' value { ",
                        "fields { key: '", name,
                        "' value { string_value: 't' } } } }");
  };
  EXPECT_THAT(*Write(with("title")), HasSubstr(R"("title":"t"}]})"));
  for (const char* name :
       {"content", "taskType", "outputDimensionality", "model", "requests"}) {
    EXPECT_THAT(Write(with(name)), HasReason(ErrorReason::kInvalidRequest));
  }
}

TEST_F(GeminiEmbedderTest, TakesNoTokensAndNoUser) {
  EXPECT_THAT(Write("token_inputs { tokens: 1 }"),
              HasReason(ErrorReason::kUnsupportedParameter));
  EXPECT_THAT(Write("input: 'a' user: 'u'"), IsOk());
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("user was left out")));
}

TEST_F(GeminiEmbedderTest, ReadsVectorsAndUsageIfThereIsAny) {
  EXPECT_THAT(*Read(R"({"embeddings":[{"values":[0.5,1]},{"values":[2,3]}]})",
                    "input: 'a' input: 'b'"),
              EqualsProto(R"pb(
                embeddings { index: 0 values: 0.5 values: 1 }
                embeddings { index: 1 values: 2 values: 3 }
                model: "gemini-embedding-001"
              )pb"));
  EXPECT_THAT(*Read(R"({"embeddings":[{"values":[1]}],)"
                    R"("usageMetadata":{"promptTokenCount":4}})",
                    "input: 'a'"),
              EqualsProto(R"pb(
                embeddings { values: 1 }
                model: "gemini-embedding-001"
                usage { prompt_tokens: 4 total_tokens: 4 }
              )pb"));
  for (const char* count : {"-1", "9223372036854775807", "1e16", "\"4\""}) {
    const auto read = Read(
        absl::StrCat(R"({"embeddings":[{"values":[1]}],)",
                     R"("usageMetadata":{"promptTokenCount":)", count, "}}"),
        "input: 'a'");
    ASSERT_THAT(read, IsOk()) << count;
    EXPECT_FALSE(read->has_usage()) << count;
  }
}

TEST_F(GeminiEmbedderTest, RefusesWhatDoesNotAnswerTheTexts) {
  for (const char* body :
       {"", "[]", "{}", R"({"embeddings":{}})", R"({"embeddings":[]})",
        R"({"embeddings":[{}]})", R"({"embeddings":[{"values":[1]},{}]})"}) {
    EXPECT_THAT(Read(body, "input: 'a'"),
                HasReason(ErrorReason::kProviderProtocolError))
        << body;
  }
  EXPECT_THAT(Read(R"({"error":{"code":429,"message":"later",)"
                   R"("status":"RESOURCE_EXHAUSTED"}})",
                   "input: 'a'"),
              HasReason(ErrorReason::kProviderRateLimited));
}

}  // namespace
}  // namespace aigateway
