#include "providers/tool_call_joiner.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace aigateway {
namespace {

using Deltas = google::protobuf::RepeatedPtrField<v1::ToolCallDelta>;

struct Joined {
  std::string id;
  std::string name;
  std::string arguments;

  bool operator==(const Joined&) const = default;
};

// Joins what a caller would join, and checks what v1 promises about pieces.
std::vector<Joined> Join(const Deltas& deltas) {
  std::vector<Joined> calls;
  for (const v1::ToolCallDelta& delta : deltas) {
    const size_t index = static_cast<size_t>(delta.index());
    if (index == calls.size()) {
      EXPECT_TRUE(!delta.id().empty() && !delta.name().empty());
      calls.push_back({delta.id(), delta.name(), delta.arguments()});
      continue;
    }
    EXPECT_TRUE(delta.id().empty() && delta.name().empty());
    if (index > calls.size()) {
      ADD_FAILURE() << "the calls are not numbered in their order";
      return calls;
    }
    calls[index].arguments += delta.arguments();
  }
  return calls;
}

std::vector<Joined> JoinAll(const std::vector<OpenAiToolPiece>& pieces) {
  ToolCallJoiner joiner("seed");
  Deltas deltas;
  for (const OpenAiToolPiece& piece : pieces) {
    EXPECT_TRUE(joiner.Add(piece, &deltas).ok());
  }
  EXPECT_TRUE(joiner.Close(/*cut=*/false, &deltas).ok());
  return Join(deltas);
}

TEST(ToolCallJoinerTest, JoinsThePiecesOfOneCall) {
  EXPECT_EQ(JoinAll({{.index = 0, .id = "a", .name = "get"},
                     {.index = 0, .arguments = "{\"x\":"},
                     {.index = 0, .arguments = "1}"}}),
            (std::vector<Joined>{{"a", "get", "{\"x\":1}"}}));
}

TEST(ToolCallJoinerTest, KeepsInterleavedCallsApart) {
  EXPECT_EQ(
      JoinAll({{.index = 0, .id = "a", .name = "f"},
               {.index = 1, .id = "b", .name = "g"},
               {.index = 1, .arguments = "{\"y\":"},
               {.index = 0, .arguments = "{\"x\":"},
               {.index = 1, .arguments = "2}"},
               {.index = 0, .arguments = "1}"}}),
      (std::vector<Joined>{{"a", "f", "{\"x\":1}"}, {"b", "g", "{\"y\":2}"}}));
}

TEST(ToolCallJoinerTest, BeginsAnotherCallForAnotherIdAtTheSameIndex) {
  EXPECT_EQ(
      JoinAll({{.index = 0, .id = "a", .name = "f", .arguments = "{\"x\":1}"},
               {.index = 0, .id = "b", .name = "f", .arguments = "{\"x\":"},
               {.index = 0, .arguments = "2}"}}),
      (std::vector<Joined>{{"a", "f", "{\"x\":1}"}, {"b", "f", "{\"x\":2}"}}));
}

TEST(ToolCallJoinerTest, NumbersCallsFromZeroWhateverTheProviderCountsFrom) {
  EXPECT_EQ(JoinAll({{.index = 7, .id = "a", .name = "f", .arguments = "{}"},
                     {.index = 3, .id = "b", .name = "g", .arguments = "{}"}}),
            (std::vector<Joined>{{"a", "f", "{}"}, {"b", "g", "{}"}}));
}

TEST(ToolCallJoinerTest, NeverRepeatsAnIdOrNameThatEveryPieceCarries) {
  EXPECT_EQ(
      JoinAll({{.index = 0, .id = "a", .name = "f", .arguments = "{\"x\":"},
               {.index = 0, .id = "a", .name = "f", .arguments = "1}"}}),
      (std::vector<Joined>{{"a", "f", "{\"x\":1}"}}));
}

TEST(ToolCallJoinerTest, TellsCallsApartByTheirIdsIfThereIsNoIndex) {
  EXPECT_EQ(
      JoinAll({{.id = "a", .name = "f", .arguments = "{\"x\":1}"},
               {.id = "b", .name = "f", .arguments = "{\"x\":2}"}}),
      (std::vector<Joined>{{"a", "f", "{\"x\":1}"}, {"b", "f", "{\"x\":2}"}}));
}

TEST(ToolCallJoinerTest, BeginsACallWithANameOnceTheLastHasItsArguments) {
  const std::vector<Joined> calls =
      JoinAll({{.name = "f", .arguments = "{\"x\":1}"},
               {.name = "f", .arguments = "{\"x\":2}"}});
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(calls[0].arguments, "{\"x\":1}");
  EXPECT_EQ(calls[1].arguments, "{\"x\":2}");
}

TEST(ToolCallJoinerTest, MakesUpIdsThatDifferAndAreTheSameEachTime) {
  const std::vector<OpenAiToolPiece> pieces = {
      {.index = 0, .name = "f", .arguments = "{}"},
      {.index = 1, .name = "f", .arguments = "{}"}};
  const std::vector<Joined> calls = JoinAll(pieces);
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_THAT(calls[0].id, testing::MatchesRegex("call_[0-9a-f]+"));
  EXPECT_NE(calls[0].id, calls[1].id);
  EXPECT_EQ(JoinAll(pieces), calls);
}

TEST(ToolCallJoinerTest, KeepsTheIdThatItMadeUpIfOneComesLate) {
  const std::vector<Joined> calls =
      JoinAll({{.index = 0, .name = "f"},
               {.index = 0, .id = "late", .arguments = "{\"x\":1}"}});
  ASSERT_EQ(calls.size(), 1u);
  EXPECT_THAT(calls[0].id, testing::StartsWith("call_"));
  EXPECT_EQ(calls[0].arguments, "{\"x\":1}");
}

TEST(ToolCallJoinerTest, HoldsACallBackUntilItHasItsName) {
  EXPECT_EQ(JoinAll({{.index = 0, .id = "a", .arguments = "{\"x\":"},
                     {.index = 0, .name = "f", .arguments = "1}"}}),
            (std::vector<Joined>{{"a", "f", "{\"x\":1}"}}));
}

TEST(ToolCallJoinerTest, GivesACallWithoutArgumentsAnEmptyObject) {
  for (const char* nothing : {"", " ", "null", " null\n"}) {
    EXPECT_EQ(JoinAll({{.index = 0, .id = "a", .name = "f"},
                       {.index = 0, .arguments = nothing}}),
              (std::vector<Joined>{{"a", "f", "{}"}}))
        << '"' << nothing << '"';
  }
}

TEST(ToolCallJoinerTest, TakesNullInPiecesForNoArguments) {
  EXPECT_EQ(JoinAll({{.index = 0, .id = "a", .name = "f", .arguments = "nu"},
                     {.index = 0, .arguments = "ll"}}),
            (std::vector<Joined>{{"a", "f", "{}"}}));
}

TEST(ToolCallJoinerTest, GivesTheFirstRealArgumentsAtOnce) {
  ToolCallJoiner joiner("seed");
  Deltas deltas;
  ASSERT_TRUE(
      joiner
          .Add({.index = 0, .id = "a", .name = "f", .arguments = "{"}, &deltas)
          .ok());
  ASSERT_EQ(deltas.size(), 1);
  EXPECT_EQ(deltas[0].arguments(), "{");
}

TEST(ToolCallJoinerTest, CompletesNoArgumentsOfAnAnswerThatWasCut) {
  ToolCallJoiner joiner("seed");
  Deltas deltas;
  ASSERT_TRUE(joiner.Add({.index = 0, .id = "a", .name = "f"}, &deltas).ok());
  ASSERT_TRUE(joiner.Add({.index = 0, .arguments = "nul"}, &deltas).ok());
  ASSERT_TRUE(joiner.Close(/*cut=*/true, &deltas).ok());
  EXPECT_EQ(Join(deltas), (std::vector<Joined>{{"a", "f", "nul"}}));
}

TEST(ToolCallJoinerTest, FailsIfACallHasNoName) {
  ToolCallJoiner joiner("seed");
  Deltas deltas;
  ASSERT_TRUE(
      joiner.Add({.index = 0, .id = "a", .arguments = "{}"}, &deltas).ok());
  EXPECT_EQ(joiner.Close(/*cut=*/false, &deltas).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(deltas.empty());
}

TEST(ToolCallJoinerTest, FailsForMoreCallsThanAnyAnswerHas) {
  ToolCallJoiner joiner("seed");
  Deltas deltas;
  const int64_t max = static_cast<int64_t>(OpenAiChunk::kMaxToolCalls);
  for (int64_t i = 0; i < max; ++i) {
    ASSERT_TRUE(joiner.Add({.index = i, .name = "f"}, &deltas).ok());
  }
  EXPECT_EQ(joiner.Add({.index = max, .name = "f"}, &deltas).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(ToolCallJoinerTest, FailsForBlankArgumentsWithoutEnd) {
  ToolCallJoiner joiner("seed");
  Deltas deltas;
  ASSERT_TRUE(joiner.Add({.index = 0, .id = "a", .name = "f"}, &deltas).ok());
  const std::string blank(ToolCallJoiner::kMaxHeldBytes + 1, ' ');
  EXPECT_EQ(joiner.Add({.index = 0, .arguments = blank}, &deltas).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(ToolCallJoinerTest, TakesAPieceWithNothingInItForNone) {
  ToolCallJoiner joiner("seed");
  Deltas deltas;
  ASSERT_TRUE(joiner.Add({.index = 0}, &deltas).ok());
  EXPECT_TRUE(joiner.empty());
}

}  // namespace
}  // namespace aigateway
