#include "providers/anthropic_models.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

absl::StatusOr<Provider::ModelsPage> Read(absl::string_view body) {
  return ReadAnthropicModels({.status = 200, .body = std::string(body)},
                             Redactor());
}

TEST(AnthropicModelsTest, ReadsIdsLimitsAndCapabilities) {
  absl::StatusOr<Provider::ModelsPage> page = Read(R"({
    "data": [
      {"type": "model", "id": "claude-opus-4-7", "max_input_tokens": 1000000,
       "max_tokens": 128000, "capabilities": {
         "structured_outputs": {"supported": false},
         "image_input": {"supported": true},
         "pdf_input": {"supported": true},
         "thinking": {"supported": true, "types": {}}, "batch": 7}},
      {"id": "claude-opus-4-5", "max_tokens": null}],
    "has_more": false, "first_id": "x", "last_id": "claude-opus-4-5"})");
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->models.size(), 2u);

  const v1::Model& listed = page->models[0];
  EXPECT_EQ(listed.id(), "claude-opus-4-7");
  EXPECT_EQ(listed.context_window(), 1000000);
  EXPECT_EQ(listed.max_output_tokens(), 128000);
  EXPECT_FALSE(listed.capabilities().json_schema());  // As listed.
  EXPECT_TRUE(listed.capabilities().image_input());
  EXPECT_TRUE(listed.capabilities().file_input());
  EXPECT_FALSE(listed.capabilities().prefill());

  const v1::Model& known = page->models[1];
  EXPECT_FALSE(known.has_context_window());
  EXPECT_FALSE(known.has_max_output_tokens());
  EXPECT_TRUE(known.capabilities().json_schema());  // By its generation.
  EXPECT_TRUE(known.capabilities().prefill());
  EXPECT_FALSE(known.capabilities().has_image_input());
  EXPECT_EQ(page->next_page_token, "");
}

TEST(AnthropicModelsTest, GivesTheLastIdAsTheNextPage) {
  EXPECT_EQ(Read(R"({"data":[{"id":"a"}],"has_more":true,"last_id":"z"})")
                ->next_page_token,
            "z");
  EXPECT_EQ(Read(R"({"data":[{"id":"a"}],"has_more":true})")->next_page_token,
            "a");
  // A page of nothing would be asked for again and again.
  EXPECT_EQ(
      Read(R"({"data":[],"has_more":true,"last_id":"z"})")->next_page_token,
      "");
}

TEST(AnthropicModelsTest, SaysNothingOfStrangersThatIsNotKnown) {
  const v1::Model model = Read(R"({"data":[{"id":"m1"}]})")->models[0];
  EXPECT_TRUE(model.capabilities().chat());
  EXPECT_FALSE(model.capabilities().has_tools());
  EXPECT_FALSE(model.capabilities().has_prefill());
}

TEST(AnthropicModelsTest, PassesOverEntriesWithoutAnId) {
  EXPECT_EQ(
      Read(R"({"data":[7,{},{"id":null},{"id":5},{"id":"a"}]})")->models.size(),
      1u);
}

TEST(AnthropicModelsTest, RefusesWhatIsNoList) {
  for (const char* body :
       {"", "[]", "{}", R"({"data":{}})", "<html>", R"({"data":[{"id":"a"})"}) {
    EXPECT_THAT(Read(body), HasReason(ErrorReason::kProviderProtocolError))
        << body;
  }
  EXPECT_THAT(Read(R"({"error":{"type":"overloaded_error","message":"x"}})"),
              HasReason(ErrorReason::kProviderUnavailable));
}

}  // namespace
}  // namespace aigateway
