#include "providers/anthropic_answer.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"
#include "providers/finish_reasons.h"

namespace aigateway {
namespace {

// Anthropic has one block open at a time.
constexpr size_t kMostOpenBlocks = 256;
// Of one block that has to be gathered, and of all that are held to the end.
constexpr size_t kMostGathered = size_t{4} << 20;
constexpr size_t kMostHeld = size_t{1} << 20;
constexpr size_t kMaxShownType = 64;

absl::Status Contradiction(absl::string_view what) {
  return Error(ErrorReason::kProviderProtocolError,
               absl::StrCat("the provider's reply could not be read: ", what));
}

// Blocks of Anthropic's own tools and the like.
bool IsKnownOther(absl::string_view type) {
  return type == "server_tool_use" || type == "mcp_tool_use" ||
         type == "compaction" || type == "container_upload" ||
         absl::EndsWith(type, "_tool_result");
}

// Whether `object`, JSON text, is more than "{}".
bool HasMembers(absl::string_view object) {
  return absl::StrContains(object, ':');
}

// The block with what came for it in pieces.
std::string Completed(absl::string_view json, absl::string_view input,
                      absl::string_view content) {
  std::string whole;
  absl::Status status;
  {
    JsonWriter out(&whole);
    JsonReader reader;
    out.StartObject();
    status = reader.Read(json, [&](JsonValue& block) {
      return block.ForEachField([&](absl::string_view key, JsonValue& field) {
        out.Key(key);
        if (key == "input" && !input.empty()) {
          out.Raw(input);
        } else if (key == "content" && !content.empty()) {
          out.Raw(content);
        } else {
          out.Raw(field.Raw());
        }
        return absl::OkStatus();
      });
    });
    out.EndObject();
  }
  // It was read before.
  return status.ok() ? whole : std::string(json);
}

}  // namespace

void AnthropicAnswer::Warn(absl::string_view text) {
  if (warnings_ != nullptr) warnings_->emplace_back(text);
}

// The API asks to pass over deltas that are not known; who reads the answer may
// want to know.
void AnthropicAnswer::WarnOfDelta(absl::string_view type) {
  if (std::exchange(warned_of_delta_, true)) return;
  Warn(absl::StrCat("content of the type '", Truncate(type, kMaxShownType),
                    "' was passed over"));
}

void AnthropicAnswer::AddText(absl::string_view text, v1::Delta* delta) {
  absl::StrAppend(delta->mutable_text(), text);
  text_bytes_ += static_cast<int64_t>(text.size());
}

absl::Status AnthropicAnswer::Begin(int64_t index, AnthropicContentBlock block,
                                    v1::Delta* delta) {
  // Some servers leave the end of a block out.
  End(index, delta);
  GiveBareCall(delta);
  if (open_.size() == kMostOpenBlocks) {
    return Contradiction("too many content blocks are open at once");
  }
  Block begun;
  begun.place = {blocks_, text_bytes_, calls_};
  begun.leads = blocks_ == thoughts_;
  ++blocks_;
  begun.citations = std::move(block.citations);
  if (block.type == "text") {
    AddText(block.text, delta);
  } else if (block.type == "thinking") {
    begun.kind = Kind::kThinking;
    begun.signature = std::move(block.signature);
    absl::StrAppend(delta->mutable_reasoning(), block.thinking);
    begun.gathered = std::move(block.thinking);
    ++thoughts_;
  } else if (block.type == "redacted_thinking") {
    begun.kind = Kind::kRedacted;
    begun.data = std::move(block.data);
    ++thoughts_;
  } else if (block.type == "tool_use") {
    if (block.id.empty() || block.name.empty()) {
      return Contradiction("a tool call has no id or no name");
    }
    begun.kind = Kind::kCall;
    begun.call = static_cast<int>(calls_++);
    begun.input = std::move(block.input);
    v1::ToolCallDelta* const call = delta->add_tool_calls();
    call->set_index(begun.call);
    call->set_id(std::move(block.id));
    call->set_name(std::move(block.name));
  } else {
    begun.kind = Kind::kOther;
    begun.json = std::move(block.json);
    if (!IsKnownOther(block.type)) {
      Warn(absl::StrCat("a content block of the type '",
                        Truncate(block.type, kMaxShownType),
                        "' is only in provider_metadata"));
    }
  }
  open_.emplace(index, std::move(begun));
  return absl::OkStatus();
}

absl::Status AnthropicAnswer::Continue(int64_t index, AnthropicBlockDelta& more,
                                       v1::Delta* delta) {
  auto found = open_.find(index);
  if (found == open_.end()) {
    // The beginning was lost; for a text or a thought nothing was in it.
    AnthropicContentBlock block;
    if (more.type == "text_delta") {
      block.type = "text";
    } else if (more.type == "thinking_delta" ||
               more.type == "signature_delta") {
      block.type = "thinking";
    } else if (more.type == "input_json_delta") {
      return Contradiction("arguments came that belong to no tool call");
    } else {
      WarnOfDelta(more.type);
      return absl::OkStatus();
    }
    AIGW_RETURN_IF_ERROR(Begin(index, std::move(block), delta));
    found = open_.find(index);
  }
  Block& block = found->second;
  if (more.type == "text_delta") {
    if (block.kind != Kind::kText && block.kind != Kind::kOther) {
      return Contradiction("a text came in a block that is none");
    }
    AddText(more.text.value_or(""), delta);
  } else if (more.type == "thinking_delta" || more.type == "signature_delta") {
    if (block.kind != Kind::kThinking) {
      return Contradiction("a thought came in a block that is none");
    }
    if (more.type == "signature_delta") {
      block.signature = std::move(more.signature).value_or("");
    } else {
      const std::string thinking = std::move(more.thinking).value_or("");
      absl::StrAppend(delta->mutable_reasoning(), thinking);
      absl::StrAppend(&block.gathered, thinking);
    }
  } else if (more.type == "input_json_delta") {
    std::string piece = std::move(more.partial_json).value_or("");
    if (block.kind == Kind::kCall) {
      if (piece.empty()) return absl::OkStatus();
      block.has_arguments = true;
      v1::ToolCallDelta* const call = delta->add_tool_calls();
      call->set_index(block.call);
      call->set_arguments(std::move(piece));
    } else if (block.kind == Kind::kOther) {
      absl::StrAppend(&block.gathered, piece);
    } else {
      return Contradiction("arguments came in a block that is no tool call");
    }
  } else if (more.type == "citations_delta") {
    if (!more.citation.empty()) {
      block.citations.push_back(std::move(more.citation));
    }
  } else if (!more.content.empty() && block.kind == Kind::kOther) {
    block.content = std::move(more.content);
  } else {
    WarnOfDelta(more.type);
  }
  size_t gathered = block.gathered.size() + block.signature.size();
  for (const std::string& citation : block.citations) {
    gathered += citation.size();
  }
  if (gathered > kMostGathered) {
    return Contradiction("a content block is larger than 4 MiB");
  }
  return absl::OkStatus();
}

void AnthropicAnswer::End(int64_t index, v1::Delta* delta) {
  auto ended = open_.extract(index);
  if (!ended.empty()) EndBlock(std::move(ended.mapped()), delta);
}

void AnthropicAnswer::EndBlock(Block block, v1::Delta* delta) {
  switch (block.kind) {
    case Kind::kText:
      return EndText(block);
    case Kind::kThinking:
    case Kind::kRedacted:
      return EndThought(block, delta);
    case Kind::kOther:
      return EndOther(block);
    case Kind::kCall:
      if (block.has_arguments) return;
      GiveBareCall(delta);
      bare_call_ = std::move(block);
  }
}

void AnthropicAnswer::GiveBareCall(v1::Delta* delta) {
  if (!bare_call_.has_value()) return;
  v1::ToolCallDelta* const call = delta->add_tool_calls();
  call->set_index(bare_call_->call);
  call->set_arguments(bare_call_->input.empty() ? "{}" : bare_call_->input);
  bare_call_.reset();
}

void AnthropicAnswer::EndText(const Block& block) {
  for (const std::string& citation : block.citations) {
    std::string json;
    {
      JsonWriter out(&json);
      out.StartObject();
      out.IntField("text_start", block.place.text_bytes);
      out.IntField("text_end", text_bytes_);
      out.RawField("citation", citation);
      out.EndObject();
    }
    metadata_.Append("citations", json);
  }
}

v1::ReasoningBlock* AnthropicAnswer::AddThought(v1::Delta* delta) const {
  v1::ReasoningBlock* const thought = delta->add_reasoning_blocks();
  if (!model_.empty()) thought->set_model(model_);
  return thought;
}

void AnthropicAnswer::EndThought(Block& block, v1::Delta* delta) {
  if (block.kind == Kind::kThinking) {
    // Without a signature nobody wants it back.
    if (block.signature.empty()) return;
    v1::ReasoningBlock* const thought = AddThought(delta);
    thought->set_text(std::move(block.gathered));
    thought->set_signature(std::move(block.signature));
    if (!block.leads) {
      thought->set_opaque(WriteAnthropicOpaque(block.place, ""));
    }
    return;
  }
  if (block.data.empty()) return;
  v1::ReasoningBlock* const thought = AddThought(delta);
  if (block.leads) {
    thought->set_opaque(std::move(block.data));
    return;
  }
  std::string json;
  {
    JsonWriter out(&json);
    out.StartObject();
    out.Field("type", "redacted_thinking");
    out.Field("data", block.data);
    out.EndObject();
  }
  thought->set_opaque(WriteAnthropicOpaque(block.place, json));
}

void AnthropicAnswer::EndOther(const Block& block) {
  const bool is_whole_input = IsJson(block.gathered);
  std::string json = Completed(
      block.json, is_whole_input ? absl::string_view(block.gathered) : "",
      block.content);
  metadata_.Append("server_tool_blocks", json);
  if (json.size() > kMostHeld - held_bytes_) {
    held_overflowed_ = true;
    return;
  }
  held_bytes_ += json.size();
  held_.push_back({block.place, std::move(json)});
}

// The turn goes on, or its thoughts count only behind what came before them:
// then the model must get its own tools' blocks back too.
void AnthropicAnswer::AddHeld(absl::string_view reason, v1::Delta* delta) {
  const bool goes_on =
      reason == "pause_turn" || reason == "compaction" || reason == "tool_use";
  if (!goes_on && thoughts_ == 0) return;
  if (held_overflowed_) {
    Warn(
        "the blocks of the provider's own tools are too large to be sent back; "
        "a conversation that goes on from here may be refused");
    return;
  }
  for (const Held& block : held_) {
    AddThought(delta)->set_opaque(
        WriteAnthropicOpaque(block.place, block.json));
  }
}

v1::FinishReason AnthropicAnswer::ReasonFor(absl::string_view native) const {
  if (native == "compaction") return v1::FINISH_REASON_PAUSE;
  return JudgeFinish(native, {.has_content = text_bytes_ > 0 || thoughts_ > 0,
                              .has_tool_calls = calls_ > 0});
}

absl::Status AnthropicAnswer::Finish(const AnthropicStop& stop,
                                     v1::Delta* delta, v1::Finish* finish) {
  for (auto& [index, block] : std::exchange(open_, {})) {
    EndBlock(std::move(block), delta);
  }
  // Cut before the first byte of its arguments: its input is as it began.
  if (bare_call_.has_value() && !HasMembers(bare_call_->input) &&
      CommonFinishReason(stop.reason) == v1::FINISH_REASON_LENGTH) {
    bare_call_.reset();
  }
  GiveBareCall(delta);
  if (stop.reason == "tool_use" && calls_ == 0) {
    return Contradiction("it ends for a tool call and has none");
  }
  AddHeld(stop.reason, delta);
  metadata_.SetText("stop_sequence", stop.sequence);
  metadata_.Set("stop_details", stop.details);
  if (metadata_.overflowed()) {
    Warn("provider_metadata is not complete: it would be too large");
  }
  finish->set_finish_reason(ReasonFor(stop.reason));
  finish->set_provider_finish_reason(stop.reason);
  return absl::OkStatus();
}

}  // namespace aigateway
