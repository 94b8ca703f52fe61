#include "providers/openai_choice.h"

#include <cstddef>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

// Of sound that waits for its end.
constexpr size_t kMaxAudioBytes = size_t{32} << 20;

}  // namespace

OpenAiChoice::OpenAiChoice(const Dialect& dialect, int index,
                           std::string id_seed)
    : dialect_(dialect),
      index_(index),
      tools_(absl::StrCat(id_seed, "/", index)) {}

absl::Status OpenAiChoice::Take(OpenAiPiece& piece, v1::Delta* delta) {
  delta->set_index(index_);
  TakeReasoning(piece, delta);
  TakeText(piece, delta);
  if (!piece.refusal.empty()) delta->mutable_refusal()->swap(piece.refusal);
  for (const OpenAiToolPiece& tool : piece.tools) {
    AIGW_RETURN_IF_ERROR(tools_.Add(tool, delta->mutable_tool_calls()));
  }
  AIGW_RETURN_IF_ERROR(thoughts_.Add(piece.thoughts));
  for (v1::ContentPart& image : piece.images) {
    *delta->add_parts() = std::move(image);
  }
  if (!piece.logprobs.content().empty() || !piece.logprobs.refusal().empty()) {
    *delta->mutable_logprobs() = std::move(piece.logprobs);
  }
  AIGW_RETURN_IF_ERROR(TakeAudio(piece));
  Note(delta);
  return absl::OkStatus();
}

void OpenAiChoice::TakeText(OpenAiPiece& piece, v1::Delta* delta) {
  if (piece.text.empty()) return;
  if (dialect_.think_tags) {
    think_tags_.Add(piece.text, delta->mutable_reasoning(),
                    delta->mutable_text());
  } else {
    delta->mutable_text()->swap(piece.text);
  }
}

// The same thought comes under several names; the first seen counts.
void OpenAiChoice::TakeReasoning(OpenAiPiece& piece, v1::Delta* delta) {
  std::string details;
  for (const OpenAiThoughtPiece& thought : piece.thoughts) {
    if (!thought.in_content) absl::StrAppend(&details, thought.text);
  }
  if (reasoning_from_ == ReasoningFrom::kNowhere) {
    if (!piece.reasoning_content.empty()) {
      reasoning_from_ = ReasoningFrom::kContentField;
    } else if (!piece.reasoning.empty()) {
      reasoning_from_ = ReasoningFrom::kField;
    } else if (!details.empty()) {
      reasoning_from_ = ReasoningFrom::kDetails;
    }
  }
  switch (reasoning_from_) {
    case ReasoningFrom::kNowhere:
      return;
    case ReasoningFrom::kContentField:
      delta->mutable_reasoning()->swap(piece.reasoning_content);
      return;
    case ReasoningFrom::kField:
      delta->mutable_reasoning()->swap(piece.reasoning);
      return;
    case ReasoningFrom::kDetails:
      delta->mutable_reasoning()->swap(details);
      return;
  }
}

absl::Status OpenAiChoice::TakeAudio(const OpenAiPiece& piece) {
  absl::StrAppend(&audio_, piece.audio);
  absl::StrAppend(&audio_transcript_, piece.audio_transcript);
  if (audio_.size() + sound_.size() + audio_transcript_.size() >
      kMaxAudioBytes) {
    return absl::InvalidArgumentError("its sound is too long");
  }
  // A piece may be a base64 of its own, which goes on behind its padding.
  const bool is_padded = absl::EndsWith(audio_, "=") && audio_.size() % 4 == 0;
  return is_padded ? DecodeAudio() : absl::OkStatus();
}

absl::Status OpenAiChoice::DecodeAudio() {
  std::string bytes;
  if (!absl::Base64Unescape(audio_, &bytes)) {
    return absl::InvalidArgumentError("its sound is not base64");
  }
  audio_.clear();
  absl::StrAppend(&sound_, bytes);
  return absl::OkStatus();
}

absl::Status OpenAiChoice::GiveAudio(v1::Delta* delta) {
  AIGW_RETURN_IF_ERROR(DecodeAudio());
  if (sound_.empty()) return absl::OkStatus();
  v1::AudioPart* const audio = delta->add_parts()->mutable_audio();
  audio->mutable_data()->swap(sound_);
  if (!audio_transcript_.empty()) {
    audio->set_transcript(std::move(audio_transcript_));
  }
  return absl::OkStatus();
}

absl::Status OpenAiChoice::Close(absl::string_view word,
                                 absl::string_view model, v1::Delta* delta,
                                 v1::Finish* finish) {
  delta->set_index(index_);
  if (dialect_.think_tags) {
    think_tags_.Flush(delta->mutable_reasoning(), delta->mutable_text());
  }
  const bool cut = CommonFinishReason(word) == v1::FINISH_REASON_LENGTH;
  AIGW_RETURN_IF_ERROR(tools_.Close(cut, delta->mutable_tool_calls()));
  thoughts_.Flush(model, delta->mutable_reasoning_blocks());
  AIGW_RETURN_IF_ERROR(GiveAudio(delta));
  Note(delta);
  parts_.has_tool_calls = !tools_.empty();
  finish->set_index(index_);
  finish->set_finish_reason(JudgeFinish(word, parts_));
  finish->set_provider_finish_reason(std::string(word));
  return absl::OkStatus();
}

bool OpenAiChoice::HasContent(const v1::Delta& delta) {
  return !delta.text().empty() || !delta.reasoning().empty() ||
         !delta.refusal().empty() || !delta.tool_calls().empty() ||
         !delta.reasoning_blocks().empty() || !delta.parts().empty() ||
         delta.has_logprobs();
}

void OpenAiChoice::Note(v1::Delta* delta) {
  parts_.has_content = parts_.has_content || !delta->text().empty() ||
                       !delta->reasoning().empty() ||
                       !delta->refusal().empty() || !delta->parts().empty();
  if (!said_role_ && HasContent(*delta)) {
    delta->set_role(v1::ROLE_ASSISTANT);
    said_role_ = true;
  }
}

}  // namespace aigateway
