#include "providers/gemini_answer.h"

#include <cstddef>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"
#include "providers/gemini_seals.h"

namespace aigateway {
namespace {

using Kind = GeminiPart::Kind;

constexpr size_t kMaxReasonBytes = 128;

// FNV-1a: the same in every process and build.
uint64_t Hash(absl::string_view text, uint64_t hash = 0xcbf29ce484222325) {
  for (char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return hash;
}

// What the provider's word means, where it does not depend on the content.
struct Row {
  absl::string_view native;
  v1::FinishReason reason;
};
constexpr Row kReasons[] = {
    {"MAX_TOKENS", v1::FINISH_REASON_LENGTH},
    {"SAFETY", v1::FINISH_REASON_CONTENT_FILTER},
    {"RECITATION", v1::FINISH_REASON_CONTENT_FILTER},
    {"BLOCKLIST", v1::FINISH_REASON_CONTENT_FILTER},
    {"PROHIBITED_CONTENT", v1::FINISH_REASON_CONTENT_FILTER},
    {"SPII", v1::FINISH_REASON_CONTENT_FILTER},
    {"MODEL_ARMOR", v1::FINISH_REASON_CONTENT_FILTER},
    {"IMAGE_SAFETY", v1::FINISH_REASON_CONTENT_FILTER},
    {"IMAGE_PROHIBITED_CONTENT", v1::FINISH_REASON_CONTENT_FILTER},
    {"IMAGE_RECITATION", v1::FINISH_REASON_CONTENT_FILTER},
    {"MALFORMED_FUNCTION_CALL", v1::FINISH_REASON_ERROR},
    {"UNEXPECTED_TOOL_CALL", v1::FINISH_REASON_ERROR},
    {"TOO_MANY_TOOL_CALLS", v1::FINISH_REASON_ERROR},
    {"LANGUAGE", v1::FINISH_REASON_ERROR},
    {"OTHER", v1::FINISH_REASON_ERROR},
    {"NO_IMAGE", v1::FINISH_REASON_ERROR},
    {"IMAGE_OTHER", v1::FINISH_REASON_ERROR},
};

v1::FinishReason CommonReason(absl::string_view native, bool has_calls,
                              bool has_content) {
  for (const Row& row : kReasons) {
    if (row.native == native) return row.reason;
  }
  // STOP, none, and words that are not known yet.
  if (has_calls) return v1::FINISH_REASON_TOOL_CALLS;
  return native == "STOP" || has_content ? v1::FINISH_REASON_STOP
                                         : v1::FINISH_REASON_ERROR;
}

bool IsEmpty(const v1::Delta& delta) {
  return delta.text().empty() && delta.reasoning().empty() &&
         delta.tool_calls().empty() && delta.reasoning_blocks().empty() &&
         delta.parts().empty() && delta.logprobs().content().empty();
}

}  // namespace

absl::Status GeminiAnswer::CheckBounds(const GeminiChunk& chunk) const {
  std::map<int, int> calls;
  std::map<int, int> media;
  for (const GeminiCandidate& candidate : chunk.candidates) {
    for (const GeminiPart& part : candidate.parts) {
      if (part.kind == Kind::kCall) ++calls[candidate.index];
      if (part.kind == Kind::kMedia || part.kind == Kind::kMediaUrl) {
        ++media[candidate.index];
      }
    }
  }
  const auto had = [this](int index) {
    const auto choice = choices_.find(index);
    return choice == choices_.end() ? nullptr : &choice->second;
  };
  for (const auto& [index, count] : calls) {
    if (count + (had(index) ? had(index)->calls : 0) > kMaxToolCalls) {
      return absl::InvalidArgumentError("it has too many tool calls");
    }
  }
  for (const auto& [index, count] : media) {
    if (count + (had(index) ? had(index)->media : 0) > kMaxMedia) {
      return absl::InvalidArgumentError("it has too many parts");
    }
  }
  return absl::OkStatus();
}

absl::Status GeminiAnswer::Take(GeminiChunk& chunk, Emit emit) {
  AIGW_RETURN_IF_ERROR(CheckBounds(chunk));
  if (end_.id().empty()) end_.set_id(std::move(chunk.id));
  if (end_.model().empty()) end_.set_model(std::move(chunk.model));
  if (create_time_.empty()) create_time_ = std::move(chunk.create_time);
  if (!chunk.service_tier.empty()) {
    end_.set_service_tier(std::move(chunk.service_tier));
  }
  if (!chunk.block_reason.empty()) {
    block_reason_ = Truncate(chunk.block_reason, kMaxReasonBytes);
  }
  // Every report is the whole count so far.
  if (chunk.usage.has_value()) *end_.mutable_usage() = *chunk.usage;
  metadata_.TakeFields(std::move(chunk.other_fields));
  metadata_.TakeUsage(std::move(chunk.other_usage_fields));
  for (GeminiCandidate& candidate : chunk.candidates) {
    AIGW_RETURN_IF_ERROR(TakeCandidate(candidate, emit));
  }
  return absl::OkStatus();
}

absl::Status GeminiAnswer::TakeCandidate(GeminiCandidate& candidate,
                                         Emit emit) {
  const int index = candidate.index;
  Choice& choice = choices_[index];
  metadata_.TakeCandidate(index, std::move(candidate.other_fields));
  v1::Delta delta;
  for (GeminiPart& part : candidate.parts) {
    AIGW_RETURN_IF_ERROR(TakePart(index, part, &delta, emit));
  }
  if (logprobs_ && !candidate.logprobs.content().empty()) {
    *delta.mutable_logprobs() = std::move(candidate.logprobs);
  }
  if (!candidate.parts.empty()) {
    choice.ends_in_code = candidate.parts.back().kind == Kind::kOther;
    choice.goes_on = true;
  }
  // Of two the last counts.
  if (!candidate.finish_reason.empty()) {
    choice.goes_on = choice.ends_in_code;
    choice.finish_reason = Truncate(candidate.finish_reason, kMaxReasonBytes);
  }
  return Flush(index, &delta, emit);
}

absl::Status GeminiAnswer::TakePart(int index, GeminiPart& part,
                                    v1::Delta* delta, Emit emit) {
  Choice& choice = choices_[index];
  GeminiSealed sealed;
  switch (part.kind) {
    case Kind::kText:
      // A delta does not say in which order its text and its parts came.
      if (!delta->parts().empty() && !part.text.empty()) {
        AIGW_RETURN_IF_ERROR(Flush(index, delta, emit));
      }
      choice.has_content |= !part.text.empty();
      delta->mutable_text()->append(part.text);
      if (!part.signature.empty()) {
        AddBlock(delta)->set_signature(std::move(part.signature));
      }
      return absl::OkStatus();
    case Kind::kThought:
      delta->mutable_reasoning()->append(part.text);
      sealed.kind = GeminiSealed::Kind::kThought;
      break;
    case Kind::kCall:
      TakeCall(index, part, delta);
      return absl::OkStatus();
    case Kind::kMedia:
    case Kind::kMediaUrl:
      if (!delta->text().empty()) {
        AIGW_RETURN_IF_ERROR(Flush(index, delta, emit));
      }
      sealed.kind = GeminiSealed::Kind::kMedia;
      sealed.media = choice.media;
      TakeMedia(part, &choice, delta);
      break;
    case Kind::kThoughtMedia:
      if (!left_out_media_) {
        warnings_->push_back(
            "a picture that was part of a thought was left "
            "out");
        left_out_media_ = true;
      }
      return absl::OkStatus();
    case Kind::kOther:
      if (!part.signature.empty()) {
        sealed.kind = GeminiSealed::Kind::kPart;
        sealed.part = part.raw;
        AddBlock(delta)->set_opaque(WriteGeminiSealed(sealed));
      }
      metadata_.TakePart(index, std::move(part.raw));
      return absl::OkStatus();
  }
  if (!part.signature.empty()) {
    v1::ReasoningBlock* const block = AddBlock(delta);
    block->set_signature(std::move(part.signature));
    block->set_opaque(WriteGeminiSealed(sealed));
  }
  return absl::OkStatus();
}

v1::ReasoningBlock* GeminiAnswer::AddBlock(v1::Delta* delta) const {
  v1::ReasoningBlock* const block = delta->add_reasoning_blocks();
  if (!end_.model().empty()) block->set_model(end_.model());
  return block;
}

void GeminiAnswer::TakeCall(int index, GeminiPart& part, v1::Delta* delta) {
  Choice& choice = choices_[index];
  has_calls_ = true;
  const int number = choice.calls++;
  // Two calls must not have one id, whoever gave it.
  if (part.call_id.empty() || !choice.ids.insert(Hash(part.call_id)).second) {
    part.call_id = MakeCallId(index, number, part);
    choice.ids.insert(Hash(part.call_id));
  }
  v1::ToolCallDelta* const call = delta->add_tool_calls();
  call->set_index(number);
  call->set_id(std::move(part.call_id));
  call->set_name(std::move(part.name));
  call->set_arguments(std::move(part.arguments));
  if (!part.signature.empty()) call->set_signature(std::move(part.signature));
}

void GeminiAnswer::TakeMedia(GeminiPart& part, Choice* choice,
                             v1::Delta* delta) {
  choice->has_content = true;
  ++choice->media;
  const bool by_url = part.kind == Kind::kMediaUrl;
  const auto fill = [&](auto* media) {
    if (by_url) {
      media->set_url(std::move(part.text));
    } else {
      media->set_data(std::move(part.bytes));
    }
    if (!part.media_type.empty()) media->set_media_type(part.media_type);
  };
  v1::ContentPart* const to = delta->add_parts();
  if (absl::StartsWith(part.media_type, "image/")) {
    fill(to->mutable_image());
  } else if (absl::StartsWith(part.media_type, "audio/")) {
    fill(to->mutable_audio());
  } else {
    fill(to->mutable_file());
  }
}

absl::Status GeminiAnswer::Flush(int index, v1::Delta* delta, Emit emit) {
  if (IsEmpty(*delta)) return absl::OkStatus();
  Choice& choice = choices_[index];
  delta->set_index(index);
  if (!choice.started) delta->set_role(v1::ROLE_ASSISTANT);
  choice.started = true;
  AIGW_RETURN_IF_ERROR(emit(*delta));
  delta->Clear();
  return absl::OkStatus();
}

std::string GeminiAnswer::MakeCallId(int index, int number,
                                     const GeminiPart& part) const {
  const std::string place =
      absl::StrCat(end_.id(), "/", index, "/", number, "/", part.name, "/");
  return absl::StrFormat("call_%016x", Hash(part.arguments, Hash(place)));
}

bool GeminiAnswer::finished() const {
  if (!block_reason_.empty()) return true;
  for (const auto& [index, choice] : choices_) {
    if (choice.finish_reason.empty()) return false;
  }
  return !choices_.empty();
}

bool GeminiAnswer::goes_on() const {
  for (const auto& [index, choice] : choices_) {
    if (choice.goes_on) return true;
  }
  return false;
}

bool GeminiAnswer::HasSubstance(int index) const {
  const auto found = choices_.find(index);
  if (found == choices_.end()) return false;
  const Choice& choice = found->second;
  return choice.started || !choice.finish_reason.empty();
}

std::vector<v1::Finish> GeminiAnswer::Finishes() const {
  std::vector<v1::Finish> finishes;
  const auto add = [&](int index, const Choice& choice) {
    v1::Finish& finish = finishes.emplace_back();
    finish.set_index(index);
    if (choice.finish_reason.empty() && !block_reason_.empty()) {
      finish.set_finish_reason(v1::FINISH_REASON_CONTENT_FILTER);
      finish.set_provider_finish_reason(block_reason_);
      return;
    }
    finish.set_finish_reason(CommonReason(
        choice.finish_reason, choice.calls > 0, choice.has_content));
    finish.set_provider_finish_reason(choice.finish_reason);
  };
  for (const auto& [index, choice] : choices_) add(index, choice);
  // A refused prompt is one choice with nothing in it.
  if (choices_.empty() && !block_reason_.empty()) add(0, Choice());
  return finishes;
}

void GeminiAnswer::WriteMetadata() {
  google::protobuf::Struct metadata;
  if (!metadata_.Write(&metadata)) {
    warnings_->push_back(
        "some of provider_metadata was left out: it is too "
        "long");
  }
  if (!metadata.fields().empty()) {
    *end_.mutable_provider_metadata() = std::move(metadata);
  }
}

}  // namespace aigateway
