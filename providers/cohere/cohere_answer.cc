#include "providers/cohere/cohere_answer.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"
#include "providers/cohere/cohere_error.h"
#include "providers/finish_reasons.h"
#include "providers/json_struct.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

constexpr int kMostCalls = 256;
constexpr size_t kMostOthers = 256;
// Of a plan, and of a thought that may have to go back with it.
constexpr size_t kMostGathered = size_t{4} << 20;
constexpr size_t kMaxShownType = 64;

absl::Status Contradiction(absl::string_view what) {
  return Error(ErrorReason::kProviderProtocolError,
               absl::StrCat("the provider's reply could not be read: ", what));
}

absl::Status Gather(absl::string_view text, std::string* gathered) {
  if (text.size() > kMostGathered - gathered->size()) {
    return Contradiction("a plan or thought is larger than 4 MiB");
  }
  absl::StrAppend(gathered, text);
  return absl::OkStatus();
}

// Adds a delta to the message that it is a piece of.
void Join(v1::Delta& delta, v1::Choice* choice) {
  v1::Message& message = *choice->mutable_message();
  if (!delta.text().empty()) message.set_content(delta.text());
  if (!delta.reasoning().empty()) {
    message.set_reasoning_content(delta.reasoning());
  }
  for (v1::ToolCallDelta& piece : *delta.mutable_tool_calls()) {
    while (message.tool_calls_size() <= piece.index()) message.add_tool_calls();
    v1::ToolCall& call = *message.mutable_tool_calls(piece.index());
    if (!piece.id().empty()) {
      call.set_id(std::move(*piece.mutable_id()));
      call.set_name(std::move(*piece.mutable_name()));
    }
    absl::StrAppend(call.mutable_arguments(), piece.arguments());
  }
  message.mutable_reasoning_blocks()->Swap(delta.mutable_reasoning_blocks());
  if (delta.has_logprobs()) {
    *choice->mutable_logprobs() = std::move(*delta.mutable_logprobs());
  }
}

}  // namespace

void CohereAnswer::Warn(absl::string_view text) {
  if (warnings_ != nullptr) warnings_->emplace_back(text);
}

absl::Status CohereAnswer::BeginContent(int64_t index,
                                        const CohereContent& content,
                                        v1::Delta* delta) {
  others_.erase(index);
  if (content.type == "text" || content.type == "thinking") {
    return AddContent(content, delta);
  }
  if (others_.empty()) {
    Warn(absl::StrCat("content of the type '",
                      Truncate(content.type, kMaxShownType),
                      "' was passed over"));
  }
  if (others_.size() == kMostOthers) {
    return Contradiction("it has too many pieces of content");
  }
  others_.insert(index);
  return absl::OkStatus();
}

absl::Status CohereAnswer::AddContent(const CohereContent& content,
                                      v1::Delta* delta) {
  if (content.text.has_value()) {
    absl::StrAppend(delta->mutable_text(), *content.text);
    has_text_ |= !content.text->empty();
  }
  if (content.thinking.has_value()) {
    absl::StrAppend(delta->mutable_reasoning(), *content.thinking);
    return Gather(*content.thinking, &thought_);
  }
  return absl::OkStatus();
}

absl::Status CohereAnswer::BeginCall(int64_t index, CohereToolCall call,
                                     v1::Delta* delta) {
  if (call.id.empty() || call.name.empty()) {
    return Contradiction("a tool call has no id or no name");
  }
  if (calls_ == kMostCalls) return Contradiction("it has too many tool calls");
  EndCall(index, delta);
  open_calls_[index] = {.number = calls_++};
  v1::ToolCallDelta& begun = *delta->add_tool_calls();
  begun.set_index(open_calls_[index].number);
  begun.set_id(std::move(call.id));
  begun.set_name(std::move(call.name));
  return AddArguments(index, call.arguments.value_or(""), delta);
}

absl::Status CohereAnswer::AddArguments(int64_t index,
                                        absl::string_view arguments,
                                        v1::Delta* delta) {
  const auto found = open_calls_.find(index);
  if (found == open_calls_.end()) {
    return Contradiction("arguments came that belong to no tool call");
  }
  if (arguments.empty()) return absl::OkStatus();
  found->second.has_arguments = true;
  v1::ToolCallDelta& piece = *delta->add_tool_calls();
  piece.set_index(found->second.number);
  piece.set_arguments(std::string(arguments));
  return absl::OkStatus();
}

void CohereAnswer::EndCall(int64_t index, v1::Delta* delta) {
  auto ended = open_calls_.extract(index);
  if (!ended.empty()) CloseCall(ended.mapped(), delta);
}

// Without arguments no piece of them ever comes.
void CohereAnswer::CloseCall(const Call& call, v1::Delta* delta) {
  if (call.has_arguments) return;
  v1::ToolCallDelta& piece = *delta->add_tool_calls();
  piece.set_index(call.number);
  piece.set_arguments("{}");
}

absl::Status CohereAnswer::AddPlan(absl::string_view text) {
  return Gather(text, &plan_);
}

bool CohereAnswer::Fits(size_t bytes) {
  if (bytes > kMaxMetadataBytes - metadata_bytes_) {
    metadata_overflowed_ = true;
    return false;
  }
  metadata_bytes_ += bytes;
  return true;
}

void CohereAnswer::AddCitation(absl::string_view json) {
  google::protobuf::Value value;
  if (!Fits(json.size()) || !ReadJsonIntoValue(json, &value)) return;
  *(*metadata_.mutable_fields())["citations"]
       .mutable_list_value()
       ->add_values() = std::move(value);
}

