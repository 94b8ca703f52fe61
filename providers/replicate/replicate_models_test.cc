#include "providers/replicate/replicate_models.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::SizeIs;

absl::StatusOr<Provider::ModelsPage> Read(std::string body) {
  HttpResponse response;
  response.status = 200;
  response.body = std::move(body);
  return ReadReplicateModels(response, Redactor());
}

TEST(ReplicateModelsTest, ReadsTheCollection) {
  const auto page = Read(
      R"({"name":"Language models","slug":"language-models","models":[)"
      R"({"owner":"meta","name":"llama"},{"owner":"openai","name":"gpt-4o"},)"
      R"({"owner":"x"},{"name":7,"owner":"y"}]})");
  ASSERT_THAT(page, IsOk());
  ASSERT_THAT(page->models, SizeIs(2));
  EXPECT_EQ(page->models[0].id(), "meta/llama");
  EXPECT_TRUE(page->models[0].capabilities().chat());
  EXPECT_FALSE(page->models[0].capabilities().tools());
  EXPECT_FALSE(page->models[0].capabilities().image_input());
  EXPECT_TRUE(page->models[1].capabilities().image_input());
  EXPECT_EQ(page->next_page_token, "");
}

TEST(ReplicateModelsTest, RefusesWhatIsNoCollection) {
  for (const char* body : {"", "{}", "[]", R"({"models":null})"}) {
    EXPECT_THAT(Read(body).status(),
                HasReason(ErrorReason::kProviderProtocolError))
        << body;
  }
}

}  // namespace
}  // namespace aigateway
