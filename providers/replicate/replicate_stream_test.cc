#include "providers/replicate/replicate_stream.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "providers/replicate/replicate_test_kit.h"
#include "tests/matchers/proto_matchers.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A text with line ends and blanks where the framing has its own.
constexpr absl::string_view kStream =
    ": hi\n\n"
    "event: output\nid: 1:0\ndata: \n\n"
    "event: output\nid: 1:1\ndata: Sure\n\n"
    "event: output\nid: 1:2\ndata: :\ndata: \ndata: W\xc3\xa4hy\n\n"
    "event: output\nid: 1:3\ndata:  not\n\n"
    "event: done\nid: 1:4\ndata: {}\n\n"
    ":408: 408 Request Timeout\n\n";
constexpr absl::string_view kText = "Sure:\n\nW\xc3\xa4hy not";

class ReplicateStreamTest : public ::testing::Test {
 protected:
  ReplicateStreamTest() { Begin(); }

  void Begin(absl::string_view content_type = "application/json") {
    HttpHeaders headers;
    headers.Add("content-type", content_type);
    decoder_ = NewReplicateStreamDecoder(headers, options_, instance_);
  }
  // Feeds a whole part.
  absl::Status Part(absl::string_view bytes) {
    absl::Status status = decoder_->Feed(bytes, events_);
    return status.ok() ? decoder_->End(/*clean=*/true, events_) : status;
  }
  std::string Working(absl::string_view stream_url) {
    return ReplicatePredictionText(
        "starting", absl::StrCat(R"("urls":{"stream":")", stream_url, R"("})"));
  }

  const ReplicateInstance instance_ = MakeReplicateInstance();
  std::vector<std::string> warnings_;
  CallOptions options_{.model = "asked/for",
                       .credential = "my-key",
                       .stream = true,
                       .warnings = &warnings_};
  ReplicateKeptEvents events_;
  std::unique_ptr<StreamDecoder> decoder_;
};

TEST_F(ReplicateStreamTest, FollowsAPredictionToItsStream) {
  ASSERT_THAT(Part(Working("https://stream.replicate.com/v1/x")), IsOk());
  EXPECT_FALSE(decoder_->done());
  const std::optional<NextExchange> next = decoder_->TakeNext();
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(next->request.url, "https://stream.replicate.com/v1/x");
  EXPECT_TRUE(next->request.stream);
  EXPECT_THAT(events_.deltas, IsEmpty());

  ASSERT_THAT(Part(kStream), IsOk());
  EXPECT_TRUE(decoder_->done());
  EXPECT_FALSE(decoder_->TakeNext().has_value());
  EXPECT_EQ(events_.text, kText);
  EXPECT_EQ(events_.deltas[0].role(), v1::ROLE_ASSISTANT);
  ASSERT_EQ(events_.finishes.size(), 1U);
  EXPECT_THAT(events_.finishes[0],
              EqualsProto(R"pb(finish_reason: FINISH_REASON_STOP
                               provider_finish_reason: "done")pb"));
  EXPECT_EQ(decoder_->end().id(), "p1");
  EXPECT_EQ(decoder_->end().model(), "meta/llama");
  EXPECT_FALSE(decoder_->end().has_usage());
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(ReplicateStreamTest, GivesTheSameWhereverTheBytesAreCut) {
  for (size_t cut = 0; cut <= kStream.size(); ++cut) {
    Begin("text/event-stream; charset=utf-8");
    ReplicateKeptEvents events;
    ASSERT_THAT(decoder_->Feed(kStream.substr(0, cut), events), IsOk());
    if (!decoder_->done()) {
      ASSERT_THAT(decoder_->Feed(kStream.substr(cut), events), IsOk());
    }
    ASSERT_EQ(events.text, kText) << cut;
    ASSERT_EQ(events.finishes.size(), 1U) << cut;
  }
}

TEST_F(ReplicateStreamTest, NeverTakesACutStreamForAWholeOne) {
  const size_t end = kStream.find("{}\n\n") + 3;
  for (size_t size = 0; size <= end; ++size) {
    for (const bool clean : {true, false}) {
      Begin("text/event-stream");
      ReplicateKeptEvents events;
      ASSERT_THAT(decoder_->Feed(kStream.substr(0, size), events), IsOk());
      EXPECT_FALSE(decoder_->End(clean, events).ok()) << size;
      EXPECT_THAT(events.finishes, IsEmpty());
    }
  }
}

TEST_F(ReplicateStreamTest, AsksAgainWhereThereIsNoStream) {
  ASSERT_THAT(Part(ReplicatePredictionText("starting")), IsOk());
  std::optional<NextExchange> next = decoder_->TakeNext();
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(next->request.url, "http://h:1/v1/predictions/p1");
  EXPECT_FALSE(next->request.stream);
  ASSERT_THAT(Part(ReplicatePredictionText("processing")), IsOk());
  ASSERT_TRUE(decoder_->TakeNext().has_value());
  ASSERT_THAT(
      Part(ReplicatePredictionText(
          "succeeded", R"("output":["<think>hm</think>","hi"],"metrics":)"
                       R"({"input_token_count":7,"output_token_count":2})")),
      IsOk());
  EXPECT_FALSE(decoder_->TakeNext().has_value());
  EXPECT_EQ(events_.text, "hi");
  EXPECT_EQ(events_.reasoning, "hm");
  ASSERT_EQ(events_.finishes.size(), 1U);
  EXPECT_EQ(events_.finishes[0].provider_finish_reason(), "succeeded");
  EXPECT_EQ(decoder_->end().usage().total_tokens(), 9);
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(ReplicateStreamTest, DoesNotFollowAStreamElsewhere) {
  for (int i = 0; i < 2; ++i) {
    ASSERT_THAT(Part(Working("https://evil.example/x")), IsOk());
    const std::optional<NextExchange> next = decoder_->TakeNext();
    ASSERT_TRUE(next.has_value());
    EXPECT_EQ(next->request.url, "http://h:1/v1/predictions/p1");
  }
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("not Replicate's")));
}

TEST_F(ReplicateStreamTest, EndsWithTheErrorThatComesInIt) {
  const struct {
    absl::string_view events;
    absl::string_view words;
    ErrorReason reason = ErrorReason::kGenerationFailed;
  } cases[] = {
      {"event: error\ndata: {\"detail\":\"it broke\"}\n\n", "it broke"},
      {"event: error\ndata: it broke: my-key\n\n", "it broke: [redacted]"},
      {"event: done\ndata: {\"reason\":\"error\"}\n\n", "error"},
      {"event: done\ndata: {\"reason\":\"canceled\"}\n\n", "cancelled",
       ErrorReason::kProviderUnavailable},
  };
  for (const auto& each : cases) {
    Begin("text/event-stream");
    const absl::Status status = decoder_->Feed(
        absl::StrCat("event: output\ndata: hi\n\n", each.events), events_);
    EXPECT_THAT(status, HasReason(each.reason));
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(std::string(each.words)));
    EXPECT_THAT(events_.finishes, IsEmpty());
  }
}

