// The simulator's vectors, through its own codec.

#include "providers/simulator_embedding.h"

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "aigateway/config/v1/config.pb.h"
#include "providers/simulator.h"
#include "providers/simulator_server.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::SizeIs;

class SimulatorEmbeddingTest : public testing::Test {
 protected:
  SimulatorEmbeddingTest() {
    config::v1::ProviderConfig config;
    config.set_type("simulator");
    auto codec = CreateSimulator(config);
    EXPECT_THAT(codec, IsOk());
    codec_ = *std::move(codec);
  }

  absl::StatusOr<v1::EmbedResponse> Embed(const v1::EmbedRequest& embed) {
    const CallOptions options{.model = "simulator", .warnings = &warnings_};
    auto request = codec_->embedder()->BuildRequest(embed, options);
    if (!request.ok()) return request.status();
    SimulatedAnswer answer = AnswerAsSimulator(*request, absl::UnixEpoch());
    HttpResponse response;
    response.status = answer.status;
    response.headers = answer.headers;
    for (const SimulatedPiece& piece : answer.body) {
      response.body += piece.bytes;
    }
    if (response.status != 200) {
      return codec_->ParseError(response, absl::UnixEpoch());
    }
    return codec_->embedder()->ParseResponse(response, embed, options);
  }

  static v1::EmbedRequest Texts(const std::vector<std::string>& texts) {
    v1::EmbedRequest embed;
    embed.set_model("simulator");
    for (const std::string& text : texts) embed.add_input(text);
    return embed;
  }

  static double Dot(const v1::Embedding& a, const v1::Embedding& b) {
    double sum = 0;
    for (int i = 0; i < a.values_size(); ++i) sum += a.values(i) * b.values(i);
    return sum;
  }

  std::unique_ptr<Provider> codec_;
  std::vector<std::string> warnings_;
};

TEST_F(SimulatorEmbeddingTest, TextsThatShareWordsAreNear) {
  const auto response =
      Embed(Texts({"the cat sat down", "The cat lay down", "prices of oil"}));
  ASSERT_THAT(response, IsOk());
  ASSERT_THAT(response->embeddings(), SizeIs(3));
  EXPECT_THAT(response->embeddings(0).values(), SizeIs(64));
  EXPECT_NEAR(Dot(response->embeddings(0), response->embeddings(0)), 1, 1e-5);
  EXPECT_GT(Dot(response->embeddings(0), response->embeddings(1)),
            Dot(response->embeddings(0), response->embeddings(2)) + 0.3);
  EXPECT_EQ(response->usage().prompt_tokens(), 11);
  EXPECT_EQ(response->model(), "simulator");
}

TEST_F(SimulatorEmbeddingTest, KeepsToTheDimensionsAndIsTheSameEachTime) {
  v1::EmbedRequest embed = Texts({"a b c"});
  embed.set_dimensions(7);
  const auto first = Embed(embed);
  const auto second = Embed(embed);
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(second, IsOk());
  EXPECT_THAT(first->embeddings(0).values(), SizeIs(7));
  EXPECT_EQ(first->ShortDebugString(), second->ShortDebugString());
}

TEST_F(SimulatorEmbeddingTest, TakesTokens) {
  v1::EmbedRequest embed;
  embed.set_model("simulator");
  embed.add_token_inputs()->add_tokens(7);
  embed.mutable_token_inputs(0)->add_tokens(8);
  const auto response = Embed(embed);
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->usage().prompt_tokens(), 2);
}

TEST_F(SimulatorEmbeddingTest, RefusesWhatItCannotDo) {
  v1::EmbedRequest embed = Texts({"a"});
  embed.set_dimensions(100'000);
  EXPECT_THAT(Embed(embed), HasReason(ErrorReason::kInvalidRequest));
  std::vector<FieldViolation> violations;
  for (const char* body :
       {"", "[]", "{}", R"({"model":1,"input":"a"})",
        R"({"model":"m","input":7})", R"({"model":"m","input":[{}]})"}) {
    violations.clear();
    SimulatorEmbeddings(body, &violations);
    EXPECT_FALSE(violations.empty()) << body;
  }
}

}  // namespace
}  // namespace aigateway
