#include "providers/vertex/vertex_embedder.h"

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

using testing::HasSubstr;

v1::EmbedRequest EmbedOf(absl::string_view text) {
  v1::EmbedRequest embed;
  EXPECT_TRUE(
      google::protobuf::TextFormat::ParseFromString(std::string(text), &embed))
      << text;
  return embed;
}

class VertexEmbedderTest : public testing::Test {
 protected:
  absl::StatusOr<HttpRequest> Write(const std::string& model,
                                    absl::string_view text) {
    warnings_.clear();
    return embedder_.BuildRequest(
        EmbedOf(text),
        {.model = model, .credential = "k", .warnings = &warnings_});
  }
  absl::StatusOr<v1::EmbedResponse> Read(absl::string_view body,
                                         absl::string_view embed) {
    HttpResponse response;
    response.status = 200;
    response.body = std::string(body);
    return embedder_.ParseResponse(
        response, EmbedOf(embed),
        {.model = "text-embedding-005", .warnings = &warnings_});
  }

  const Redactor redactor_;
  const VertexEmbedder embedder_{
      [](absl::string_view model, absl::string_view method,
         absl::string_view credential) {
        HttpRequest request;
        request.url = absl::StrCat(model, method, " ", credential);
        return request;
      },
      OnUnsupported::kDropHints, redactor_};
  std::vector<std::string> warnings_;
};

TEST_F(VertexEmbedderTest, PredictsSeveralTextsAtOnce) {
  const auto request =
      Write("text-embedding-005",
            "input: 'a' input: 'b' dimensions: 256 input_type: 'search_query'");
  ASSERT_THAT(request, IsOk());
  EXPECT_EQ(request->url, "text-embedding-005:predict k");
  EXPECT_EQ(request->body,
            R"({"instances":[{"content":"a","task_type":"RETRIEVAL_QUERY"},)"
            R"({"content":"b","task_type":"RETRIEVAL_QUERY"}],)"
            R"("parameters":{"outputDimensionality":256}})");
  EXPECT_EQ(embedder_.max_inputs("text-embedding-005"), 250);
  EXPECT_EQ(embedder_.max_inputs("google/gemini-embedding-001"), 1);
}

TEST_F(VertexEmbedderTest, AsksNewerModelsForOneTextACall) {
  const auto request =
      Write("gemini-embedding-2",
            "input: 'a' dimensions: 256 input_type: 'search_document'");
  ASSERT_THAT(request, IsOk());
  EXPECT_EQ(request->url, "gemini-embedding-2:embedContent k");
  EXPECT_EQ(request->body,
            R"({"content":{"role":"user","parts":[{"text":"a"}]},)"
            R"("embedContentConfig":{"taskType":"RETRIEVAL_DOCUMENT",)"
            R"("outputDimensionality":256}})");
  EXPECT_EQ(embedder_.max_inputs("gemini-embedding-2"), 1);
}

TEST_F(VertexEmbedderTest, RefusesTokensAndLeavesOutTheUser) {
  EXPECT_THAT(
      Write("text-embedding-005", "token_inputs { tokens: 1 }").status(),
      HasReason(ErrorReason::kUnsupportedParameter));
  EXPECT_THAT(Write("text-embedding-005", "input: 'a' user: 'u'"), IsOk());
  EXPECT_EQ(warnings_.size(), 1U);
}

TEST_F(VertexEmbedderTest, ReadsPredictionsAndAddsTheirTokens) {
  EXPECT_THAT(
      Read(R"({"predictions":[)"
           R"({"embeddings":{"statistics":{"truncated":false,)"
           R"("token_count":4},"values":[0.5,-1]}},)"
           R"({"embeddings":{"values":[1,2],"statistics":{"token_count":3}}}],)"
           R"("metadata":{"billableCharacterCount":9}})",
           "input: 'a' input: 'b'"),
      IsOkAndHolds(EqualsProto(R"pb(
        model: "text-embedding-005"
        embeddings { index: 0 values: 0.5 values: -1 }
        embeddings { index: 1 values: 1 values: 2 }
        usage { prompt_tokens: 7 total_tokens: 7 }
      )pb")));
}

TEST_F(VertexEmbedderTest, ReadsOneEmbeddingOfContent) {
  EXPECT_THAT(Read(R"({"embedding":{"values":[1,2]},)"
                   R"("usageMetadata":{"promptTokenCount":4}})",
                   "input: 'a'"),
              IsOkAndHolds(EqualsProto(R"pb(
                model: "text-embedding-005"
                embeddings { index: 0 values: 1 values: 2 }
                usage { prompt_tokens: 4 total_tokens: 4 }
              )pb")));
}

TEST_F(VertexEmbedderTest, InventsNoUsage) {
  const auto answer = Read(
      R"({"predictions":[{"embeddings":{"values":[1],)"
      R"("statistics":{"token_count":4}}},{"embeddings":{"values":[2]}}]})",
      "input: 'a' input: 'b'");
  ASSERT_THAT(answer, IsOk());
  EXPECT_FALSE(answer->has_usage());
}

TEST_F(VertexEmbedderTest, TakesNothingThatIsNotOneVectorForEachText) {
  for (const char* body :
       {"", "[]", "{}", R"({"predictions":[]})", R"({"predictions":[{}]})",
        R"({"predictions":[{"embeddings":{}}]})",
        R"({"predictions":[{"embeddings":{"values":[1]}},)"
        R"({"embeddings":{"values":[1]}}]})",
        R"({"embedding":{"values":[1]},"predictions":[]})",
        R"({"embedding":{"values":["x"]}})"}) {
    EXPECT_THAT(Read(body, "input: 'a'").status(),
                HasReason(ErrorReason::kProviderProtocolError))
        << body;
  }
  const absl::Status status =
      Read(R"({"error":{"code":429,"status":"RESOURCE_EXHAUSTED",)"
           R"("message":"slow down"}})",
           "input: 'a'")
          .status();
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderRateLimited));
  EXPECT_THAT(std::string(status.message()), HasSubstr("slow down"));
}

}  // namespace
}  // namespace aigateway
