#include "providers/thought_joiner.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/repeated_field.h"
#include "gtest/gtest.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/json_reader.h"
#include "providers/openai_chunk.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// What the choice of `json`, a message, has of thoughts.
std::vector<OpenAiThoughtPiece> ThoughtsOf(absl::string_view message) {
  JsonReader reader;
  OpenAiChunk chunk;
  const absl::Status status = ReadOpenAiChunk(
      absl::StrCat(R"({"choices":[{"message":)", message, "}]}"),
      OpenAiShape::kWhole, reader, &chunk);
  EXPECT_TRUE(status.ok()) << status;
  return chunk.pieces.empty() ? std::vector<OpenAiThoughtPiece>()
                              : chunk.pieces[0].thoughts;
}

class ThoughtJoinerTest : public testing::Test {
 protected:
  // Takes a message or a delta with these `reasoning_details`.
  void AddDetails(absl::string_view details) {
    EXPECT_TRUE(joiner_
                    .Add(ThoughtsOf(
                        absl::StrCat(R"({"reasoning_details":)", details, "}")))
                    .ok());
  }
  void AddContent(absl::string_view content) {
    EXPECT_TRUE(
        joiner_.Add(ThoughtsOf(absl::StrCat(R"({"content":)", content, "}")))
            .ok());
  }

  google::protobuf::RepeatedPtrField<v1::ReasoningBlock> Blocks() {
    google::protobuf::RepeatedPtrField<v1::ReasoningBlock> blocks;
    joiner_.Flush("m", &blocks);
    return blocks;
  }
  std::vector<std::string> Entries() {
    std::vector<std::string> entries;
    for (const v1::ReasoningBlock& block : Blocks()) {
      entries.push_back(block.opaque());
    }
    return entries;
  }

  ThoughtJoiner joiner_;
};

TEST_F(ThoughtJoinerTest, KeepsTheEntriesOfAWholeAnswerAsTheyAre) {
  AddDetails(R"([{"type":"reasoning.text","text":"a","index":0},)"
             R"({"type":"reasoning.text","text":"b","index":0}])");
  EXPECT_THAT(Entries(),
              ElementsAre(R"({"type":"reasoning.text","text":"a","index":0})",
                          R"({"type":"reasoning.text","text":"b","index":0})"));
}

TEST_F(ThoughtJoinerTest, JoinsThePiecesOfOneEntryOfAStream) {
  AddDetails(R"([{"type":"reasoning.text","text":"a\"","index":0}])");
  AddDetails(R"([{"type":"reasoning.text","text":"b","index":0,"id":"r1"}])");
  AddDetails(R"([{"type":"reasoning.text","signature":"s","index":0}])");
  EXPECT_THAT(Entries(), ElementsAre(R"({"type":"reasoning.text",)"
                                     R"("text":"a\"b","index":0,"id":"r1",)"
                                     R"("signature":"s"})"));
}

TEST_F(ThoughtJoinerTest, TellsEntriesApartByTypeIndexAndId) {
  AddDetails(R"([{"type":"reasoning.text","text":"a","index":0,"id":"1"}])");
  AddDetails(R"([{"type":"reasoning.text","text":"b","index":0,"id":"2"}])");
  AddDetails(R"([{"type":"reasoning.text","text":"c","index":1,"id":"2"}])");
  AddDetails(R"([{"type":"reasoning.summary","summary":"d","index":1}])");
  EXPECT_EQ(Entries().size(), 4u);
}

// Gemini's by way of OpenRouter: the id is the tool call's.
TEST_F(ThoughtJoinerTest, NeverJoinsSealedEntriesOfOtherIds) {
  AddDetails(R"([{"type":"reasoning.encrypted","data":"AA==","index":0}])");
  AddDetails(
      R"([{"type":"reasoning.encrypted","data":"BB==","index":0,"id":"t1"}])");
  AddDetails(
      R"([{"type":"reasoning.encrypted","data":"CC==","index":0,"id":"t2"}])");
  EXPECT_EQ(Entries().size(), 3u);
}

TEST_F(ThoughtJoinerTest, BeginsAnotherEntryBehindASignature) {
  AddDetails(R"([{"type":"reasoning.text","text":"a","index":0}])");
  AddDetails(R"([{"type":"reasoning.text","signature":"s","index":0}])");
  AddDetails(R"([{"type":"reasoning.text","text":"b","index":0}])");
  EXPECT_EQ(Entries().size(), 2u);
}

TEST_F(ThoughtJoinerTest, GivesASignatureToItsOwnThoughtOnly) {
  AddContent(R"([{"type":"thinking","thinking":[{"type":"text","text":"a"}]},)"
             R"({"type":"thinking","thinking":[{"type":"text","text":"b"}],)"
             R"("signature":"s"}])");
  const auto blocks = Blocks();
  ASSERT_EQ(blocks.size(), 1);
  EXPECT_EQ(blocks[0].text(), "b");
  EXPECT_EQ(blocks[0].signature(), "s");
  EXPECT_EQ(blocks[0].model(), "m");
}

TEST_F(ThoughtJoinerTest, JoinsAThoughtOfTheContentUntilItIsSigned) {
  AddContent(R"([{"type":"thinking","thinking":[{"text":"a"}]}])");
  AddContent(
      R"([{"type":"thinking","thinking":[{"text":"b"}],"signature":"s"}])");
  AddContent(R"([{"type":"thinking","thinking":[{"text":"c"}]}])");
  const auto blocks = Blocks();
  ASSERT_EQ(blocks.size(), 1);
  EXPECT_EQ(blocks[0].text(), "ab");
}

TEST_F(ThoughtJoinerTest, BeginsAnewBehindAFlush) {
  AddDetails(R"([{"type":"reasoning.text","text":"a","index":0}])");
  EXPECT_EQ(Entries().size(), 1u);
  EXPECT_THAT(Entries(), IsEmpty());
}

TEST_F(ThoughtJoinerTest, RefusesTooMuch) {
  OpenAiThoughtPiece piece;
  piece.text = std::string(ThoughtJoiner::kMaxBytes, 'x');
  EXPECT_TRUE(joiner_.Add({piece}).ok());
  EXPECT_FALSE(joiner_.Add({piece}).ok());
}

}  // namespace
}  // namespace aigateway
