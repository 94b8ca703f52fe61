#include "providers/anthropic_answer.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/json_reader.h"
#include "providers/anthropic_thoughts.h"
#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class AnthropicAnswerTest : public ::testing::Test {
 protected:
  // `block` and `delta` are JSON.
  absl::Status Begin(int64_t index, absl::string_view block) {
    AnthropicEvent event = Read("content_block", block);
    return answer_.Begin(index, std::move(event.block), &delta_);
  }
  absl::Status Continue(int64_t index, absl::string_view delta) {
    AnthropicEvent event = Read("delta", delta);
    return answer_.Continue(index, event.delta, &delta_);
  }
  void End(int64_t index) { answer_.End(index, &delta_); }
  absl::Status Finish(absl::string_view reason) {
    return answer_.Finish({.reason = std::string(reason)}, &delta_, &finish_);
  }
  // What was added since the last time.
  v1::Delta Taken() { return std::exchange(delta_, v1::Delta()); }

  AnthropicMetadata metadata_;
  std::vector<std::string> warnings_;
  AnthropicAnswer answer_{&metadata_, &warnings_};
  v1::Delta delta_;
  v1::Finish finish_;

 private:
  static AnthropicEvent Read(absl::string_view name, absl::string_view json) {
    AnthropicEvent event;
    JsonReader reader;
    EXPECT_THAT(
        ReadAnthropicEvent(reader, absl::StrCat("{\"", name, "\":", json, "}"),
                           &event),
        IsOk());
    return event;
  }
};