void CohereAnswer::AddLogprobs(const std::vector<CohereLogprob>& logprobs,
                               v1::Delta* delta) const {
  if (!wants_logprobs_) return;
  for (const CohereLogprob& each : logprobs) {
    v1::TokenLogprob& token = *delta->mutable_logprobs()->add_content();
    token.set_token(each.text);
    token.set_logprob(each.logprob);
  }
}

void CohereAnswer::AddBlocks(v1::Delta* delta) const {
  // A thought alone goes back as it is read; but blocks count instead of it.
  if (!thought_.empty()) {
    v1::ReasoningBlock& block = *delta->add_reasoning_blocks();
    block.set_text(thought_);
    block.set_model(model_);
  }
  std::string json;
  {
    JsonWriter out(&json);
    out.StartObject();
    out.Field("tool_plan", plan_);
    out.EndObject();
  }
  v1::ReasoningBlock& block = *delta->add_reasoning_blocks();
  block.set_opaque(std::move(json));
  block.set_model(model_);
}

absl::Status CohereAnswer::Finish(absl::string_view reason, v1::Delta* delta,
                                  v1::Finish* finish) {
  const v1::FinishReason judged = JudgeFinish(
      reason, {.has_content = has_text_ || !thought_.empty() || !plan_.empty(),
               .has_tool_calls = calls_ > 0});
  if (judged == v1::FINISH_REASON_TOOL_CALLS && calls_ == 0) {
    return Contradiction("it ends for a tool call and has none");
  }
  for (const auto& [index, call] : std::exchange(open_calls_, {})) {
    // What a limit cut is passed on as it came.
    if (judged == v1::FINISH_REASON_TOOL_CALLS) CloseCall(call, delta);
  }
  if (!plan_.empty()) {
    AddBlocks(delta);
    if (Fits(plan_.size())) {
      (*metadata_.mutable_fields())["tool_plan"].set_string_value(plan_);
    }
  }
  if (metadata_overflowed_) {
    Warn("provider_metadata is not complete: it would be too large");
  }
  finish->set_finish_reason(judged);
  finish->set_provider_finish_reason(std::string(reason));
  return absl::OkStatus();
}

bool CohereAnswer::TakeUsage(const CohereUsage& read, v1::Usage* usage) {
  google::protobuf::Value value;
  if (!read.json.empty() && Fits(read.json.size()) &&
      ReadJsonIntoValue(read.json, &value)) {
    // Money goes by `billed_units`, which are not tokens.
    (*metadata_.mutable_fields())["usage"] = std::move(value);
  }
  if (read.input.has_value()) usage->set_prompt_tokens(*read.input);
  if (read.output.has_value()) usage->set_completion_tokens(*read.output);
  if (read.input.has_value() && read.output.has_value()) {
    usage->set_total_tokens(*read.input + *read.output);
  }
  if (read.cached.has_value()) usage->set_cached_prompt_tokens(*read.cached);
  if (read.reasoning.has_value()) usage->set_reasoning_tokens(*read.reasoning);
  return read.input.has_value() || read.output.has_value();
}

absl::StatusOr<v1::ChatResponse> ReadCohereResponse(
    const HttpResponse& response, const v1::ChatRequest& chat,
    const CallOptions& options, const Redactor& redactor) {
  const auto unreadable = [&](absl::string_view what) {
    return UnreadableAnswer(what, response.status, response.body, redactor,
                            options.credential);
  };
  CohereEvent read;
  JsonReader reader;
  if (const absl::Status status =
          ReadCohereAnswer(reader, response.body, &read);
      !status.ok()) {
    return unreadable(status.message());
  }
  if (read.has_error) {
    return CohereInnerError(read.error, redactor, options.credential);
  }
  if (!read.has_message) return unreadable("it has no message");

  CohereAnswer answer(options.model, chat.logprobs(), options.warnings);
  v1::Delta delta;
  int64_t index = 0;
  for (const CohereContent& content : read.message.content) {
    if ((content.type == "text" && !content.text.has_value()) ||
        (content.type == "thinking" && !content.thinking.has_value())) {
      return unreadable("a piece of content has nothing in it");
    }
    AIGW_RETURN_IF_ERROR(answer.BeginContent(index++, content, &delta));
  }
  for (CohereToolCall& call : read.message.tool_calls) {
    AIGW_RETURN_IF_ERROR(answer.BeginCall(index++, std::move(call), &delta));
  }
  AIGW_RETURN_IF_ERROR(answer.AddPlan(read.message.tool_plan));
  for (const std::string& citation : read.message.citations) {
    answer.AddCitation(citation);
  }
  answer.AddLogprobs(read.logprobs, &delta);
  v1::ChatResponse made;
  v1::Usage usage;
  if (answer.TakeUsage(read.usage, &usage)) *made.mutable_usage() = usage;
  v1::Finish finish;
  AIGW_RETURN_IF_ERROR(answer.Finish(read.finish_reason, &delta, &finish));

  v1::Choice& choice = *made.add_choices();
  choice.mutable_message()->set_role(v1::ROLE_ASSISTANT);
  Join(delta, &choice);
  choice.set_finish_reason(finish.finish_reason());
  choice.set_provider_finish_reason(finish.provider_finish_reason());
  made.set_id(std::move(read.id));
  made.set_model(options.model);
  if (!answer.metadata().fields().empty()) {
    *made.mutable_provider_metadata() = answer.metadata();
  }
  return made;
}

}  // namespace aigateway
