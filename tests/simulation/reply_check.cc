#include "tests/simulation/reply_check.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "tests/simulation/simulated_answer_text.h"

namespace aigateway {

ReplyCheck::ReplyCheck(int number, bool stream)
    : expected_(AnswerText(number)), stream_(stream) {}

std::string ReplyCheck::OnResponse(const v1::RouteResponse& response) {
  if (stream_) return "a stream is answered as a whole";
  if (++responses_ > 1) return "it is answered twice";
  if (response.chat().choices_size() != 1) return "it has no choice";
  text_ = response.chat().choices(0).message().content();
  if (!response.chat().has_usage()) return "the answer has no usage";
  return text_ == expected_ ? "" : absl::StrCat("its text is ", text_);
}

std::string ReplyCheck::OnEvent(const v1::RouteStreamResponse& event) {
  if (!stream_) return "a unary request gets an event";
  if (complete_) return "an event comes after the end";
  if (event.has_started()) {
    if (started_) return "it starts twice";
    started_ = true;
    return "";
  }
  if (!started_) return "an event comes before the start";
  switch (event.event_case()) {
    case v1::RouteStreamResponse::kDelta:
      return OnText(event.delta());
    case v1::RouteStreamResponse::kFailover:
      return OnFailover(event.failover());
    case v1::RouteStreamResponse::kFinish:
      return ++finishes_ == 1 ? "" : "it finishes twice";
    case v1::RouteStreamResponse::kEnd:
      complete_ = true;
      return event.end().has_usage() ? "" : "the end has no usage";
    default:
      return "an event is of no kind";
  }
}

std::string ReplyCheck::OnText(const v1::Delta& delta) {
  if (finishes_ > 0 && !delta.text().empty()) return "text after the finish";
  text_.append(delta.text());
  // At each step: what was shown cannot be taken back.
  return absl::StartsWith(expected_, text_)
             ? ""
             : absl::StrCat("its text goes wrong: ", text_);
}

std::string ReplyCheck::OnFailover(const v1::Failover& failover) {
  if (failover.mode() == v1::FAILOVER_MODE_RESTARTED) {
    text_.clear();
    finishes_ = 0;
    return "";
  }
  return failover.resume_offset() == static_cast<int64_t>(text_.size())
             ? ""
             : absl::StrCat("it goes on at ", failover.resume_offset(),
                            ", not at ", text_.size());
}

std::string ReplyCheck::OnEnd(const absl::Status& status) {
  if (stream_) return AtStreamsEnd(status);
  if (status.ok() && responses_ == 0) return "it ends well without an answer";
  if (!status.ok() && responses_ > 0) return "it fails after its answer";
  return "";
}

std::string ReplyCheck::AtStreamsEnd(const absl::Status& status) const {
  if (!status.ok()) return complete_ ? "it fails after its end" : "";
  if (!complete_) return "it ends well without an end";
  if (finishes_ != 1) return "it ends well without a finish";
  return text_ == expected_ ? "" : absl::StrCat("its text is cut: ", text_);
}

}  // namespace aigateway
