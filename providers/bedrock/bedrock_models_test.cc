#include "providers/bedrock/bedrock_models.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

absl::StatusOr<Provider::ModelsPage> Read(absl::string_view body) {
  HttpResponse response;
  response.status = 200;
  response.body = std::string(body);
  return ReadBedrockModels(response, Redactor());
}

TEST(BedrockModelsTest, ListsModelsThenProfiles) {
  EXPECT_EQ(BedrockModelsPath(""), "/foundation-models");
  const auto models = Read(R"({"modelSummaries":[
      {"modelId":"amazon.nova-lite-v1:0","inputModalities":["TEXT","IMAGE"],
       "outputModalities":["TEXT"],"responseStreamingSupported":true,
       "inferenceTypesSupported":["ON_DEMAND"]},
      {"modelId":"anthropic.claude-sonnet-4-5","outputModalities":["TEXT"],
       "inferenceTypesSupported":["INFERENCE_PROFILE"]},
      {"modelId":"amazon.titan-embed-text-v2:0",
       "outputModalities":["EMBEDDING"]},
      {"modelId":"stability.image","outputModalities":["IMAGE"]},
      7]})");
  ASSERT_THAT(models, IsOk());
  ASSERT_EQ(models->models.size(), 2U);
  EXPECT_EQ(models->models[0].id(), "amazon.nova-lite-v1:0");
  EXPECT_TRUE(models->models[0].capabilities().streaming());
  EXPECT_TRUE(models->models[0].capabilities().image_input());
  EXPECT_TRUE(models->models[1].capabilities().embeddings());
  EXPECT_EQ(BedrockModelsPath(models->next_page_token),
            "/inference-profiles?maxResults=1000");

  const auto profiles = Read(R"({"inferenceProfileSummaries":[
      {"inferenceProfileId":"us.anthropic.claude-sonnet-4-5","status":"ACTIVE"},
      {"inferenceProfileId":"gone","status":"DELETED"}],"nextToken":"a+b"})");
  ASSERT_THAT(profiles, IsOk());
  ASSERT_EQ(profiles->models.size(), 1U);
  EXPECT_EQ(profiles->models[0].id(), "us.anthropic.claude-sonnet-4-5");
  EXPECT_EQ(BedrockModelsPath(profiles->next_page_token),
            "/inference-profiles?maxResults=1000&nextToken=a%2Bb");
  EXPECT_EQ(Read(R"({"inferenceProfileSummaries":[]})")->next_page_token, "");
}

TEST(BedrockModelsTest, RefusesWhatIsNoList) {
  for (absl::string_view body :
       {"", "[]", "{}", "<html>", R"({"modelSummaries":{}})"}) {
    EXPECT_THAT(Read(body).status(),
                HasReason(ErrorReason::kProviderProtocolError))
        << body;
  }
}

}  // namespace
}  // namespace aigateway
