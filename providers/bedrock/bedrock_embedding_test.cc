#include "providers/bedrock/bedrock_embedding.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kTitan[] = "amazon.titan-embed-text-v2:0";
constexpr char kCohere[] = "cohere.embed-multilingual-v3";

class BedrockEmbeddingTest : public testing::Test {
 protected:
  std::string Body(const char* model) {
    warnings_.clear();
    const auto body =
        WriteBedrockEmbedding(embed_, {.model = model, .warnings = &warnings_},
                              OnUnsupported::kDropHints);
    status_ = body.status();
    return body.ok() ? *body : "";
  }

  absl::StatusOr<v1::EmbedResponse> Read(absl::string_view json) {
    HttpResponse response;
    response.status = 200;
    response.headers.Add("x-amzn-bedrock-input-token-count", "9");
    response.body = std::string(json);
    return ReadBedrockEmbedding(
        response, embed_, {.model = "m", .warnings = &warnings_}, Redactor());
  }

  v1::EmbedRequest embed_;
  std::vector<std::string> warnings_;
  absl::Status status_;
};

TEST_F(BedrockEmbeddingTest, AsksTitanForOneText) {
  embed_.add_input("a \"text\"");
  EXPECT_EQ(BedrockMaxInputs(kTitan), 1);
  EXPECT_EQ(Body(kTitan), R"({"inputText":"a \"text\""})");
  embed_.set_dimensions(256);
  EXPECT_EQ(Body(kTitan), R"({"inputText":"a \"text\"","dimensions":256})");
  EXPECT_EQ(Body("amazon.titan-embed-image-v1"),
            R"({"inputText":"a \"text\"",)"
            R"("embeddingConfig":{"outputEmbeddingLength":256}})");
  Body("amazon.titan-embed-text-v1");
  EXPECT_THAT(status_, HasReason(ErrorReason::kUnsupportedParameter));
  embed_.add_input("another");
  Body(kTitan);
  EXPECT_THAT(status_, HasReason(ErrorReason::kInvalidRequest));
}

TEST_F(BedrockEmbeddingTest, AsksCohereForMany) {
  embed_.add_input("a");
  embed_.add_input("b");
  EXPECT_EQ(BedrockMaxInputs(kCohere), 96);
  EXPECT_EQ(Body(kCohere),
            R"({"texts":["a","b"],"input_type":"search_document"})");
  EXPECT_EQ(warnings_.size(), 1U);
  embed_.set_input_type("search_query");
  embed_.set_dimensions(512);
  EXPECT_EQ(Body("us.cohere.embed-v4:0"),
            R"({"texts":["a","b"],"input_type":"search_query",)"
            R"("embedding_types":["float"],"output_dimension":512})");
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(BedrockEmbeddingTest, SaysWhichModelsItKnows) {
  embed_.add_input("a");
  Body("twelvelabs.marengo");
  EXPECT_THAT(status_, HasReason(ErrorReason::kUnsupportedParameter));
  embed_.clear_input();
  embed_.add_token_inputs();
  Body(kTitan);
  EXPECT_THAT(status_, HasReason(ErrorReason::kUnsupportedParameter));
}

TEST_F(BedrockEmbeddingTest, MergesOptions) {
  embed_.add_input("a");
  google::protobuf::Struct& options =
      (*embed_.mutable_provider_options())["bedrock"];
  (*options.mutable_fields())["normalize"].set_bool_value(false);
  EXPECT_EQ(Body(kTitan), R"({"inputText":"a","normalize":false})");
  for (const char* name :
       {"inputText", "inputImage", "images", "texts", "embeddingTypes",
        "dimensions", "output_dimension", "model", "input_type"}) {
    options.clear_fields();
    (*options.mutable_fields())[name].set_string_value("b");
    Body(kTitan);
    EXPECT_THAT(status_, HasReason(ErrorReason::kInvalidRequest)) << name;
    ASSERT_EQ(GetViolations(status_).size(), 1U);
    EXPECT_EQ(GetViolations(status_)[0].field,
              std::string("provider_options.bedrock.") + name);
  }
  options.clear_fields();
  (*(*options.mutable_fields())["embeddingConfig"]
        .mutable_struct_value()
        ->mutable_fields())["outputEmbeddingLength"]
      .set_number_value(256);
  Body("amazon.titan-embed-image-v1");
  EXPECT_THAT(status_, HasReason(ErrorReason::kInvalidRequest));
}

TEST_F(BedrockEmbeddingTest, ReadsTitansVector) {
  embed_.add_input("a");
  const auto read =
      Read(R"({"embedding":[0.5,-1e-3,2],"inputTextTokenCount":4})");
  ASSERT_THAT(read, IsOk());
  ASSERT_EQ(read->embeddings_size(), 1);
  EXPECT_THAT(read->embeddings(0).values(), ElementsAre(0.5f, -1e-3f, 2.0f));
  EXPECT_EQ(read->usage().prompt_tokens(), 4);
  EXPECT_EQ(read->model(), "m");
}

TEST_F(BedrockEmbeddingTest, ReadsCoheresVectors) {
  embed_.add_input("a");
  embed_.add_input("b");
  for (const char* body : {R"({"embeddings":[[1],[2]]})",
                           R"({"embeddings":{"float":[[1],[2]]}})"}) {
    const auto read = Read(body);
    ASSERT_THAT(read, IsOk());
    ASSERT_EQ(read->embeddings_size(), 2);
    EXPECT_EQ(read->embeddings(1).index(), 1);
    EXPECT_THAT(read->embeddings(1).values(), ElementsAre(2.0f));
    EXPECT_EQ(read->usage().total_tokens(), 9);
  }
}

TEST_F(BedrockEmbeddingTest, RefusesWhatIsNotOneVectorForEachText) {
  embed_.add_input("a");
  for (const char* body :
       {"", "[]", "{}", R"({"embedding":[]})", R"({"embedding":["x"]})",
        R"({"embedding":{}})", R"({"embeddings":[[1],[2]]})",
        R"({"embeddings":[[null]]})", R"({"embedding":[1e400]})",
        R"({"embedding":[1e39]})", R"({"embeddings":[[1e39]]})",
        R"({"embedding":[1],"embedding":[1]})",
        R"({"embedding":[1],"embeddings":[[1]]})",
        R"({"embeddings":{"float":[[1]],"float":[[1]]}})"}) {
    EXPECT_THAT(Read(body).status(),
                HasReason(ErrorReason::kProviderProtocolError))
        << body;
  }
  embed_.add_input("b");
  EXPECT_THAT(Read(R"({"embeddings":[[1],[1,2]]})").status(),
              HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(BedrockEmbeddingTest, WarnsOfAnotherLengthThanAskedFor) {
  embed_.add_input("a");
  embed_.set_dimensions(2);
  EXPECT_THAT(Read(R"({"embedding":[1,2]})"), IsOk());
  EXPECT_THAT(warnings_, IsEmpty());
  EXPECT_THAT(Read(R"({"embedding":[1,2,3]})"), IsOk());
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("dimensions")));
}

}  // namespace
}  // namespace aigateway
