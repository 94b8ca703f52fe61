#include "providers/replicate/replicate_codec.h"

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/registry.h"
#include "providers/replicate/replicate_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::IsNull;
using ::testing::NotNull;

class ReplicateCodecTest : public ::testing::Test {
 protected:
  static std::unique_ptr<Provider> Make() {
    absl::StatusOr<std::unique_ptr<Provider>> made =
        Registry<ProviderType>::Global().Find("replicate")->create({});
    EXPECT_TRUE(made.ok()) << made.status();
    return *std::move(made);
  }

  std::vector<std::string> warnings_;
  CallOptions options_{
      .model = "meta/llama", .credential = "k", .warnings = &warnings_};
  const v1::ChatRequest chat_ =
      ReplicateChat(R"pb(messages { role: ROLE_USER content: "hi" })pb");
};

TEST_F(ReplicateCodecTest, IsRegisteredUnderItsNameAndVariables) {
  const ProviderType* const type =
      Registry<ProviderType>::Global().Find("replicate");
  ASSERT_THAT(type, NotNull());
  EXPECT_THAT(type->key_variables,
              ElementsAre("REPLICATE_API_TOKEN", "REPLICATE_API_KEY"));
  // API.md: behind hugging-face, before cloudflare.
  EXPECT_EQ(type->order, 26);
  EXPECT_TRUE(type->needs_key);
}

TEST_F(ReplicateCodecTest, SendsARequestWhoseAnswerWaits) {
  const absl::StatusOr<HttpRequest> request =
      Make()->BuildRequest(chat_, options_);
  ASSERT_THAT(request, IsOk());
  EXPECT_EQ(request->method, "POST");
  EXPECT_EQ(request->url,
            "https://api.replicate.com/v1/models/meta/llama/predictions");
  EXPECT_EQ(request->headers.Get("authorization"), "Bearer k");
  EXPECT_EQ(request->headers.Get("content-type"), "application/json");
  EXPECT_EQ(request->headers.Get("prefer"), "wait=10");
  EXPECT_FALSE(request->stream);
}

TEST_F(ReplicateCodecTest, DoesNotWaitForTheAnswerThatSaysWhereTheStreamIs) {
  options_.stream = true;
  const absl::StatusOr<HttpRequest> request =
      Make()->BuildRequest(chat_, options_);
  ASSERT_THAT(request, IsOk());
  EXPECT_FALSE(request->headers.Has("prefer"));
  EXPECT_TRUE(request->stream);
}

TEST_F(ReplicateCodecTest, ReadsAnswersStreamsAndErrors) {
  const std::unique_ptr<Provider> codec = Make();
  auto answer = codec->ParseResponse(
      {.status = 201,
       .body = ReplicatePredictionText("succeeded", R"("output":"hi")")},
      chat_, options_);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(std::get<v1::ChatResponse>(*answer).id(), "p1");
  answer = codec->ParseResponse(
      {.status = 201, .body = ReplicatePredictionText("starting")}, chat_,
      options_);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(std::get<NextExchange>(*answer).request.url,
            "https://api.replicate.com/v1/predictions/p1");

  HttpHeaders headers;
  headers.Add("content-type", "text/event-stream");
  const std::unique_ptr<StreamDecoder> decoder =
      codec->NewStreamDecoder(headers, chat_, options_);
  ReplicateKeptEvents events;
  ASSERT_THAT(decoder->Feed("event: done\ndata: {}\n\n", events), IsOk());
  EXPECT_TRUE(decoder->done());

  EXPECT_THAT(codec->ParseError({.status = 429}, absl::UnixEpoch()),
              HasReason(ErrorReason::kProviderRateLimited));
  EXPECT_THAT(codec->embedder(), IsNull());
}

TEST_F(ReplicateCodecTest, ListsLanguageModels) {
  const std::unique_ptr<Provider> codec = Make();
  const absl::StatusOr<HttpRequest> listing =
      codec->BuildModelsRequest("k", "");
  ASSERT_THAT(listing, IsOk());
  EXPECT_EQ(listing->method, "GET");
  EXPECT_EQ(listing->url,
            "https://api.replicate.com/v1/collections/language-models");
  EXPECT_THAT(codec->ParseModels({.status = 200, .body = R"({"models":[]})"}),
              IsOk());
}

}  // namespace
}  // namespace aigateway