TEST_F(ReplicateStreamTest, EndsWithAPredictionThatFailed) {
  EXPECT_THAT(Part(R"({"status":"failed","error":"it broke"})"),
              HasReason(ErrorReason::kGenerationFailed));
  Begin();
  EXPECT_THAT(Part(ReplicatePredictionText("canceled")),
              HasReason(ErrorReason::kProviderUnavailable));
}

TEST_F(ReplicateStreamTest, RefusesWhatIsNotOfTheApi) {
  for (const char* body : {"", "<html>", "{}", R"({"status":"starting"})"}) {
    Begin();
    EXPECT_THAT(Part(body), HasReason(ErrorReason::kProviderProtocolError))
        << body;
  }
  Begin("text/event-stream");
  EXPECT_THAT(decoder_->Feed("event: done\ndata: {\n\n", events_),
              HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(ReplicateStreamTest, BoundsAPrediction) {
  const std::string piece(size_t{1} << 20, ' ');
  absl::Status status;
  for (int i = 0; i < 17 && status.ok(); ++i) {
    status = decoder_->Feed(piece, events_);
  }
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(ReplicateStreamTest, RepairsBytesThatAreNoText) {
  Begin("text/event-stream");
  ASSERT_THAT(decoder_->Feed("event: output\ndata: a\xff z\n\n", events_),
              IsOk());
  EXPECT_EQ(events_.text, "a\xef\xbf\xbd z");
}

TEST_F(ReplicateStreamTest, WarnsOnceOfEventsThatAreNotKnown) {
  Begin("text/event-stream");
  ASSERT_THAT(decoder_->Feed("event: a\ndata: x\n\nevent: b\ndata: x\n\n"
                             "event: logs\ndata: x\n\n",
                             events_),
              IsOk());
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("'a'")));
  EXPECT_EQ(events_.life, 3);
}

TEST_F(ReplicateStreamTest, EndsWithWhatItsTakerSaid) {
  Begin("text/event-stream");
  events_.answer = absl::CancelledError("enough");
  EXPECT_EQ(decoder_->Feed("event: output\ndata: x\n\n", events_),
            absl::CancelledError("enough"));
}

}  // namespace
}  // namespace aigateway
