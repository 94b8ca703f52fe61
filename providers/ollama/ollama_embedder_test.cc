#include "providers/ollama/ollama_embedder.h"

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
using ::testing::IsEmpty;

class OllamaEmbedderTest : public ::testing::Test {
 protected:
  static v1::EmbedRequest Embed(absl::string_view text) {
    v1::EmbedRequest embed;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(std::string(text),
                                                              &embed));
    return embed;
  }
  absl::StatusOr<std::string> Write(absl::string_view text) {
    absl::StatusOr<HttpRequest> request =
        OllamaEmbedder(instance_).BuildRequest(Embed(text), options_);
    if (!request.ok()) return request.status();
    return request->body;
  }
  absl::StatusOr<v1::EmbedResponse> Read(absl::string_view text,
                                         std::string body) {
    HttpResponse response;
    response.status = 200;
    response.body = std::move(body);
    return OllamaEmbedder(instance_).ParseResponse(response, Embed(text),
                                                   options_);
  }

  OllamaInstance instance_{.base_url = "http://h:1"};
  std::vector<std::string> warnings_;
  CallOptions options_{
      .model = "all-minilm", .credential = "k", .warnings = &warnings_};
};

TEST_F(OllamaEmbedderTest, SendsABatch) {
  const OllamaEmbedder embedder(instance_);
  EXPECT_GT(embedder.max_inputs("all-minilm"), 1);
  const absl::StatusOr<HttpRequest> request = embedder.BuildRequest(
      Embed("input: 'a' input: 'b' dimensions: 2"), options_);
  ASSERT_THAT(request, IsOk());
  EXPECT_EQ(request->method, "POST");
  EXPECT_EQ(request->url, "http://h:1/api/embed");
  EXPECT_EQ(request->headers.Get("authorization"), "Bearer k");
  EXPECT_FALSE(request->stream);
  EXPECT_EQ(request->body,
            R"({"model":"all-minilm","input":["a","b"],"dimensions":2})");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(OllamaEmbedderTest, MergesItsOwnOptions) {
  EXPECT_THAT(
      Write("input: 'a' provider_options { key: 'ollama' value { fields { key: "
            "'truncate' value { bool_value: false } } } }"),
      IsOkAndHolds(R"({"model":"all-minilm","input":["a"],"truncate":false})"));
  const absl::Status refused =
      Write(
          "input: 'a' provider_options { key: 'ollama' value { fields { key: "
          "'input' value { string_value: 'b' } } } }")
          .status();
  EXPECT_THAT(refused, HasReason(ErrorReason::kInvalidRequest));
  ASSERT_EQ(GetViolations(refused).size(), 1U);
  EXPECT_EQ(GetViolations(refused)[0].field, "provider_options.ollama.input");
}

TEST_F(OllamaEmbedderTest, LeavesOutHintsAndRefusesTokens) {
  ASSERT_THAT(Write("input: 'a' input_type: 'search_query' user: 'u'"), IsOk());
  EXPECT_THAT(warnings_,
              ElementsAre(HasSubstr("input_type"), HasSubstr("user")));
  EXPECT_THAT(Write("token_inputs { tokens: 1 }").status(),
              HasReason(ErrorReason::kUnsupportedParameter));
}

TEST_F(OllamaEmbedderTest, ReadsAVectorForEachText) {
  EXPECT_THAT(Read("input: 'a' input: 'b'",
                   R"({"model":"m","embeddings":[[0.5,-1],[1e-3,2]],)"
                   R"("prompt_eval_count":4})"),
              IsOkAndHolds(EqualsProto(R"pb(
                embeddings { index: 0 values: 0.5 values: -1 }
                embeddings { index: 1 values: 0.001 values: 2 }
                model: "m"
                usage { prompt_tokens: 4 total_tokens: 4 }
              )pb")));
  EXPECT_THAT(Read("input: 'a'", R"({"embeddings":[[1]]})"),
              IsOkAndHolds(EqualsProto(R"pb(
                embeddings { index: 0 values: 1 }
                model: "all-minilm"
              )pb")));
}

TEST_F(OllamaEmbedderTest, RefusesVectorsThatAreNotWhatWasAskedFor) {
  for (const char* body :
       {"", "{}", R"({"embeddings":null})", R"({"embeddings":[]})",
        R"({"embeddings":[[1,2]]})", R"({"embeddings":[[1,2],[1,2],[1,2]]})",
        R"({"embeddings":[[1,2],[1]]})", R"({"embeddings":[[],[]]})",
        R"({"embeddings":[[1,2],[1,"2"]]})", R"({"embeddings":[[1,2],7]})",
        R"({"embeddings":[[1,2],[1,1e39]]})",
        R"({"embeddings":[[1],[2]],"embeddings":[[1],[2]]})"}) {
    EXPECT_THAT(Read("input: 'a' input: 'b'", body).status(),
                HasReason(ErrorReason::kProviderProtocolError))
        << body;
  }
  EXPECT_THAT(Read("input: 'a'", R"({"error":"model 'x' not found"})").status(),
              HasReason(ErrorReason::kModelNotFound));
}

TEST_F(OllamaEmbedderTest, WarnsOfAnotherLengthThanAskedFor) {
  EXPECT_THAT(Read("input: 'a' dimensions: 2", R"({"embeddings":[[1,2,3]]})"),
              IsOk());
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("dimensions")));
}

}  // namespace
}  // namespace aigateway
