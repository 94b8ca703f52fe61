#include "providers/embedding/embedding_list.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using Entry = std::pair<std::optional<int64_t>, std::vector<float>>;

absl::StatusOr<v1::EmbedResponse> Gather(int expected,
                                         const std::vector<Entry>& entries) {
  EmbeddingList list(expected);
  for (const auto& [index, values] : entries) {
    v1::Embedding* next = nullptr;
    if (absl::Status status = list.Add(&next); !status.ok()) return status;
    for (float value : values) next->add_values(value);
    list.Place(index);
  }
  v1::EmbedResponse response;
  if (absl::Status status = list.MoveTo(&response); !status.ok()) return status;
  return response;
}

TEST(EmbeddingListTest, PutsVectorsInTheOrderOfTheTexts) {
  const auto response = Gather(3, {{2, {3}}, {0, {1}}, {1, {2}}});
  ASSERT_THAT(response, IsOk());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(response->embeddings(i).index(), i);
    EXPECT_THAT(response->embeddings(i).values(),
                ElementsAre(static_cast<float>(i + 1)));
  }
}

TEST(EmbeddingListTest, TakesVectorsWithoutAnIndexAsTheyCome) {
  const auto response = Gather(2, {{std::nullopt, {1}}, {std::nullopt, {2}}});
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->embeddings(1).index(), 1);
}

TEST(EmbeddingListTest, RefusesWhatDoesNotAnswerTheTexts) {
  EXPECT_THAT(Gather(2, {{0, {1}}}), Not(IsOk()));
  EXPECT_THAT(Gather(1, {{0, {1}}, {1, {1}}}), Not(IsOk()));
  EXPECT_THAT(Gather(2, {{0, {1}}, {0, {1}}}), Not(IsOk()));
  EXPECT_THAT(Gather(2, {{1, {1}}, {2, {1}}}), Not(IsOk()));
  EXPECT_THAT(Gather(2, {{0, {1}}, {std::nullopt, {1}}}), Not(IsOk()));
  EXPECT_THAT(Gather(2, {{0, {1}}, {-1, {1}}}), Not(IsOk()));
  EXPECT_THAT(Gather(2, {{0, {1}}, {1, {1, 2}}}), Not(IsOk()));
}

TEST(EmbeddingListTest, WarnsOfAnotherLengthThanWasAskedFor) {
  const auto response = Gather(1, {{0, {1, 2}}});
  ASSERT_THAT(response, IsOk());
  v1::EmbedRequest embed;
  std::vector<std::string> warnings;
  CheckDimensions(embed, *response, &warnings);
  embed.set_dimensions(2);
  CheckDimensions(embed, *response, &warnings);
  EXPECT_THAT(warnings, IsEmpty());
  embed.set_dimensions(1);
  CheckDimensions(embed, *response, &warnings);
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("2 numbers, not 1")));
}

}  // namespace
}  // namespace aigateway
