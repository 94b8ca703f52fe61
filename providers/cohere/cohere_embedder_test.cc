#include "providers/cohere/cohere_embedder.h"

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

class CohereEmbedderTest : public testing::Test {
 protected:
  absl::StatusOr<std::string> Write(absl::string_view text) {
    warnings_.clear();
    const auto request = embedder_.BuildRequest(
        EmbedOf(text),
        {.model = "embed-v4.0", .credential = "k", .warnings = &warnings_});
    if (!request.ok()) return request.status();
    return request->body;
  }
  absl::StatusOr<v1::EmbedResponse> Read(absl::string_view body,
                                         absl::string_view embed) {
    HttpResponse response;
    response.status = 200;
    response.body = std::string(body);
    return embedder_.ParseResponse(
        response, EmbedOf(embed),
        {.model = "embed-v4.0", .warnings = &warnings_});
  }

  const Redactor redactor_;
  const CohereEmbedder embedder_{
      [](absl::string_view) { return HttpRequest(); },
      OnUnsupported::kDropHints, redactor_};
  std::vector<std::string> warnings_;
};

TEST_F(CohereEmbedderTest, WritesARequest) {
  EXPECT_THAT(
      Write("input: 'a' input: 'b' dimensions: 256 "
            "input_type: 'search_document'"),
      IsOkAndHolds(R"({"model":"embed-v4.0","texts":["a","b"],)"
                   R"("input_type":"search_document",)"
                   R"("embedding_types":["float"],"output_dimension":256})"));
}

TEST_F(CohereEmbedderTest, NeedsToKnowWhatVectorsAreFor) {
  const auto refused = Write("input: 'a'");
  EXPECT_THAT(refused, HasReason(ErrorReason::kInvalidRequest));
  EXPECT_EQ(GetViolations(refused.status())[0].field, "input_type");
}

TEST_F(CohereEmbedderTest, MergesWhatNoFieldSays) {
  const auto with = [](absl::string_view name) {
    return absl::StrCat("input: 'a' input_type: 'clustering' ",
                        "provider_options { key: 'cohere' value { ",
                        "fields { key: '", name,
                        "' value { string_value: 'END' } } } }");
  };
  EXPECT_THAT(*Write(with("truncate")), HasSubstr(R"("truncate":"END")"));
  for (const char* name : {"texts", "embedding_types", "output_dimension"}) {
    EXPECT_THAT(Write(with(name)), HasReason(ErrorReason::kInvalidRequest));
  }
}

TEST_F(CohereEmbedderTest, TakesNoTokensAndNoUser) {
  EXPECT_THAT(Write("token_inputs { tokens: 1 } input_type: 'clustering'"),
              HasReason(ErrorReason::kUnsupportedParameter));
  EXPECT_THAT(Write("input: 'a' input_type: 'clustering' user: 'u'"), IsOk());
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("user was left out")));
}

TEST_F(CohereEmbedderTest, ReadsVectorsAndUsageIfThereIsAny) {
  EXPECT_THAT(*Read(R"({"id":"i","texts":["a","b"],)"
                    R"("embeddings":{"float":[[0.5],[1]]},)"
                    R"("meta":{"billed_units":{"input_tokens":7}}})",
                    "input: 'a' input: 'b'"),
              EqualsProto(R"pb(
                embeddings { index: 0 values: 0.5 }
                embeddings { index: 1 values: 1 }
                model: "embed-v4.0"
                usage { prompt_tokens: 7 total_tokens: 7 }
              )pb"));
  const auto version_1 = Read(R"({"embeddings":[[2]]})", "input: 'a'");
  ASSERT_THAT(version_1, IsOk());
  EXPECT_FALSE(version_1->has_usage());
  for (const char* count : {"-1", "9223372036854775807", "1e16"}) {
    const auto read =
        Read(absl::StrCat(R"({"embeddings":[[2]],"meta":{"tokens":)",
                          R"({"input_tokens":)", count, "}}}"),
             "input: 'a'");
    ASSERT_THAT(read, IsOk()) << count;
    EXPECT_FALSE(read->has_usage()) << count;
  }
}

TEST_F(CohereEmbedderTest, RefusesWhatDoesNotAnswerTheTexts) {
  for (const char* body :
       {"", "[]", "{}", R"({"embeddings":{}})",
        R"({"embeddings":{"float":[]}})", R"({"embeddings":{"int8":[[1]]}})",
        R"({"embeddings":[[1],[2]]})",
        R"({"embeddings":{"float":[[1]],"float":[[1]]}})"}) {
    EXPECT_THAT(Read(body, "input: 'a'"),
                HasReason(ErrorReason::kProviderProtocolError))
        << body;
  }
  EXPECT_THAT(Read(R"({"message":"broke"})", "input: 'a'"),
              HasReason(ErrorReason::kProviderUnavailable));
}

}  // namespace
}  // namespace aigateway
