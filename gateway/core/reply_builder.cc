#include "gateway/core/reply_builder.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "gateway/core/response_events.h"

namespace aigateway {
namespace {

// Nobody asks for so many.
constexpr int kMaxNotedChoices = 128;

// As much as a whole answer may have.
constexpr size_t kMaxKeptBytes = 64 * 1024 * 1024;

int64_t TextBytes(const v1::ChatResponse& response) {
  int64_t bytes = 0;
  for (const v1::Choice& choice : response.choices()) {
    bytes += static_cast<int64_t>(choice.message().content().size());
    for (const v1::ContentPart& part : choice.message().parts()) {
      bytes += static_cast<int64_t>(part.text().size());
    }
  }
  return bytes;
}

}  // namespace

ReplyBuilder::ReplyBuilder(RequestContext& request, PluginRun& plugins,
                           ReplySink& reply)
    : request_(request),
      plugins_(plugins),
      reply_(reply),
      has_chunk_plugins_(plugins.Has(Stage::kOnChunk)),
      joins_(request.stream() && plugins.Has(Stage::kAfterRequest)) {}

absl::Status ReplyBuilder::OnResponse(v1::ChatResponse& response) {
  if (response.has_usage()) usage_ = response.usage();
  response_.Swap(&response);
  return absl::OkStatus();
}

absl::Status ReplyBuilder::OnEmbeddings(v1::EmbedResponse& response) {
  if (response.has_usage()) {
    usage_ = response.usage();
    *response_.mutable_usage() = response.usage();
  }
  response_.set_model(response.model());
  vectors_.Swap(&response);
  return absl::OkStatus();
}

absl::Status ReplyBuilder::Refuse(absl::Status status) {
  if (refused_.ok()) refused_ = std::move(status);
  return refused_;
}

void ReplyBuilder::KeepRaw(const v1::Delta& delta) {
  if (!wants_raw_.has_value()) wants_raw_ = plugins_.WantsAnswer();
  if (!*wants_raw_) return;
  raw_bytes_ += delta.ByteSizeLong();
  if (raw_bytes_ <= kMaxKeptBytes) {
    raw_.Add(delta);
  } else {
    wants_raw_ = false;
    raw_ = StreamJoiner();
  }
}

absl::Status ReplyBuilder::OnDelta(v1::Delta& delta) {
  AIGW_RETURN_IF_ERROR(refused_);
  KeepRaw(delta);
  if (has_chunk_plugins_) {
    open_choices_.insert(delta.index());
    const absl::Status passed = plugins_.OnDelta(delta);
    if (!passed.ok()) return Refuse(passed);
  }
  return Send(delta);
}

absl::Status ReplyBuilder::Flush(int index) {
  if (open_choices_.erase(index) == 0) return absl::OkStatus();
  return plugins_.OnChoiceEnd(index,
                              [this](v1::Delta& rest) { return Send(rest); });
}

absl::Status ReplyBuilder::Send(v1::Delta& delta) {
  if (SaysNothing(delta)) return absl::OkStatus();
  Start();
  const uint64_t choice = delta.index() >= 0 && delta.index() < 63
                              ? uint64_t{1} << delta.index()
                              : uint64_t{1} << 63;
  if ((roles_sent_ & choice) == 0) {
    roles_sent_ |= choice;
    delta.set_role(v1::ROLE_ASSISTANT);
  } else {
    delta.clear_role();
  }
  if (joins_) AIGW_RETURN_IF_ERROR(KeepSent(delta));
  text_bytes_ += static_cast<int64_t>(delta.text().size());
  answer_bytes_ += static_cast<int64_t>(delta.text().size());
  event_.mutable_delta()->Swap(&delta);
  Emit();
  return absl::OkStatus();
}

void ReplyBuilder::NoteFinish(int index, v1::FinishReason reason) {
  if (index < 0 || index >= kMaxNotedChoices) return;
  if (index >= static_cast<int>(finish_reasons_.size())) {
    finish_reasons_.resize(index + 1, v1::FINISH_REASON_UNSPECIFIED);
  }
  finish_reasons_[index] = reason;
}

absl::Status ReplyBuilder::OnFinish(v1::Finish& finish) {
  AIGW_RETURN_IF_ERROR(refused_);
  if (wants_raw_.value_or(false)) raw_.Add(finish);
  NoteFinish(finish.index(), finish.finish_reason());
  AIGW_RETURN_IF_ERROR(Flush(finish.index()));
  Start();
  if (joins_) joiner_.Add(finish);
  event_.mutable_finish()->Swap(&finish);
  Emit();
  return absl::OkStatus();
}

absl::Status ReplyBuilder::OnEnd(v1::End& end) {
  AIGW_RETURN_IF_ERROR(refused_);
  if (wants_raw_.value_or(false)) raw_.Add(end);
  while (!open_choices_.empty()) {
    AIGW_RETURN_IF_ERROR(Flush(*open_choices_.begin()));
  }
  end_.Swap(&end);
  if (end_.has_usage()) usage_ = end_.usage();
  if (joins_) joiner_.Add(end_);
  return absl::OkStatus();
}

absl::Status ReplyBuilder::OnFailover(v1::Failover& failover) {
  if (failover.mode() == v1::FAILOVER_MODE_RESTARTED) {
    // What came before counts for nothing, here as at the caller's.
    const absl::Status restarted = plugins_.OnRestart();
    if (!restarted.ok()) return Refuse(restarted);
    finish_reasons_.clear();
    open_choices_.clear();
    joiner_ = StreamJoiner();
    wants_raw_.reset();
    raw_ = StreamJoiner();
    raw_bytes_ = 0;
    kept_all_ = true;
    kept_bytes_ = 0;
    roles_sent_ = 0;
    answer_bytes_ = 0;
  }
  // Plugins kept all that came before to themselves: nothing to go on from.
  if (!started_) return absl::OkStatus();
  // Of the text as it was sent, past the plugins.
  failover.set_resume_offset(answer_bytes_);
  event_.mutable_failover()->Swap(&failover);
  Emit();
  return absl::OkStatus();
}

absl::Status ReplyBuilder::KeepSent(const v1::Delta& delta) {
  kept_bytes_ += delta.ByteSizeLong();
  if (kept_bytes_ <= kMaxKeptBytes) {
    joiner_.Add(delta);
    return absl::OkStatus();
  }
  if (plugins_.OnlyObserved(Stage::kAfterRequest)) {
    // Who only watches ends no stream: he is not told its text.
    if (std::exchange(kept_all_, false)) joiner_ = StreamJoiner();
    return absl::OkStatus();
  }
  return Refuse(
      Error(ErrorReason::kGuardrailRejected,
            absl::StrCat("the answer is longer than the ", kMaxKeptBytes,
                         " bytes that plugins after the request can check")));
}

void ReplyBuilder::TellAnswer() {
  if (request_.embed() != nullptr || !plugins_.WantsAnswer()) return;
  if (!request_.stream()) {
    plugins_.OnAnswer(response_);
  } else if (wants_raw_.value_or(false)) {
    plugins_.OnAnswer(raw_.Response());
  }
}

void ReplyBuilder::Start() {
  if (started_) return;
  started_ = true;
  request_.NoteFirstEvent();
  *event_.mutable_started()->mutable_route() = request_.route();
  Emit();
}

void ReplyBuilder::Emit() {
  ++events_;
  reply_.OnEvent(event_);
}

void ReplyBuilder::JoinStream() {
  if (joins_) response_ = joiner_.Response();
}

void ReplyBuilder::Deliver() {
  if (request_.stream()) {
    // An answer without choices has no first event.
    Start();
    // It has not gone out yet: as the plugins after the request left it.
    if (joins_ && kept_all_) {
      end_.clear_provider_metadata();
      if (response_.has_provider_metadata()) {
        end_.mutable_provider_metadata()->Swap(
            response_.mutable_provider_metadata());
      }
    }
    *end_.mutable_route() = request_.route();
    event_.mutable_end()->Swap(&end_);
    Emit();
    return;
  }
  if (request_.embed() != nullptr) {
    *vectors_.mutable_route() = request_.route();
    reply_.OnEmbeddings(vectors_);
    return;
  }
  text_bytes_ = TextBytes(response_);
  for (const v1::Choice& choice : response_.choices()) {
    NoteFinish(choice.index(), choice.finish_reason());
  }
  v1::RouteResponse whole;
  whole.mutable_chat()->Swap(&response_);
  *whole.mutable_route() = request_.route();
  reply_.OnResponse(whole);
}

}  // namespace aigateway
