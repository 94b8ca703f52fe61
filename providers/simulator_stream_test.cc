#include "providers/simulator_stream.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/net/simulated_http_client.h"
#include "providers/simulator_options.h"
#include "providers/simulator_reply.h"
#include "providers/simulator_request.h"
#include "providers/simulator_testing.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Lt;
using ::testing::Not;
using ::testing::SizeIs;
using Kind = SimulatorFault::Kind;

class SimulatorStreamTest : public ::testing::Test {
 protected:
  SimulatorStreamTest() {
    request_.model = "simulator";
    request_.user_text = "hi";
    request_.stream = true;
    request_.include_usage = true;
    request_.prompt_tokens = 5;
    options_.tokens = 60;
  }

  void Misbehave(Kind kind, std::optional<int64_t> after_tokens = {}) {
    fault_.emplace();
    fault_->kind = kind;
    fault_->after_tokens = after_tokens;
    fault_->status = 503;
    fault_->bytes = 1000;
    fault_->delay = absl::Seconds(20);
  }

  // Plays the whole stream, or its first pieces.
  std::string Play(int max_pieces = 100'000) {
    reply_ = ComposeSimulatorReply(request_, options_);
    SimulatorStream stream(request_, reply_, options_, fault_,
                           /*created=*/1'700'000'000);
    std::string body;
    SimulatedPiece piece;
    pieces_.clear();
    while (max_pieces-- > 0 && stream.Next(piece)) {
      body += piece.bytes;
      pieces_.push_back(piece);
    }
    return body;
  }
  JoinedStream PlayJoined() { return JoinStream(Play()); }
  const std::string& text() const { return reply_.choices[0].text; }

  SimulatorRequest request_;
  SimulatorOptions options_;
  std::optional<SimulatorFault> fault_;
  SimulatorReply reply_;
  std::vector<SimulatedPiece> pieces_;
};

TEST_F(SimulatorStreamTest, GivesRoleTokensFinishUsageAndDone) {
  JoinedStream stream = PlayJoined();

  ASSERT_THAT(stream.choices, SizeIs(1));
  EXPECT_EQ(stream.choices[0].role, "assistant");
  EXPECT_EQ(stream.choices[0].text, text());
  EXPECT_EQ(stream.choices[0].pieces, 60);
  EXPECT_EQ(stream.choices[0].finish_reason, "stop");
  ASSERT_THAT(stream.usages, SizeIs(1));
  EXPECT_EQ(stream.usages[0].fields().at("completion_tokens").number_value(),
            60);
  EXPECT_EQ(stream.usages[0].fields().at("total_tokens").number_value(), 65);
  EXPECT_THAT(stream.ids, ElementsAre(reply_.id));
  EXPECT_THAT(stream.unreadable, IsEmpty());
  EXPECT_TRUE(stream.done);
  EXPECT_EQ(stream.chunks_after_done, 0);
}

TEST_F(SimulatorStreamTest, GivesUsageOnlyIfAsked) {
  request_.include_usage = false;
  EXPECT_THAT(PlayJoined().usages, IsEmpty());
}

TEST_F(SimulatorStreamTest, WaitsForTheFirstTokenAndBetweenTokens) {
  options_.tokens = 3;
  options_.first_token_delay = absl::Seconds(5);
  options_.token_interval = absl::Seconds(1);
  Play();

  std::vector<absl::Duration> waits;
  for (const SimulatedPiece& piece : pieces_) waits.push_back(piece.after);
  // Role, three tokens, finish, usage, [DONE].
  EXPECT_THAT(waits, ElementsAre(absl::ZeroDuration(), absl::Seconds(5),
                                 absl::Seconds(1), absl::Seconds(1),
                                 absl::ZeroDuration(), absl::ZeroDuration(),
                                 absl::ZeroDuration()));
}

TEST_F(SimulatorStreamTest, GivesChoicesByTurns) {
  request_.n = 3;
  JoinedStream stream = PlayJoined();

  ASSERT_THAT(stream.choices, SizeIs(3));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(stream.choices[i].text, reply_.choices[i].text);
    EXPECT_EQ(stream.choices[i].finish_reason, "stop");
    EXPECT_THAT(pieces_[3 + i].bytes, HasSubstr(absl::StrCat("\"index\":", i)));
  }
}

TEST_F(SimulatorStreamTest, GivesReasoningBeforeText) {
  request_.reasoning_effort = "high";
  JoinedStream stream = PlayJoined();

  EXPECT_EQ(stream.choices[0].reasoning, reply_.choices[0].reasoning);
  EXPECT_THAT(stream.choices[0].reasoning, Not(IsEmpty()));
  EXPECT_EQ(stream.choices[0].text, text());
}

TEST_F(SimulatorStreamTest, GivesToolCallsInPieces) {
  request_.user_text = "weather and time";
  request_.tools = {
      {"weather",
       R"({"properties":{"city":{"type":"string","minLength":40}}})"},
      {"time", ""}};
  JoinedStream stream = PlayJoined();

  JoinedStream::Choice& choice = stream.choices[0];
  const auto& calls = reply_.choices[0].tool_calls;
  ASSERT_THAT(calls, SizeIs(2));
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(choice.call_names[i], calls[i].name);
    EXPECT_EQ(choice.call_ids[i], calls[i].id);
    EXPECT_EQ(choice.call_arguments[i], calls[i].arguments);
  }
  EXPECT_EQ(choice.finish_reason, "tool_calls");
  EXPECT_EQ(choice.text, "");
  EXPECT_GT(pieces_.size(), 8u) << "the arguments come in several pieces";
}