TEST_F(AnthropicAnswerTest, PassesTextOnAsItComes) {
  EXPECT_THAT(Begin(0, R"({"type":"text","text":"a"})"), IsOk());
  EXPECT_THAT(Taken(), EqualsProto(R"pb(text: "a")pb"));
  EXPECT_THAT(Continue(0, R"({"type":"text_delta","text":"b"})"), IsOk());
  EXPECT_THAT(Taken(), EqualsProto(R"pb(text: "b")pb"));
  End(0);
  EXPECT_THAT(Finish("end_turn"), IsOk());
  EXPECT_THAT(Taken(), EqualsProto(""));
  EXPECT_THAT(finish_,
              EqualsProto(R"pb(finish_reason: FINISH_REASON_STOP
                               provider_finish_reason: "end_turn")pb"));
}

// Case 018.
TEST_F(AnthropicAnswerTest, NamesACallOnceAndPassesItsArgumentsOn) {
  ASSERT_THAT(Begin(3, R"({"type":"tool_use","id":"t","name":"f","input":{}})"),
              IsOk());
  EXPECT_THAT(Taken(),
              EqualsProto(R"pb(tool_calls { index: 0 id: "t" name: "f" })pb"));
  ASSERT_THAT(Continue(3, R"({"type":"input_json_delta","partial_json":""})"),
              IsOk());
  EXPECT_THAT(Taken(), EqualsProto(""));
  ASSERT_THAT(
      Continue(3, R"({"type":"input_json_delta","partial_json":"{\"a"})"),
      IsOk());
  EXPECT_THAT(Taken(),
              EqualsProto(R"pb(tool_calls { index: 0 arguments: "{\"a" })pb"));
  End(3);
  EXPECT_THAT(Taken(), EqualsProto(""));
}

// Cases 016 and 017.
TEST_F(AnthropicAnswerTest, CountsCallsAndGivesEachAnObject) {
  ASSERT_THAT(
      Begin(1, R"({"type":"tool_use","id":"t1","name":"f","input":{}})"),
      IsOk());
  End(1);
  ASSERT_THAT(Begin(4, R"({"type":"tool_use","id":"t2","name":"g",)"
                       R"("input":{"whole":1}})"),
              IsOk());
  End(4);
  ASSERT_THAT(Begin(5, R"({"type":"tool_use","id":"t3","name":"h"})"), IsOk());
  ASSERT_THAT(Finish("tool_use"), IsOk());

  EXPECT_THAT(Taken(), EqualsProto(R"pb(
                tool_calls { index: 0 id: "t1" name: "f" }
                tool_calls { index: 0 arguments: "{}" }
                tool_calls { index: 1 id: "t2" name: "g" }
                tool_calls { index: 1 arguments: "{\"whole\":1}" }
                tool_calls { index: 2 id: "t3" name: "h" }
                tool_calls { index: 2 arguments: "{}" }
              )pb"));
  EXPECT_EQ(finish_.finish_reason(), v1::FINISH_REASON_TOOL_CALLS);
}

TEST_F(AnthropicAnswerTest, MakesUpNoArgumentsWhereATokenLimitCutThem) {
  ASSERT_THAT(
      Begin(0, R"({"type":"tool_use","id":"t1","name":"f","input":{}})"),
      IsOk());
  End(0);
  // This one is complete, since another follows.
  ASSERT_THAT(
      Begin(1, R"({"type":"tool_use","id":"t2","name":"g","input":{}})"),
      IsOk());
  EXPECT_THAT(Taken(), EqualsProto(R"pb(
                tool_calls { index: 0 id: "t1" name: "f" }
                tool_calls { index: 0 arguments: "{}" }
                tool_calls { index: 1 id: "t2" name: "g" }
              )pb"));
  End(1);
  EXPECT_THAT(Finish("max_tokens"), IsOk());
  EXPECT_THAT(Taken(), EqualsProto(""));
  EXPECT_EQ(finish_.finish_reason(), v1::FINISH_REASON_LENGTH);
}

TEST_F(AnthropicAnswerTest, KeepsTheInputOfAWholeCallBeforeATokenLimit) {
  ASSERT_THAT(Begin(0, R"({"type":"tool_use","id":"t","name":"f",)"
                       R"("input":{"a":1}})"),
              IsOk());
  EXPECT_THAT(Finish("max_tokens"), IsOk());
  EXPECT_THAT(Taken(), EqualsProto(R"pb(
                tool_calls { index: 0 id: "t" name: "f" }
                tool_calls { index: 0 arguments: "{\"a\":1}" }
              )pb"));
}

TEST_F(AnthropicAnswerTest, GivesAThoughtInPiecesAndThenWhole) {
  answer_.set_model("claude-opus-4-5");
  ASSERT_THAT(Begin(0, R"({"type":"thinking","thinking":""})"), IsOk());
  ASSERT_THAT(Continue(0, R"({"type":"thinking_delta","thinking":"h"})"),
              IsOk());
  EXPECT_THAT(Taken(), EqualsProto(R"pb(reasoning: "h")pb"));
  ASSERT_THAT(Continue(0, R"({"type":"thinking_delta","thinking":"m"})"),
              IsOk());
  ASSERT_THAT(Continue(0, R"({"type":"signature_delta","signature":"s"})"),
              IsOk());
  EXPECT_THAT(Taken(), EqualsProto(R"pb(reasoning: "m")pb"));
  End(0);
  EXPECT_THAT(Taken(), EqualsProto(R"pb(reasoning_blocks {
                                          text: "hm"
                                          signature: "s"
                                          model: "claude-opus-4-5"
                                        })pb"));
}

TEST_F(AnthropicAnswerTest, KeepsAThoughtWhoseWordsAreWithheld) {
  ASSERT_THAT(Begin(0, R"({"type":"thinking","thinking":"","signature":"s"})"),
              IsOk());
  End(0);
  ASSERT_THAT(Begin(1, R"({"type":"redacted_thinking","data":"d"})"), IsOk());
  End(1);
  EXPECT_THAT(Taken(),
              EqualsProto(R"pb(reasoning_blocks { text: "" signature: "s" }
                               reasoning_blocks { opaque: "d" })pb"));
}

TEST_F(AnthropicAnswerTest, SaysWhereALateThoughtStood) {
  ASSERT_THAT(Begin(0, R"({"type":"text","text":"ab"})"), IsOk());
  End(0);
  ASSERT_THAT(Begin(1, R"({"type":"tool_use","id":"t","name":"f"})"), IsOk());
  End(1);
  Taken();
  ASSERT_THAT(Begin(2, R"({"type":"thinking","thinking":"x","signature":"s"})"),
              IsOk());
  End(2);
  ASSERT_THAT(Begin(3, R"({"type":"redacted_thinking","data":"d"})"), IsOk());
  End(3);

  const v1::Delta delta = Taken();
  ASSERT_EQ(delta.reasoning_blocks_size(), 2);
  EXPECT_EQ(delta.reasoning_blocks(0).opaque(),
            WriteAnthropicOpaque({2, 2, 1}, ""));
  EXPECT_EQ(delta.reasoning_blocks(1).opaque(),
            WriteAnthropicOpaque({3, 2, 1},
                                 R"({"type":"redacted_thinking","data":"d"})"));
}

TEST_F(AnthropicAnswerTest, KeepsServerToolsOutOfTheCalls) {
  ASSERT_THAT(Begin(0, R"({"type":"server_tool_use","name":"s","input":{}})"),
              IsOk());
  ASSERT_THAT(
      Continue(0, R"({"type":"input_json_delta","partial_json":"{\"q\":1}"})"),
      IsOk());
  End(0);
  ASSERT_THAT(Begin(1, R"({"type":"text","text":"ok"})"), IsOk());
  ASSERT_THAT(Finish("end_turn"), IsOk());

  EXPECT_THAT(Taken(), EqualsProto(R"pb(text: "ok")pb"));
  EXPECT_THAT(metadata_.members(), EqualsProto(R"pb(
                fields {
                  key: "server_tool_blocks"
                  value {
                    list_value {
                      values {
                        struct_value {
                          fields {
                            key: "type"
                            value { string_value: "server_tool_use" }
                          }
                          fields {
                            key: "name"
                            value { string_value: "s" }
                          }
                          fields {
                            key: "input"
                            value {
                              struct_value {
                                fields {
                                  key: "q"
                                  value { number_value: 1 }
                                }
                              }
                            }
                          }
                        }
                      }
                    }
                  }
                })pb"));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(AnthropicAnswerTest, GivesServerToolsBackWhereTheTurnGoesOn) {
  ASSERT_THAT(Begin(0, R"({"type":"text","text":"a"})"), IsOk());
  ASSERT_THAT(Begin(1, R"({"type":"server_tool_use","input":{}})"), IsOk());
  ASSERT_THAT(Finish("pause_turn"), IsOk());

  EXPECT_EQ(finish_.finish_reason(), v1::FINISH_REASON_PAUSE);
  const v1::Delta delta = Taken();
  ASSERT_EQ(delta.reasoning_blocks_size(), 1);
  EXPECT_EQ(delta.reasoning_blocks(0).opaque(),
            WriteAnthropicOpaque({1, 1, 0},
                                 R"({"type":"server_tool_use","input":{}})"));
}

TEST_F(AnthropicAnswerTest, SaysIfServerToolsAreTooLargeToGoBack) {
  const std::string big =
      absl::StrCat(R"({"type":"web_search_tool_result","content":")",
                   std::string((1 << 20) + 1, 'x'), "\"}");
  ASSERT_THAT(Begin(0, big), IsOk());
  ASSERT_THAT(Finish("pause_turn"), IsOk());

  EXPECT_THAT(Taken(), EqualsProto(""));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("too large"),
                                     HasSubstr("provider_metadata")));
}

TEST_F(AnthropicAnswerTest, SaysWhichTextACitationIsFor) {
  ASSERT_THAT(Begin(0, R"({"type":"text","text":"abc"})"), IsOk());
  End(0);
  ASSERT_THAT(Begin(1, R"({"type":"text","text":""})"), IsOk());
  ASSERT_THAT(
      Continue(1, R"({"type":"citations_delta","citation":{"url":"u"}})"),
      IsOk());
  ASSERT_THAT(Continue(1, R"({"type":"text_delta","text":"de"})"), IsOk());
  End(1);

  EXPECT_THAT(metadata_.members(), EqualsProto(R"pb(
                fields {
                  key: "citations"
                  value {
                    list_value {
                      values {
                        struct_value {
                          fields {
                            key: "text_start"
                            value { number_value: 3 }
                          }
                          fields {
                            key: "text_end"
                            value { number_value: 5 }
                          }
                          fields {
                            key: "citation"
                            value {
                              struct_value {
                                fields {
                                  key: "url"
                                  value { string_value: "u" }
                                }
                              }
                            }
                          }
                        }
                      }
                    }
                  }
                })pb"));
}

TEST_F(AnthropicAnswerTest, KnowsWhyAnswersEnd) {
  const struct {
    absl::string_view native;
    v1::FinishReason reason;
  } cases[] = {
      {"end_turn", v1::FINISH_REASON_STOP},
      {"stop_sequence", v1::FINISH_REASON_STOP},
      {"max_tokens", v1::FINISH_REASON_LENGTH},
      {"model_context_window_exceeded", v1::FINISH_REASON_LENGTH},
      {"refusal", v1::FINISH_REASON_CONTENT_FILTER},
      {"pause_turn", v1::FINISH_REASON_PAUSE},
      {"compaction", v1::FINISH_REASON_PAUSE},
      {"", v1::FINISH_REASON_ERROR},
      {"new_word", v1::FINISH_REASON_ERROR},
  };
  for (const auto& each : cases) {
    AnthropicAnswer empty(&metadata_, &warnings_);
    ASSERT_THAT(
        empty.Finish({.reason = std::string(each.native)}, &delta_, &finish_),
        IsOk());
    EXPECT_EQ(finish_.finish_reason(), each.reason) << each.native;
    EXPECT_EQ(finish_.provider_finish_reason(), each.native);
  }
  ASSERT_THAT(Begin(0, R"({"type":"text","text":"a"})"), IsOk());
  ASSERT_THAT(Finish("new_word"), IsOk());
  EXPECT_EQ(finish_.finish_reason(), v1::FINISH_REASON_STOP);
}

TEST_F(AnthropicAnswerTest, KeepsTheStopTextAndTheDetails) {
  ASSERT_THAT(answer_.Finish({.reason = "stop_sequence",
                              .sequence = "END",
                              .details = R"({"category":"x"})"},
                             &delta_, &finish_),
              IsOk());
  EXPECT_EQ(metadata_.members().fields().at("stop_sequence").string_value(),
            "END");
  EXPECT_TRUE(metadata_.members().fields().contains("stop_details"));
}

TEST_F(AnthropicAnswerTest, GoesOnWithoutTheBeginningOfATextOrThought) {
  EXPECT_THAT(Continue(7, R"({"type":"text_delta","text":"a"})"), IsOk());
  EXPECT_THAT(Continue(8, R"({"type":"thinking_delta","thinking":"b"})"),
              IsOk());
  EXPECT_THAT(Taken(), EqualsProto(R"pb(text: "a" reasoning: "b")pb"));
}

TEST_F(AnthropicAnswerTest, RefusesWhatCannotBelongTogether) {
  const auto is_broken = HasReason(ErrorReason::kProviderProtocolError);
  EXPECT_THAT(Continue(9, R"({"type":"input_json_delta","partial_json":"{}"})"),
              is_broken);
  EXPECT_THAT(Begin(0, R"({"type":"tool_use","name":"f"})"), is_broken);
  EXPECT_THAT(Begin(0, R"({"type":"tool_use","id":"t"})"), is_broken);
  EXPECT_THAT(Finish("tool_use"), is_broken);

  ASSERT_THAT(Begin(1, R"({"type":"text","text":""})"), IsOk());
  EXPECT_THAT(Continue(1, R"({"type":"thinking_delta","thinking":"x"})"),
              is_broken);
  EXPECT_THAT(Continue(1, R"({"type":"input_json_delta","partial_json":"{}"})"),
              is_broken);
  ASSERT_THAT(Begin(2, R"({"type":"tool_use","id":"t","name":"f"})"), IsOk());
  EXPECT_THAT(Continue(2, R"({"type":"text_delta","text":"x"})"), is_broken);
}

TEST_F(AnthropicAnswerTest, TellsOfContentThatItDoesNotKnow) {
  ASSERT_THAT(Begin(0, R"({"type":"hologram","x":1})"), IsOk());
  ASSERT_THAT(Continue(0, R"({"type":"hologram_delta"})"), IsOk());
  ASSERT_THAT(Continue(0, R"({"type":"hologram_delta"})"), IsOk());
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("'hologram'"),
                                     HasSubstr("'hologram_delta'")));
}

TEST_F(AnthropicAnswerTest, TakesACompaction) {
  ASSERT_THAT(Begin(0, R"({"type":"compaction","content":null})"), IsOk());
  ASSERT_THAT(Continue(0, R"({"type":"compaction_delta","content":"so far"})"),
              IsOk());
  ASSERT_THAT(Finish("compaction"), IsOk());
  EXPECT_EQ(
      Taken().reasoning_blocks(0).opaque(),
      WriteAnthropicOpaque({}, R"({"type":"compaction","content":"so far"})"));
}

TEST_F(AnthropicAnswerTest, HoldsBackNoMoreThanItsBound) {
  ASSERT_THAT(Begin(0, R"({"type":"thinking","thinking":""})"), IsOk());
  const std::string piece =
      absl::StrCat(R"({"type":"thinking_delta","thinking":")",
                   std::string(1 << 20, 'x'), "\"}");
  absl::Status status;
  int pieces = 0;
  while (status.ok() && pieces < 10) {
    status = Continue(0, piece);
    ++pieces;
  }
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_EQ(pieces, 5);
}

TEST_F(AnthropicAnswerTest, OpensNoMoreBlocksThanItsBound) {
  absl::Status status;
  int opened = 0;
  while (status.ok() && opened < 1000) {
    status = Begin(opened++, R"({"type":"text","text":""})");
  }
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderProtocolError));
  // One that begins anew has ended.
  EXPECT_THAT(Begin(0, R"({"type":"text","text":""})"), IsOk());
}

}  // namespace
}  // namespace aigateway
