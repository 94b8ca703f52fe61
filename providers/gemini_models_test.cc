#include "providers/gemini_models.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(GeminiModelsTest, ReadsLimitsAndAbilities) {
  const absl::StatusOr<Provider::ModelsPage> page = ReadGeminiModels(R"({
    "models": [
      {"name": "models/gemini-2.5-flash", "inputTokenLimit": 1048576,
       "outputTokenLimit": 65536, "thinking": true,
       "supportedGenerationMethods": ["generateContent", "countTokens"]},
      {"name": "models/gemini-3.5-flash",
       "supportedGenerationMethods": ["generateContent"]},
      {"name": "models/gemini-embedding-001", "inputTokenLimit": 2048,
       "outputTokenLimit": 1, "supportedGenerationMethods": ["embedContent"]}
    ], "nextPageToken": "p2"})");
  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(page->next_page_token, "p2");
  EXPECT_THAT(page->models, ElementsAre(EqualsProto(R"pb(
                                          id: "gemini-2.5-flash"
                                          context_window: 1048576
                                          max_output_tokens: 65536
                                          capabilities {
                                            chat: true
                                            streaming: true
                                            embeddings: false
                                            reasoning: true
                                            prompt_caching: false
                                          })pb"),
                                        EqualsProto(R"pb(
                                          id: "gemini-3.5-flash"
                                          capabilities {
                                            chat: true
                                            streaming: true
                                            embeddings: false
                                            prompt_caching: false
                                            prefill: false
                                          })pb"),
                                        EqualsProto(R"pb(
                                          id: "gemini-embedding-001"
                                          context_window: 2048
                                          capabilities {
                                            chat: false
                                            streaming: false
                                            embeddings: true
                                            prompt_caching: false
                                          })pb")));
}

TEST(GeminiModelsTest, ModelsThatNeitherChatNorEmbedAreNotListed) {
  const absl::StatusOr<Provider::ModelsPage> page = ReadGeminiModels(R"({
    "models": [{"name": "models/live", "supportedGenerationMethods":
                ["bidiGenerateContent"]},
               {"name": "models/imagen", "supportedGenerationMethods":
                ["predict"]}, {"name": "models/x"}, 7,
               {"supportedGenerationMethods": ["generateContent"]}]})");
  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(page->models, IsEmpty());
  EXPECT_EQ(page->next_page_token, "");
}

TEST(GeminiModelsTest, CountsThatMakeNoSenseAreNotKnown) {
  const absl::StatusOr<Provider::ModelsPage> page = ReadGeminiModels(
      R"({"models":[{"name":"m","inputTokenLimit":-1,"outputTokenLimit":"a",)"
      R"("thinking":7,"supportedGenerationMethods":["generateContent"]}]})");
  ASSERT_THAT(page, IsOk());
  EXPECT_FALSE(page->models[0].has_context_window());
  EXPECT_FALSE(page->models[0].has_max_output_tokens());
  EXPECT_FALSE(page->models[0].capabilities().has_reasoning());
}

TEST(GeminiModelsTest, EmptyPageIsAPage) {
  EXPECT_THAT(ReadGeminiModels("{}"), IsOk());
  EXPECT_THAT(ReadGeminiModels(R"({"models":null})"), IsOk());
}

TEST(GeminiModelsTest, WhatIsNoListingIsRefused) {
  for (const char* body :
       {"", "<html>", "[]", "null", R"({"models":{}})", R"({"models":[)"}) {
    EXPECT_THAT(ReadGeminiModels(body),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << body;
  }
}

}  // namespace
}  // namespace aigateway
