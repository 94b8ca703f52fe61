#include "providers/bedrock/bedrock_answer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"
#include "providers/finish_reasons.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

constexpr int64_t kMostBlocks = 4096;
constexpr size_t kMostCalls = 256;
// Of thoughts and seals, which are kept until their block ends.
constexpr size_t kMostHeld = size_t{16} << 20;
constexpr size_t kMaxCitationBytes = size_t{48} * 1024;
constexpr size_t kMaxShownKind = 64;
constexpr size_t kMaxRequestId = 128;

absl::Status Contradiction(absl::string_view what) {
  return Error(ErrorReason::kProviderProtocolError,
               absl::StrCat("the provider's reply could not be read: ", what));
}

// One base64 text for what came in pieces, each with a base64 of its own. What
// came whole stays byte for byte. nullopt if one is no base64.
std::optional<std::string> JoinBase64(const std::vector<std::string>& pieces) {
  if (pieces.size() == 1) return pieces[0];
  std::string bytes;
  for (const std::string& piece : pieces) {
    std::string decoded;
    if (!absl::Base64Unescape(piece, &decoded)) return std::nullopt;
    bytes += decoded;
  }
  return absl::Base64Escape(bytes);
}

// Adds a delta to the message that it is a piece of.
void Join(v1::Delta& delta, v1::Message* message) {
  if (!delta.text().empty())
    message->set_content(std::move(*delta.mutable_text()));
  if (!delta.reasoning().empty()) {
    message->set_reasoning_content(std::move(*delta.mutable_reasoning()));
  }
  for (v1::ToolCallDelta& piece : *delta.mutable_tool_calls()) {
    while (message->tool_calls_size() <= piece.index()) {
      message->add_tool_calls();
    }
    v1::ToolCall& call = *message->mutable_tool_calls(piece.index());
    if (!piece.id().empty()) {
      call.set_id(std::move(*piece.mutable_id()));
      call.set_name(std::move(*piece.mutable_name()));
    }
    absl::StrAppend(call.mutable_arguments(), piece.arguments());
  }
  message->mutable_reasoning_blocks()->Swap(delta.mutable_reasoning_blocks());
}

}  // namespace

void BedrockAnswer::Warn(absl::string_view text) {
  if (warnings_ != nullptr) warnings_->emplace_back(text);
}

void BedrockAnswer::PassOver(absl::string_view kind) {
  if (std::exchange(warned_of_kind_, true)) return;
  Warn(absl::StrCat("content of the kind '", Truncate(kind, kMaxShownKind),
                    "' was passed over"));
}

absl::Status BedrockAnswer::Hold(size_t bytes) {
  if (bytes > kMostHeld - held_bytes_) {
    return Contradiction("its thoughts are larger than 16 MiB");
  }
  held_bytes_ += bytes;
  return absl::OkStatus();
}

// Only calls are sure to be begun by an event of their own.
absl::StatusOr<BedrockAnswer::Block*> BedrockAnswer::Find(int64_t index) {
  const auto found = open_.find(index);
  if (found != open_.end()) return &found->second;
  if (index < 0 || blocks_ == kMostBlocks) {
    return Contradiction("it has too many content blocks");
  }
  Block& block = open_[index];
  block.place = {.index = blocks_++,
                 .text_bytes = text_bytes_,
                 .calls = static_cast<int64_t>(calls_.size())};
  block.leads = text_bytes_ == 0 && calls_.empty();
  return &block;
}

absl::Status BedrockAnswer::Begin(int64_t index, BedrockBlock& piece,
                                  v1::Delta* delta) {
  AIGW_RETURN_IF_ERROR(EndBlock(index, delta));
  return Add(index, piece, delta);
}

absl::Status BedrockAnswer::Add(int64_t index, BedrockBlock& piece,
                                v1::Delta* delta) {
  AIGW_ASSIGN_OR_RETURN(Block* const block, Find(index));
  if (block->is_other) return absl::OkStatus();
  block->is_known |= piece.text.has_value() || !piece.citations.empty() ||
                     piece.is_thought || piece.tool_use.has_value();
  if (piece.text.has_value()) {
    text_bytes_ += static_cast<int64_t>(piece.text->size());
    absl::StrAppend(delta->mutable_text(), *piece.text);
  }
  for (const std::string& citation : piece.citations) {
    if (citations_.size() + citation.size() > kMaxCitationBytes) {
      citations_overflowed_ = true;
      break;
    }
    absl::StrAppend(&citations_, citations_.empty() ? "" : ",", citation);
  }
  if (piece.is_thought) {
    AIGW_RETURN_IF_ERROR(AddThought(piece, *block, delta));
  }
  if (piece.tool_use.has_value()) {
    AIGW_RETURN_IF_ERROR(BeginCall(*piece.tool_use, *block, delta));
  }
  if (!piece.other.empty()) {
    // Beside what can be read it is but one piece that is passed over.
    PassOver(piece.other);
    block->is_other = !block->is_known;
  }
  return absl::OkStatus();
}

