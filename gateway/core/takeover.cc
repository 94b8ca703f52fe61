#include "gateway/core/takeover.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "gateway/core/target.h"

namespace aigateway {

bool CanContinue(const RequestContext& request, const PlannedCall& planned,
                 absl::string_view sent) {
  const v1::ChatRequest& chat = request.chat();
  if (chat.n() > 1 || chat.response_format().has_json_schema() ||
      chat.messages().empty() || Seam::PromptOf(sent).empty()) {
    return false;
  }
  const v1::Message& last = chat.messages(chat.messages_size() - 1);
  // Its own last turn may be the beginning of the answer; of parts or calls it
  // cannot be made longer.
  if (last.role() == v1::ROLE_ASSISTANT &&
      (last.parts_size() > 0 || last.tool_calls_size() > 0)) {
    return false;
  }
  return planned.target->instance().codec->prefill(planned.upstream_model) !=
         Prefill::kNo;
}

v1::ChatRequest ContinuedChat(const v1::ChatRequest& chat,
                              absl::string_view sent) {
  v1::ChatRequest continued = chat;
  const absl::string_view prompt = Seam::PromptOf(sent);
  v1::Message* last = continued.mutable_messages(continued.messages_size() - 1);
  if (last->role() != v1::ROLE_ASSISTANT) {
    last = continued.add_messages();
    last->set_role(v1::ROLE_ASSISTANT);
  }
  last->mutable_content()->append(prompt.data(), prompt.size());
  return continued;
}

absl::Status TakeoverSink::OnResponse(v1::ChatResponse& response) {
  return Error(ErrorReason::kInternal, "a stream was answered as a whole");
}

absl::Status TakeoverSink::Begin(v1::FailoverMode mode, size_t resume_offset) {
  begun_ = true;
  NoteTarget(request_, planned_);
  v1::Failover failover;
  failover.set_from(from_);
  failover.set_to(planned_.target->name());
  failover.set_mode(mode);
  failover.set_resume_offset(static_cast<int64_t>(resume_offset));
  return next_.OnFailover(failover);
}

absl::Status RestartingSink::BeginOnce() {
  return begun() ? absl::OkStatus()
                 : Begin(v1::FAILOVER_MODE_RESTARTED, /*resume_offset=*/0);
}

absl::Status RestartingSink::OnDelta(v1::Delta& delta) {
  AIGW_RETURN_IF_ERROR(BeginOnce());
  return next().OnDelta(delta);
}

absl::Status RestartingSink::OnFinish(v1::Finish& finish) {
  AIGW_RETURN_IF_ERROR(BeginOnce());
  return next().OnFinish(finish);
}

absl::Status RestartingSink::OnEnd(v1::End& end) {
  AIGW_RETURN_IF_ERROR(BeginOnce());
  return next().OnEnd(end);
}

absl::Status ContinuingSink::OnDelta(v1::Delta& delta) {
  if (resolved_) return next().OnDelta(delta);
  const std::string text = std::move(*delta.mutable_text());
  delta.clear_text();
  if (delta.ByteSizeLong() > 0) held_.Add(delta);
  if (held_.bytes() > kMaxHeldBytes) return Departed();
  if (text.empty()) return absl::OkStatus();
  std::optional<std::string> fresh = seam_.Feed(text);
  if (seam_.departed()) return Departed();
  if (!fresh.has_value()) return absl::OkStatus();
  return Resolve(*std::move(fresh));
}

absl::Status ContinuingSink::OnFinish(v1::Finish& finish) {
  AIGW_RETURN_IF_ERROR(ResolveAtEnd());
  return next().OnFinish(finish);
}

absl::Status ContinuingSink::OnEnd(v1::End& end) {
  AIGW_RETURN_IF_ERROR(ResolveAtEnd());
  request().AddWarning(absl::StrCat("the answer was continued by '",
                                    planned().target->name(),
                                    "', whose usage is reported alone"));
  return next().OnEnd(end);
}

absl::Status ContinuingSink::ResolveAtEnd() {
  if (resolved_) return absl::OkStatus();
  std::string fresh = seam_.Finish();
  if (seam_.departed()) return Departed();
  return Resolve(std::move(fresh));
}

absl::Status ContinuingSink::Resolve(std::string fresh) {
  resolved_ = true;
  AIGW_RETURN_IF_ERROR(Begin(v1::FAILOVER_MODE_CONTINUED, sent_bytes_));
  AIGW_RETURN_IF_ERROR(held_.Release(next()));
  if (fresh.empty()) return absl::OkStatus();
  v1::Delta delta;
  delta.set_text(std::move(fresh));
  return next().OnDelta(delta);
}

absl::Status ContinuingSink::Departed() const {
  return Error(ErrorReason::kGenerationFailed,
               absl::StrCat("'", planned().target->name(),
                            "' did not go on with the answer that was cut"));
}

}  // namespace aigateway
