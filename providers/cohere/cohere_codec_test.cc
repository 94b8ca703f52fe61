#include "providers/cohere/cohere_codec.h"

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/registry.h"
#include "providers/cohere/cohere_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::NotNull;

class CohereCodecTest : public ::testing::Test {
 protected:
  static std::unique_ptr<Provider> Make(absl::string_view base_url = "") {
    config::v1::ProviderConfig config;
    config.set_base_url(std::string(base_url));
    (*config.mutable_headers())["x-team"] = "blue";
    const ProviderType* const type =
        Registry<ProviderType>::Global().Find("cohere");
    absl::StatusOr<std::unique_ptr<Provider>> made = type->create(config);
    EXPECT_TRUE(made.ok()) << made.status();
    return *std::move(made);
  }

  std::vector<std::string> warnings_;
  CallOptions options_{
      .model = "command-a", .credential = "k", .warnings = &warnings_};
  const v1::ChatRequest chat_ =
      CohereChat(R"pb(messages { role: ROLE_USER content: "hi" })pb");
};

TEST_F(CohereCodecTest, IsRegisteredUnderItsNameAndVariables) {
  const ProviderType* const type =
      Registry<ProviderType>::Global().Find("cohere");
  ASSERT_THAT(type, NotNull());
  EXPECT_THAT(type->key_variables, ElementsAre("CO_API_KEY", "COHERE_API_KEY"));
  EXPECT_THAT(type->base_urls, ElementsAre("${CO_API_URL}"));
  // API.md: behind mistral, before deepseek.
  EXPECT_EQ(type->order, 9);
  EXPECT_TRUE(type->needs_key);
}

TEST_F(CohereCodecTest, SendsARequest) {
  const absl::StatusOr<HttpRequest> request =
      Make()->BuildRequest(chat_, options_);
  ASSERT_THAT(request, IsOk());
  EXPECT_EQ(request->method, "POST");
  EXPECT_EQ(request->url, "https://api.cohere.com/v2/chat");
  EXPECT_EQ(request->headers.Get("authorization"), "Bearer k");
  EXPECT_EQ(request->headers.Get("content-type"), "application/json");
  EXPECT_EQ(request->headers.Get("accept"), "application/json");
  EXPECT_EQ(request->headers.Get("x-team"), "blue");
  EXPECT_FALSE(request->stream);
}

TEST_F(CohereCodecTest, AsksForVectors) {
  v1::EmbedRequest embed;
  embed.add_input("hi");
  embed.set_input_type("search_query");
  const std::unique_ptr<Provider> codec = Make();
  ASSERT_THAT(codec->embedder(), NotNull());
  const auto request = codec->embedder()->BuildRequest(embed, options_);
  ASSERT_THAT(request, IsOk());
  EXPECT_EQ(request->method, "POST");
  EXPECT_EQ(request->url, "https://api.cohere.com/v2/embed");
  EXPECT_EQ(request->headers.Get("authorization"), "Bearer k");
  EXPECT_EQ(request->headers.Get("x-team"), "blue");
}

TEST_F(CohereCodecTest, AsksForAStream) {
  options_.stream = true;
  const absl::StatusOr<HttpRequest> request =
      Make()->BuildRequest(chat_, options_);
  ASSERT_THAT(request, IsOk());
  EXPECT_TRUE(request->stream);
  EXPECT_EQ(request->headers.Get("accept"), "text/event-stream");
  EXPECT_THAT(request->body, HasSubstr(R"("stream":true)"));
}

TEST_F(CohereCodecTest, TakesABaseUrlWithAndWithoutItsVersion) {
  for (const char* url : {"http://h:1", "http://h:1/", "http://h:1/v2",
                          "http://h:1/v1/", "http://h:1/v2/"}) {
    EXPECT_EQ(Make(url)->base_url(), "http://h:1") << url;
  }
  EXPECT_EQ(Make("http://h:1/proxy/v2")->base_url(), "http://h:1/proxy");
}

TEST_F(CohereCodecTest, ReportsAllFaultsOfItsConfigAtOnce) {
  config::v1::ProviderConfig config;
  config.set_base_url("ftp://h");
  config.set_on_unsupported("maybe");
  (*config.mutable_options()->mutable_fields())["speed"].set_number_value(1);
  const absl::Status status = CohereCodec::Create(config).status();
  EXPECT_THAT(status, HasReason(ErrorReason::kInvalidConfig));
  std::vector<std::string> fields;
  for (const FieldViolation& fault : GetViolations(status)) {
    fields.push_back(fault.field);
  }
  EXPECT_THAT(fields,
              ElementsAre("base_url", "on_unsupported", "options.speed"));
}

TEST_F(CohereCodecTest, ReadsAnswersStreamsAndErrors) {
  const std::unique_ptr<Provider> codec = Make();
  auto answer =
      codec->ParseResponse({.status = 200,
                            .body = R"({"id":"r","message":{"content":[]},)"
                                    R"("finish_reason":"COMPLETE"})"},
                           chat_, options_);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(std::get<v1::ChatResponse>(*answer).id(), "r");

  const std::unique_ptr<StreamDecoder> decoder =
      codec->NewStreamDecoder({}, chat_, options_);
  CohereKeptEvents events;
  ASSERT_THAT(
      decoder->Feed(
          CohereSse("message-end", R"("delta":{"finish_reason":"COMPLETE"})"),
          events),
      IsOk());
  EXPECT_TRUE(decoder->done());

  EXPECT_THAT(codec->ParseError({.status = 429}, absl::UnixEpoch()),
              HasReason(ErrorReason::kProviderRateLimited));
}

TEST_F(CohereCodecTest, ListsModelsPageByPage) {
  const std::unique_ptr<Provider> codec = Make();
  const absl::StatusOr<HttpRequest> first = codec->BuildModelsRequest("k", "");
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->method, "GET");
  EXPECT_EQ(first->url, "https://api.cohere.com/v1/models?page_size=1000");
  EXPECT_EQ(first->headers.Get("authorization"), "Bearer k");
  EXPECT_EQ(codec->BuildModelsRequest("k", "a&b=c")->url,
            "https://api.cohere.com/v1/models?page_size=1000"
            "&page_token=a%26b%3Dc");
  EXPECT_THAT(codec->ParseModels({.status = 200, .body = R"({"models":[]})"}),
              IsOk());
}

}  // namespace
}  // namespace aigateway
