#include "providers/cohere/cohere_models.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;

absl::StatusOr<Provider::ModelsPage> Read(absl::string_view body) {
  return ReadCohereModels({.status = 200, .body = std::string(body)},
                          Redactor());
}

TEST(CohereModelsTest, ReadsModelsThatChatOrEmbed) {
  const absl::StatusOr<Provider::ModelsPage> page = Read(R"({"models":[
      {"name":"command-a","endpoints":["chat","generate"],
       "context_length":288000.0,"features":["tools","json_mode","vision"]},
      {"name":"old","endpoints":["chat"],"context_length":-1,"features":null},
      {"name":"embed-v4.0","endpoints":["embed"],"context_length":128000},
      {"name":"rerank-v4","endpoints":["rerank"]},{"endpoints":["chat"]}],
      "next_page_token":"p2"})");
  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(page->next_page_token, "p2");
  EXPECT_THAT(page->models, ElementsAre(EqualsProto(R"pb(
                                          id: "command-a"
                                          context_window: 288000
                                          capabilities {
                                            chat: true
                                            streaming: true
                                            embeddings: false
                                            audio_input: false
                                            file_input: false
                                            prompt_caching: false
                                            tools: true
                                            json_object: true
                                            json_schema: false
                                            logprobs: false
                                            image_input: true
                                            reasoning: false
                                          })pb"),
                                        EqualsProto(R"pb(
                                          id: "old"
                                          capabilities {
                                            chat: true
                                            streaming: true
                                            embeddings: false
                                            audio_input: false
                                            file_input: false
                                            prompt_caching: false
                                          })pb"),
                                        EqualsProto(R"pb(
                                          id: "embed-v4.0"
                                          context_window: 128000
                                          capabilities {
                                            chat: false
                                            streaming: false
                                            embeddings: true
                                            audio_input: false
                                            file_input: false
                                            prompt_caching: false
                                          })pb")));
}

TEST(CohereModelsTest, TheLastPageNamesNoNext) {
  EXPECT_EQ(Read(R"({"models":[]})")->next_page_token, "");
  EXPECT_EQ(Read(R"({"models":[],"next_page_token":null})")->next_page_token,
            "");
}

TEST(CohereModelsTest, WhatIsNoListIsRefused) {
  for (const char* body : {"", "<html>", "{}", "[]", R"({"models":{}})",
                           R"({"models":[)", R"({"message":"no"})"}) {
    EXPECT_THAT(Read(body), HasReason(ErrorReason::kProviderProtocolError))
        << body;
  }
}

}  // namespace
}  // namespace aigateway
