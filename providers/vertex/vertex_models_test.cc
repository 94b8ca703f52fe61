#include "providers/vertex/vertex_models.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

TEST(VertexModelsTest, ListsWhatChatsAndWhatMakesVectors) {
  const auto page = ReadVertexModels(
      R"({"publisherModels":[)"
      R"({"name":"publishers/google/models/gemini-2.5-flash",)"
      R"("versionId":"default","launchStage":"GA"},)"
      R"({"name":"publishers/google/models/imagen-4"},)"
      R"({"name":"publishers/google/models/gemini-embedding-001"},)"
      R"({"name":"publishers/google/models/multimodalembedding"},{}],)"
      R"("nextPageToken":"t2"})");
  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(page->next_page_token, "t2");
  ASSERT_EQ(page->models.size(), 2U);
  EXPECT_EQ(page->models[0].id(), "gemini-2.5-flash");
  EXPECT_TRUE(page->models[0].capabilities().chat());
  EXPECT_FALSE(page->models[0].capabilities().embeddings());
  EXPECT_EQ(page->models[1].id(), "gemini-embedding-001");
  EXPECT_FALSE(page->models[1].capabilities().chat());
  EXPECT_TRUE(page->models[1].capabilities().embeddings());
}

TEST(VertexModelsTest, RefusesWhatIsNoListing) {
  EXPECT_THAT(ReadVertexModels("{}"), IsOk());
  for (const char* body :
       {"", "[]", R"({"publisherModels":{}})", R"({"publisherModels":[)"}) {
    EXPECT_THAT(ReadVertexModels(body),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << body;
  }
}

}  // namespace
}  // namespace aigateway
