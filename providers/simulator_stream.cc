#include "providers/simulator_stream.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "providers/simulator_tokens.h"

namespace aigateway {
namespace {

using Kind = SimulatorFault::Kind;

constexpr int64_t kPlayed = -1;
constexpr absl::string_view kOtherId = "chatcmpl-sim-of-another-request";

// Whether the fault has its place among the tokens.
bool HasPlace(Kind kind) {
  switch (kind) {
    case Kind::kReset:
    case Kind::kCut:
    case Kind::kStall:
    case Kind::kHalfJson:
    case Kind::kHugeEvent:
    case Kind::kErrorEvent:
    case Kind::kBadEvent:
    case Kind::kWrongId:
    case Kind::kDoubleUsage:
      return true;
    default:
      return false;
  }
}

}  // namespace

SimulatorStream::SimulatorStream(SimulatorRequest request, SimulatorReply reply,
                                 SimulatorOptions pace,
                                 std::optional<SimulatorFault> fault,
                                 int64_t created)
    : request_(std::move(request)),
      reply_(std::move(reply)),
      pace_(std::move(pace)),
      fault_(std::move(fault)),
      json_(request_, reply_, created),
      fault_at_(kPlayed),
      id_(reply_.id),
      cursors_(reply_.choices.size()) {
  if (fault_.has_value() && HasPlace(fault_->kind)) {
    fault_at_ = fault_->after_tokens.value_or(reply_.completion_tokens / 2);
  }
}

bool SimulatorStream::Next(SimulatedPiece& piece) {
  while (ready_.empty() && !ended_) {
    size_t index = 0;
    const bool more = NextChoice(&index);
    const Cursor::Phase phase =
        more ? cursors_[index].phase : Cursor::Phase::kFinish;
    // A place beyond the answer's end is its end.
    if (fault_at_ != kPlayed && phase != Cursor::Phase::kRole &&
        (given_ >= fault_at_ || phase == Cursor::Phase::kFinish)) {
      fault_at_ = kPlayed;
      PlayFault();
    } else if (phase == Cursor::Phase::kFinish && FaultIs(Kind::kEndless)) {
      PushFiller();
    } else if (more) {
      PushStep(index);
    } else {
      PushEnd();
    }
  }
  if (ready_.empty()) return false;
  piece = std::move(ready_.front());
  ready_.pop_front();
  return true;
}

void SimulatorStream::Settle(size_t index) {
  using Phase = Cursor::Phase;
  const SimulatorReply::Choice& choice = reply_.choices[index];
  Cursor& cursor = cursors_[index];
  if (cursor.phase == Phase::kReasoning && cursor.rest.empty()) {
    cursor.phase = Phase::kText;
    cursor.rest = choice.text;
  }
  if (cursor.phase == Phase::kText && cursor.rest.empty()) {
    cursor.phase = Phase::kCall;
  }
  if (cursor.phase == Phase::kArguments && cursor.rest.empty()) {
    cursor.phase = Phase::kCall;
    ++cursor.call;
  }
  if (cursor.phase == Phase::kCall && cursor.call == choice.tool_calls.size()) {
    cursor.phase = Phase::kFinish;
  }
}

bool SimulatorStream::NextChoice(size_t* index) {
  for (size_t i = 0; i < cursors_.size(); ++i) {
    *index = (turn_ + i) % cursors_.size();
    Settle(*index);
    if (cursors_[*index].phase != Cursor::Phase::kDone) return true;
  }
  return false;
}

void SimulatorStream::PushStep(size_t index) {
  using Phase = Cursor::Phase;
  const SimulatorReply::Choice& choice = reply_.choices[index];
  Cursor& cursor = cursors_[index];
  const int number = static_cast<int>(index);
  turn_ = index + 1;
  switch (cursor.phase) {
    case Phase::kRole:
      Push(json_.RoleChunk(number, id_), absl::ZeroDuration());
      cursor.phase = Phase::kReasoning;
      cursor.rest = choice.reasoning;
      break;
    case Phase::kReasoning:
      PushToken(
          json_.ReasoningChunk(number, id_, TakeSimulatorToken(&cursor.rest)));
      break;
    case Phase::kText:
      PushToken(json_.TextChunk(number, id_, TakeSimulatorToken(&cursor.rest)));
      break;
    case Phase::kCall:
      PushToken(json_.CallChunk(number, id_, cursor.call));
      cursor.phase = Phase::kArguments;
      cursor.rest = choice.tool_calls[cursor.call].arguments;
      break;
    case Phase::kArguments:
      PushToken(json_.ArgumentsChunk(number, id_, cursor.call,
                                     TakeSimulatorToken(&cursor.rest)));
      break;
    case Phase::kFinish:
      Push(json_.FinishChunk(number, id_), absl::ZeroDuration());
      cursor.phase = Phase::kDone;
      break;
    case Phase::kDone:
      break;
  }
}

void SimulatorStream::PlayFault() {
  switch (fault_->kind) {
    case Kind::kReset:
    case Kind::kCut:
    case Kind::kStall:
      ended_ = true;
      break;
    case Kind::kHalfJson: {
      const std::string whole = json_.TextChunk(0, id_, SimulatorFiller(0));
      ready_.push_back(
          {.bytes = absl::StrCat("data: ", whole.substr(0, whole.size() / 2))});
      ended_ = true;
      break;
    }
    case Kind::kHugeEvent:
      Push(json_.TextChunk(
               0, id_, std::string(static_cast<size_t>(*fault_->bytes), 'x')),
           absl::ZeroDuration());
      break;
    case Kind::kErrorEvent:
      Push(SimulatorErrorJson(static_cast<int>(*fault_->status), /*code=*/"",
                              fault_->message, /*param=*/""),
           absl::ZeroDuration());
      ended_ = true;
      break;
    case Kind::kBadEvent:
      Push("{\"id\":\"chatcmpl-sim\",\"choices\":[{\"index\":0,\"del",
           absl::ZeroDuration());
      break;
    case Kind::kWrongId:
      id_ = std::string(kOtherId);
      break;
    case Kind::kDoubleUsage:
      Push(json_.UsageChunk(id_, given_), absl::ZeroDuration());
      break;
    default:
      break;
  }
}

void SimulatorStream::PushFiller() {
  PushToken(
      json_.TextChunk(0, id_, SimulatorFiller(static_cast<uint64_t>(given_))));
}

void SimulatorStream::PushEnd() {
  const bool late_usage = FaultIs(Kind::kLateUsage);
  const std::string usage = json_.UsageChunk(id_, reply_.completion_tokens);
  if ((request_.include_usage || FaultIs(Kind::kDoubleUsage)) && !late_usage) {
    Push(usage, absl::ZeroDuration());
  }
  if (!FaultIs(Kind::kNoDone)) Push("[DONE]", absl::ZeroDuration());
  if (late_usage) Push(usage, absl::ZeroDuration());
  ended_ = true;
}

void SimulatorStream::Push(absl::string_view json, absl::Duration after) {
  ready_.push_back(
      {.bytes = absl::StrCat("data: ", json, "\n\n"), .after = after});
}

void SimulatorStream::PushToken(absl::string_view json) {
  absl::Duration after = pace_.token_interval.value_or(absl::ZeroDuration());
  if (given_ == 0) {
    after = pace_.first_token_delay.value_or(absl::ZeroDuration());
    if (FaultIs(Kind::kLate)) after += *fault_->delay;
  }
  Push(json, after);
  ++given_;
}

}  // namespace aigateway
