#include "providers/ollama/ollama_codec.h"

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/registry.h"
#include "providers/ollama/ollama_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::NotNull;

class OllamaCodecTest : public ::testing::Test {
 protected:
  static std::unique_ptr<Provider> Make() {
    absl::StatusOr<std::unique_ptr<Provider>> made =
        Registry<ProviderType>::Global().Find("ollama")->create({});
    EXPECT_TRUE(made.ok()) << made.status();
    return *std::move(made);
  }

  std::vector<std::string> warnings_;
  CallOptions options_{.model = "qwen3:4b", .warnings = &warnings_};
  const v1::ChatRequest chat_ =
      OllamaChat(R"pb(messages { role: ROLE_USER content: "hi" })pb");
};

TEST_F(OllamaCodecTest, IsRegisteredUnderItsNameAndVariables) {
  const ProviderType* const type =
      Registry<ProviderType>::Global().Find("ollama");
  ASSERT_THAT(type, NotNull());
  EXPECT_THAT(type->key_variables, ElementsAre("OLLAMA_API_KEY"));
  EXPECT_THAT(type->base_urls, ElementsAre("${OLLAMA_HOST}"));
  EXPECT_THAT(type->model_patterns, IsEmpty());
  // The last of API.md's list that is found by its environment.
  EXPECT_EQ(type->order, 31);
  EXPECT_FALSE(type->needs_key);
}

TEST_F(OllamaCodecTest, SendsARequest) {
  const absl::StatusOr<HttpRequest> request =
      Make()->BuildRequest(chat_, options_);
  ASSERT_THAT(request, IsOk());
  EXPECT_EQ(request->method, "POST");
  EXPECT_EQ(request->url, "http://localhost:11434/api/chat");
  EXPECT_EQ(request->headers.Get("content-type"), "application/json");
  EXPECT_EQ(request->headers.Get("accept"), "application/json");
  EXPECT_FALSE(request->stream);
  EXPECT_THAT(request->body, HasSubstr(R"("stream":false)"));
}

TEST_F(OllamaCodecTest, AsksForAStream) {
  options_.stream = true;
  const absl::StatusOr<HttpRequest> request =
      Make()->BuildRequest(chat_, options_);
  ASSERT_THAT(request, IsOk());
  EXPECT_TRUE(request->stream);
  EXPECT_EQ(request->headers.Get("accept"), "application/x-ndjson");
}

TEST_F(OllamaCodecTest, ReadsAnswersStreamsAndErrors) {
  const std::unique_ptr<Provider> codec = Make();
  const std::string done = OllamaLine(R"("content":"hi")", R"("done":true)");
  auto answer =
      codec->ParseResponse({.status = 200, .body = done}, chat_, options_);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(std::get<v1::ChatResponse>(*answer).model(), "qwen3:4b");

  const std::unique_ptr<StreamDecoder> decoder =
      codec->NewStreamDecoder({}, chat_, options_);
  OllamaKeptEvents events;
  ASSERT_THAT(decoder->Feed(done, events), IsOk());
  EXPECT_TRUE(decoder->done());

  EXPECT_THAT(codec->ParseError({.status = 429}, absl::UnixEpoch()),
              HasReason(ErrorReason::kProviderRateLimited));
}

TEST_F(OllamaCodecTest, ListsModelsAndMakesVectors) {
  const std::unique_ptr<Provider> codec = Make();
  const absl::StatusOr<HttpRequest> listing = codec->BuildModelsRequest("", "");
  ASSERT_THAT(listing, IsOk());
  EXPECT_EQ(listing->method, "GET");
  EXPECT_EQ(listing->url, "http://localhost:11434/api/tags");
  EXPECT_THAT(codec->ParseModels({.status = 200, .body = R"({"models":[]})"}),
              IsOk());
  EXPECT_THAT(codec->embedder(), NotNull());
}

}  // namespace
}  // namespace aigateway