TEST_F(SimulatorStreamTest, GivesLogprobsWithEachToken) {
  request_.logprobs = true;
  request_.top_logprobs = 1;
  EXPECT_THAT(Play(), HasSubstr("\"logprobs\":{\"content\":[{\"token\":\"This\""
                                ",\"logprob\":-0.125,\"bytes\":[84,104,105,115]"
                                ",\"top_logprobs\":[{\"token\":\"This\""));
}

TEST_F(SimulatorStreamTest, StopsAfterSoManyTokens) {
  for (const Kind kind : {Kind::kCut, Kind::kStall, Kind::kReset}) {
    Misbehave(kind, 40);
    JoinedStream stream = PlayJoined();
    EXPECT_EQ(stream.choices[0].pieces, 40);
    EXPECT_EQ(stream.choices[0].finish_reason, "");
    EXPECT_FALSE(stream.done);
  }
}

TEST_F(SimulatorStreamTest, PutsAFaultWithoutAPlaceInTheMiddle) {
  Misbehave(Kind::kCut);
  EXPECT_EQ(PlayJoined().choices[0].pieces, 30);
}

TEST_F(SimulatorStreamTest, PutsAFaultBeyondTheEndAtTheEnd) {
  Misbehave(Kind::kCut, 1000);
  JoinedStream stream = PlayJoined();
  EXPECT_EQ(stream.choices[0].pieces, 60);
  EXPECT_EQ(stream.choices[0].finish_reason, "");
}

TEST_F(SimulatorStreamTest, PutsAFaultBeforeTheFirstToken) {
  Misbehave(Kind::kErrorEvent, 0);
  JoinedStream stream = PlayJoined();
  EXPECT_EQ(stream.choices[0].pieces, 0);
  ASSERT_THAT(stream.errors, SizeIs(1));
  EXPECT_EQ(stream.errors[0].fields().at("code").string_value(),
            "server_is_overloaded");
  EXPECT_FALSE(stream.done);
}

TEST_F(SimulatorStreamTest, AddsOneEventThatIsNoJsonAndLosesNothing) {
  Misbehave(Kind::kBadEvent, 30);
  JoinedStream stream = PlayJoined();
  EXPECT_THAT(stream.unreadable, SizeIs(1));
  EXPECT_EQ(stream.choices[0].text, text());
  EXPECT_TRUE(stream.done);
}

TEST_F(SimulatorStreamTest, LeavesOutTheEndMarker) {
  Misbehave(Kind::kNoDone);
  JoinedStream stream = PlayJoined();
  EXPECT_EQ(stream.choices[0].finish_reason, "stop");
  EXPECT_THAT(stream.usages, SizeIs(1));
  EXPECT_FALSE(stream.done);
}

TEST_F(SimulatorStreamTest, ChangesTheIdOnTheWay) {
  Misbehave(Kind::kWrongId, 10);
  JoinedStream stream = PlayJoined();
  EXPECT_THAT(stream.ids, SizeIs(2));
  EXPECT_EQ(stream.choices[0].text, text());
}

TEST_F(SimulatorStreamTest, ReportsUsageTwice) {
  Misbehave(Kind::kDoubleUsage, 20);
  request_.include_usage = false;
  JoinedStream stream = PlayJoined();
  ASSERT_THAT(stream.usages, SizeIs(2));
  EXPECT_EQ(stream.usages[0].fields().at("completion_tokens").number_value(),
            20);
  EXPECT_EQ(stream.usages[1].fields().at("completion_tokens").number_value(),
            60);
}

TEST_F(SimulatorStreamTest, ReportsUsageAfterTheEndMarker) {
  Misbehave(Kind::kLateUsage);
  JoinedStream stream = PlayJoined();
  EXPECT_THAT(stream.usages, SizeIs(1));
  EXPECT_EQ(stream.chunks_after_done, 1);
}

TEST_F(SimulatorStreamTest, StopsInTheMiddleOfAnEvent) {
  Misbehave(Kind::kHalfJson, 10);
  const std::string body = Play();
  EXPECT_THAT(body, Not(EndsWith("\n")));
  JoinedStream stream = JoinStream(body);
  EXPECT_THAT(stream.unreadable, SizeIs(1));
  EXPECT_EQ(stream.choices[0].pieces, 10);
}

TEST_F(SimulatorStreamTest, PutsALargePieceIn) {
  Misbehave(Kind::kHugeEvent, 60);
  EXPECT_EQ(PlayJoined().choices[0].text, text() + std::string(1000, 'x'));
}

TEST_F(SimulatorStreamTest, GoesOnForEver) {
  Misbehave(Kind::kEndless);
  JoinedStream stream = JoinStream(Play(/*max_pieces=*/5000));
  EXPECT_EQ(stream.choices[0].pieces, 4999);
  EXPECT_EQ(stream.choices[0].finish_reason, "");
}

TEST_F(SimulatorStreamTest, AddsTheDelayOfALateFirstToken) {
  Misbehave(Kind::kLate);
  options_.first_token_delay = absl::Seconds(1);
  Play();
  EXPECT_EQ(pieces_[0].after, absl::ZeroDuration());
  EXPECT_EQ(pieces_[1].after, absl::Seconds(21));
  EXPECT_EQ(pieces_[2].after, absl::ZeroDuration());
}

TEST_F(SimulatorStreamTest, MakesOnePieceAtATime) {
  options_.tokens = 50'000;
  Play();
  for (const SimulatedPiece& piece : pieces_) {
    ASSERT_THAT(piece.bytes.size(), Lt(500u));
  }
  EXPECT_THAT(pieces_, SizeIs(50'000 + 4));
}

}  // namespace
}  // namespace aigateway