absl::Status BedrockAnswer::AddThought(BedrockBlock& piece, Block& block,
                                       v1::Delta* delta) {
  block.is_thought = true;
  if (piece.thought.has_value()) {
    AIGW_RETURN_IF_ERROR(Hold(piece.thought->size()));
    has_thought_ |= !piece.thought->empty();
    absl::StrAppend(delta->mutable_reasoning(), *piece.thought);
    block.thought += *piece.thought;
  }
  AIGW_RETURN_IF_ERROR(Hold(piece.signature.size() + piece.redacted.size()));
  block.signature += piece.signature;
  if (!piece.redacted.empty()) {
    block.redacted.push_back(std::move(piece.redacted));
  }
  return absl::OkStatus();
}

absl::Status BedrockAnswer::BeginCall(BedrockToolUse& use, Block& block,
                                      v1::Delta* delta) {
  if (use.type == "server_tool_use") {
    PassOver(use.type);
    block.is_other = true;
    return absl::OkStatus();
  }
  if (block.call < 0) {
    if (use.id.empty() || use.name.empty()) {
      return Contradiction("a tool call has no id or no name");
    }
    if (calls_.size() == kMostCalls) {
      return Contradiction("it has too many tool calls");
    }
    block.call = static_cast<int>(calls_.size());
    calls_.push_back({.block = block.place.index});
    v1::ToolCallDelta& begun = *delta->add_tool_calls();
    begun.set_index(block.call);
    begun.set_id(std::move(use.id));
    begun.set_name(std::move(use.name));
  }
  if (use.input.value_or("").empty()) return absl::OkStatus();
  calls_[static_cast<size_t>(block.call)].has_arguments = true;
  v1::ToolCallDelta& piece = *delta->add_tool_calls();
  piece.set_index(block.call);
  piece.set_arguments(*std::move(use.input));
  return absl::OkStatus();
}

absl::Status BedrockAnswer::EndBlock(int64_t index, v1::Delta* delta) {
  auto ended = open_.extract(index);
  if (!ended.empty() && ended.mapped().is_thought) {
    GiveThought(ended.mapped(), delta);
  }
  return absl::OkStatus();
}

void BedrockAnswer::GiveThought(Block& block, v1::Delta* delta) {
  if (!block.signature.empty()) {
    v1::ReasoningBlock& thought = *delta->add_reasoning_blocks();
    thought.set_model(model_);
    thought.set_text(std::move(block.thought));
    thought.set_signature(std::move(block.signature));
    if (!block.leads) {
      thought.set_opaque(WriteAnthropicOpaque(block.place, ""));
    }
  }
  if (block.redacted.empty()) return;
  std::optional<std::string> seal = JoinBase64(block.redacted);
  if (!seal.has_value()) {
    if (std::exchange(warned_of_seal_, true)) return;
    return Warn("a withheld thought was left out: a piece of it is not base64");
  }
  v1::ReasoningBlock& thought = *delta->add_reasoning_blocks();
  thought.set_model(model_);
  if (block.leads) {
    thought.set_opaque(*std::move(seal));
    return;
  }
  std::string json;
  {
    JsonWriter out(&json);
    out.StartObject();
    out.Field("type", "redacted_thinking");
    out.Field("data", *seal);
    out.EndObject();
  }
  thought.set_opaque(WriteAnthropicOpaque(block.place, json));
}

