#include "providers/named_event_decoder.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "providers/upstream_error.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// A dialect of one's own: "text", "call", "broken", and "last" at the end.
class WordDecoder : public NamedEventDecoder {
 public:
  WordDecoder(const HttpHeaders& headers, const v1::ChatRequest& chat,
              const CallOptions& options, const Redactor& redactor)
      : NamedEventDecoder("last", headers, chat, options, redactor) {}
  v1::End& end() override { return end_; }

 private:
  absl::Status TakeEvent(const SseEvent& event,
                         ProviderEvents& events) override {
    v1::Delta delta;
    if (event.type == "broken") return LeaveOut("it is broken", event.data);
    if (event.type == "last") {
      v1::Finish finish;
      delta.set_text("held back");
      return Complete(delta, finish, events);
    }
    if (event.type == "text") {
      delta.set_text(std::string(event.data));
    } else if (event.type == "call") {
      has_calls_ = true;
      delta.add_tool_calls();
    } else if (event.type != "nothing") {
      WarnOfType(event.type);
    }
    return HandOver(delta, events);
  }
  bool has_calls() const override { return has_calls_; }
  absl::Status InnerError(const ErrorBody& error) const override {
    return Error(ErrorReason::kProviderRateLimited, error.message);
  }

  bool has_calls_ = false;
  v1::End end_;
};

class WordEvents : public ProviderEvents {
 public:
  absl::Status OnDelta(v1::Delta& delta) override {
    said.push_back(absl::StrCat(delta.role() == v1::ROLE_ASSISTANT ? "1:" : "",
                                delta.text()));
    return absl::OkStatus();
  }
  absl::Status OnFinish(v1::Finish& /*finish*/) override {
    said.emplace_back("finish");
    return absl::OkStatus();
  }
  void OnLife() override { said.emplace_back("life"); }

  std::vector<std::string> said;
};

class NamedEventDecoderTest : public testing::Test {
 protected:
  absl::Status Read(absl::string_view body, bool clean = true) {
    const CallOptions options = {.model = "m", .warnings = &warnings_};
    WordDecoder decoder(headers_, chat_, options, redactor_);
    AIGW_RETURN_IF_ERROR(decoder.Feed(body, events_));
    return decoder.End(clean, events_);
  }

  static std::string Event(absl::string_view type, absl::string_view data) {
    return absl::StrCat("event: ", type, "\ndata: ", data, "\n\n");
  }

  HttpHeaders headers_;
  v1::ChatRequest chat_;
  Redactor redactor_;
  std::vector<std::string> warnings_;
  WordEvents events_;
};

TEST_F(NamedEventDecoderTest, SaysTheRoleOnceAndTheFinishLast) {
  EXPECT_THAT(Read(absl::StrCat(Event("text", "a"), Event("nothing", "x"),
                                Event("text", "b"), Event("last", "x"),
                                Event("text", "nobody's"))),
              IsOk());
  EXPECT_THAT(events_.said,
              ElementsAre("1:a", "life", "b", "held back", "finish"));
}

TEST_F(NamedEventDecoderTest, IsCompleteOnlyWithItsLastEvent) {
  const absl::Status ended = Read(Event("text", "a"));
  EXPECT_THAT(ended, HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(std::string(ended.message()), HasSubstr("ended before last"));
  EXPECT_THAT(Read(Event("text", "a"), /*clean=*/false),
              HasReason(ErrorReason::kProviderUnavailable));
}

TEST_F(NamedEventDecoderTest, LeavesOutOneEventButNoSecond) {
  EXPECT_THAT(Read(absl::StrCat(Event("broken", "x"), Event("last", "x"))),
              IsOk());
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("left out: it is broken")));
  EXPECT_THAT(Read(absl::StrCat(Event("broken", "x"), Event("broken", "x"))),
              HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(NamedEventDecoderTest, LeavesOutNoEventOfCallsOrOfJson) {
  for (const std::string& body :
       {absl::StrCat(Event("call", "x"), Event("broken", "x")),
        absl::StrCat(Event("broken", "x"), Event("call", "x"))}) {
    EXPECT_THAT(Read(body), HasReason(ErrorReason::kProviderProtocolError));
  }
  chat_.mutable_response_format()->mutable_json_object();
  EXPECT_THAT(Read(Event("broken", "x")),
              HasReason(ErrorReason::kProviderProtocolError));
}

TEST_F(NamedEventDecoderTest, WarnsOnceOfTypesThatItDoesNotKnow) {
  EXPECT_THAT(Read(absl::StrCat(Event("new", "x"), Event("newer", "x"),
                                Event("last", "x"))),
              IsOk());
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("'new'")));
}

TEST_F(NamedEventDecoderTest, TakesWhatProxiesSayForLife) {
  EXPECT_THAT(Read(absl::StrCat(": hello\n\ndata: [DONE]\n\ndata: null\n\n",
                                Event("last", "x"))),
              IsOk());
  EXPECT_THAT(events_.said,
              ElementsAre("life", "life", "life", "1:held back", "finish"));
}

TEST_F(NamedEventDecoderTest, ReadsAnErrorThatCameInsteadOfAStream) {
  EXPECT_THAT(Read(R"({"error":{"message":"slow"}})"),
              HasReason(ErrorReason::kProviderRateLimited));
}

TEST_F(NamedEventDecoderTest, ShowsThePageThatCameInsteadOfAStream) {
  headers_.Add("content-type", "text/html");
  const absl::Status status = Read("<html>down</html>");
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderProtocolError));
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("no event stream"), HasSubstr("down")));
  // No more of it than is kept.
  const absl::Status large =
      Read(absl::StrCat(std::string(kKeptPageBytes, '.'), "behind"));
  EXPECT_THAT(std::string(large.message()), Not(HasSubstr("behind")));
}

}  // namespace
}  // namespace aigateway