absl::Status BedrockAnswer::Finish(absl::string_view reason, v1::Delta* delta,
                                   v1::Finish* finish) {
  for (auto& [index, block] : std::exchange(open_, {})) {
    if (block.is_thought) GiveThought(block, delta);
  }
  const v1::FinishReason judged =
      JudgeFinish(reason, {.has_content = text_bytes_ > 0 || has_thought_,
                           .has_tool_calls = has_calls()});
  const bool is_complete = judged == v1::FINISH_REASON_TOOL_CALLS;
  if (is_complete && !has_calls()) {
    return Contradiction("it ends for a tool call and has none");
  }
  // Without arguments no piece of them ever comes; what a limit cut is passed
  // on as it came, which can be the last block only.
  for (size_t i = 0; i < calls_.size(); ++i) {
    const bool is_last = calls_[i].block + 1 == blocks_;
    if (calls_[i].has_arguments || (is_last && !is_complete)) continue;
    v1::ToolCallDelta& piece = *delta->add_tool_calls();
    piece.set_index(static_cast<int>(i));
    piece.set_arguments("{}");
  }
  finish->set_finish_reason(judged);
  finish->set_provider_finish_reason(std::string(reason));
  return absl::OkStatus();
}

bool BedrockAnswer::TakeReport(BedrockEvent& event, v1::Usage* usage) {
  event.metadata.MoveTo(&metadata_);
  if (!event.usage.has_value()) return false;
  const BedrockUsage& read = *event.usage;
  if (read.input.has_value()) {
    usage->set_prompt_tokens(*read.input + read.cache_read.value_or(0) +
                             read.cache_write.value_or(0));
  }
  if (read.output.has_value()) usage->set_completion_tokens(*read.output);
  if (read.input.has_value() && read.output.has_value()) {
    usage->set_total_tokens(usage->prompt_tokens() +
                            usage->completion_tokens());
  }
  if (read.cache_read.has_value()) {
    usage->set_cached_prompt_tokens(*read.cache_read);
  }
  if (read.cache_write.has_value()) {
    usage->set_cache_write_tokens(*read.cache_write);
  }
  return read.input.has_value() || read.output.has_value();
}

void BedrockAnswer::WriteMetadata(google::protobuf::Struct* out) const {
  metadata_.To(out);
  if (citations_.empty()) return;
  ProviderMetadata citations;
  citations.SetText("", "citations", absl::StrCat("[", citations_, "]"));
  google::protobuf::Struct read;
  citations.To(&read);
  out->MergeFrom(read);
  if (citations_overflowed_ && warnings_ != nullptr) {
    warnings_->emplace_back(
        "provider_metadata.citations are not complete: they would be too "
        "large");
  }
}

std::string BedrockRequestId(const HttpHeaders& headers) {
  const absl::string_view id = headers.Get("x-amzn-requestid");
  const bool can_be_shown =
      id.size() <= kMaxRequestId &&
      std::all_of(id.begin(), id.end(), [](char c) {
        return absl::ascii_isgraph(static_cast<unsigned char>(c));
      });
  return can_be_shown ? std::string(id) : "";
}

absl::StatusOr<v1::ChatResponse> ReadBedrockResponse(
    const HttpResponse& response, const CallOptions& options,
    const Redactor& redactor) {
  const auto unreadable = [&](absl::string_view what) {
    return UnreadableAnswer(what, response.status, response.body, redactor,
                            options.credential);
  };
  BedrockEvent read;
  JsonReader reader;
  if (const absl::Status status =
          ReadBedrockEvent(reader, response.body, &read);
      !status.ok()) {
    return unreadable(status.message());
  }
  if (!read.has_content) return unreadable("it has no message");

  BedrockAnswer answer(options.model, options.warnings);
  v1::Delta delta;
  int64_t index = 0;
  for (BedrockBlock& block : read.content) {
    AIGW_RETURN_IF_ERROR(answer.Add(index, block, &delta));
    AIGW_RETURN_IF_ERROR(answer.EndBlock(index++, &delta));
  }
  v1::ChatResponse made;
  v1::Finish finish;
  AIGW_RETURN_IF_ERROR(answer.Finish(read.stop_reason, &delta, &finish));
  v1::Usage usage;
  if (answer.TakeReport(read, &usage)) *made.mutable_usage() = usage;
  v1::Choice& choice = *made.add_choices();
  choice.mutable_message()->set_role(v1::ROLE_ASSISTANT);
  Join(delta, choice.mutable_message());
  choice.set_finish_reason(finish.finish_reason());
  choice.set_provider_finish_reason(finish.provider_finish_reason());
  made.set_id(BedrockRequestId(response.headers));
  made.set_model(options.model);
  made.set_service_tier(read.service_tier);
  google::protobuf::Struct metadata;
  answer.WriteMetadata(&metadata);
  if (!metadata.fields().empty()) {
    *made.mutable_provider_metadata() = std::move(metadata);
  }
  return made;
}

}  // namespace aigateway
