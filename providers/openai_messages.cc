#include "providers/openai_messages.h"

#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"
#include "providers/model_name.h"
#include "providers/openai_cache_marks.h"
#include "providers/openai_parts.h"
#include "providers/short_ids.h"

namespace aigateway {
namespace {

// What `message` thought, as text.
std::string ReasoningText(const v1::Message& message) {
  if (message.has_reasoning_content()) return message.reasoning_content();
  std::string text;
  for (const v1::ReasoningBlock& block : message.reasoning_blocks()) {
    absl::StrAppend(&text, block.text());
  }
  return text;
}

// Whether `opaque` is an entry of reasoning_details. Of equal members a server
// may take any: every type must be one of an entry.
bool IsReasoningDetail(absl::string_view opaque) {
  if (!IsJson(opaque)) return false;
  bool is_entry = false;
  bool is_other = false;
  JsonReader reader;
  const absl::Status status = reader.Read(opaque, [&](JsonValue& entry) {
    return entry.ForEachField([&](absl::string_view key, JsonValue& value) {
      if (key != "type") return absl::OkStatus();
      const bool fits =
          absl::StartsWith(value.AsString().value_or(""), "reasoning.");
      is_entry = is_entry || fits;
      is_other = is_other || !fits;
      return absl::OkStatus();
    });
  });
  return status.ok() && is_entry && !is_other;
}

class MessageWriter {
 public:
  MessageWriter(const OpenAiInstance& instance, const OpenAiPlan& plan,
                absl::string_view model, const ParameterPolicy& policy,
                const v1::ChatRequest& chat, JsonWriter& out)
      : instance_(instance),
        dialect_(*instance.dialect),
        plan_(plan),
        model_(model),
        policy_(policy),
        chat_(chat),
        out_(out),
        parts_(dialect_, plan, policy, out),
        history_(dialect_.history),
        marks_(dialect_, plan.profile, chat) {
    if (plan.profile != nullptr) {
      history_ = plan.profile->history.value_or(history_);
    }
    if (dialect_.short_tool_ids) short_ids_.emplace(chat);
  }

  absl::Status Write() {
    out_.StartArray();
    for (int i = 0; i < chat_.messages_size(); ++i) {
      field_ = absl::StrCat("chat.messages[", i, "]");
      const v1::Message& message = chat_.messages(i);
      out_.StartObject();
      AIGW_RETURN_IF_ERROR(WriteOne(message));
      if (i + 1 == chat_.messages_size()) WritePrefillMark(message);
      out_.EndObject();
    }
    out_.EndArray();
    return absl::OkStatus();
  }

 private:
  absl::Status WriteOne(const v1::Message& message) {
    switch (message.role()) {
      case v1::ROLE_SYSTEM:
      case v1::ROLE_DEVELOPER:
        out_.Field("role", SystemRoleName(message.role()));
        break;
      case v1::ROLE_USER:
        out_.Field("role", "user");
        break;
      case v1::ROLE_ASSISTANT:
        out_.Field("role", "assistant");
        return WriteAssistant(message);
      case v1::ROLE_TOOL:
        out_.Field("role", "tool");
        out_.Field("tool_call_id", ToolId(message.tool_call_id()));
        return WriteContent(message);
      default:
        return FieldError(absl::StrCat(field_, ".role"), "is required");
    }
    AIGW_RETURN_IF_ERROR(WriteName(message));
    return WriteContent(message);
  }

  absl::string_view SystemRoleName(v1::Role role) const {
    SystemRole form = dialect_.system_role;
    if (plan_.profile != nullptr) {
      form = plan_.profile->system_role.value_or(form);
    }
    if (form == SystemRole::kUser) return "user";
    return form == SystemRole::kAsGiven && role == v1::ROLE_DEVELOPER
               ? "developer"
               : "system";
  }

  absl::Status WriteName(const v1::Message& message) {
    if (!message.has_name()) return absl::OkStatus();
    if ((plan_.unsupported & kMessageName) != 0) {
      return policy_.LeaveOut(Weight::kHint, absl::StrCat(field_, ".name"),
                              absl::StrCat("is not known to ", dialect_.type));
    }
    out_.Field("name", message.name());
    return absl::OkStatus();
  }

  absl::Status WriteAssistant(const v1::Message& message) {
    AIGW_RETURN_IF_ERROR(WriteName(message));
    WriteReasoning(message);
    const bool refused = message.has_refusal() && !message.refusal().empty();
    if (refused && dialect_.refusal_history) {
      out_.Field("refusal", message.refusal());
    }
    if (refused && !dialect_.refusal_history && message.content().empty() &&
        message.parts().empty()) {
      out_.Field("content", message.refusal());
    } else {
      AIGW_RETURN_IF_ERROR(WriteContent(message));
    }
    return WriteToolCalls(message);
  }

  // The forms that have members of their own; those that are part of the
  // content are written with it.
  void WriteReasoning(const v1::Message& message) {
    const std::string text = ReasoningText(message);
    switch (history_) {
      case ReasoningHistory::kReasoningContentAlways:
        out_.Field("reasoning_content", text);
        break;
      case ReasoningHistory::kReasoningContent:
        if (!text.empty()) out_.Field("reasoning_content", text);
        break;
      case ReasoningHistory::kReasoning:
        if (!text.empty()) out_.Field("reasoning", text);
        break;
      case ReasoningHistory::kReasoningDetails:
        WriteReasoningDetails(message, text);
        break;
      case ReasoningHistory::kLeftOut:
      case ReasoningHistory::kThinkingParts:
      case ReasoningHistory::kReasoningParts:
      case ReasoningHistory::kThinkTags:
        break;
    }
  }

  void WriteReasoningDetails(const v1::Message& message,
                             absl::string_view text) {
    bool any = false;
    for (const v1::ReasoningBlock& block : message.reasoning_blocks()) {
      // Another provider's blocks mean nothing here. An aggregator's own ones
      // name a model otherwise than it was asked for, and go to any: it leaves
      // out what the vendor behind it would refuse.
      if (!IsReasoningDetail(block.opaque())) continue;
      if (!any) {
        out_.Key("reasoning_details");
        out_.StartArray();
        any = true;
      }
      out_.Raw(block.opaque());
    }
    if (any) {
      out_.EndArray();
    } else if (!text.empty()) {
      out_.Field("reasoning", text);
    }
  }

  absl::Status WriteContent(const v1::Message& message) {
    const bool thinks_in_parts =
        message.role() == v1::ROLE_ASSISTANT &&
        (history_ == ReasoningHistory::kThinkingParts ||
         history_ == ReasoningHistory::kReasoningParts) &&
        !ReasoningText(message).empty();
    const bool cached = message.has_cache_control() && marks_.Take();
    out_.Key("content");
    if (message.parts().empty() && !cached && !thinks_in_parts) {
      WritePlainContent(message);
      return absl::OkStatus();
    }
    if (message.parts_size() == 1 && message.parts(0).has_text() && !cached &&
        !thinks_in_parts && !message.parts(0).has_cache_control()) {
      out_.String(WithThinkTags(message, message.parts(0).text()));
      return absl::OkStatus();
    }
    out_.StartArray();
    if (thinks_in_parts) WriteReasoningParts(message);
    if (message.parts().empty() && !message.content().empty()) {
      parts_.WriteText(message.content(), cached, message.cache_control());
    }
    for (int i = 0; i < message.parts_size(); ++i) {
      const v1::ContentPart& part = message.parts(i);
      // The mark of a message is that of its last part.
      const bool last = i + 1 == message.parts_size();
      bool marked = part.has_cache_control() && marks_.Take();
      marked |= last && cached;
      if (!dialect_.empty_text && !marked && part.has_text() &&
          part.text().empty()) {
        continue;
      }
      AIGW_RETURN_IF_ERROR(
          parts_.Write(part, absl::StrCat(field_, ".parts[", i, "]"), marked));
    }
    out_.EndArray();
    return absl::OkStatus();
  }

  void WritePlainContent(const v1::Message& message) {
    const std::string content = WithThinkTags(message, message.content());
    const bool says_otherwise =
        message.tool_calls_size() > 0 ||
        (!message.refusal().empty() && dialect_.refusal_history);
    const bool none = content.empty() && says_otherwise;
    if (none && dialect_.null_content) {
      out_.Null();
    } else {
      out_.String(content);
    }
  }

  std::string WithThinkTags(const v1::Message& message,
                            const std::string& content) const {
    if (history_ != ReasoningHistory::kThinkTags ||
        message.role() != v1::ROLE_ASSISTANT) {
      return content;
    }
    const std::string text = ReasoningText(message);
    if (text.empty()) return content;
    return absl::StrCat("<think>", text, "</think>", content);
  }

  void WriteReasoningParts(const v1::Message& message) {
    if (message.reasoning_blocks().empty()) {
      WriteReasoningPart(message.reasoning_content(), "");
      return;
    }
    for (const v1::ReasoningBlock& block : message.reasoning_blocks()) {
      if (!block.text().empty() && IsOwn(block)) {
        WriteReasoningPart(block.text(), block.signature());
      }
    }
  }

  bool IsOwn(const v1::ReasoningBlock& block) const {
    return !block.has_model() || MayBeSameModel(block.model(), model_);
  }

  void WriteReasoningPart(absl::string_view text, absl::string_view signature) {
    const bool mistral = history_ == ReasoningHistory::kThinkingParts;
    out_.StartObject();
    out_.Field("type", mistral ? "thinking" : "reasoning");
    out_.Key(mistral ? "thinking" : "summary");
    out_.StartArray();
    out_.StartObject();
    out_.Field("type", mistral ? "text" : "summary_text");
    out_.Field("text", text);
    if (!mistral && !signature.empty()) out_.Field("signature", signature);
    out_.EndObject();
    out_.EndArray();
    if (mistral && !signature.empty()) out_.Field("signature", signature);
    out_.EndObject();
  }

  absl::Status WriteToolCalls(const v1::Message& message) {
    if (message.tool_calls().empty()) return absl::OkStatus();
    out_.Key("tool_calls");
    out_.StartArray();
    for (int i = 0; i < message.tool_calls_size(); ++i) {
      const v1::ToolCall& call = message.tool_calls(i);
      if (!call.arguments().empty() && !IsJson(call.arguments())) {
        return FieldError(
            absl::StrCat(field_, ".tool_calls[", i, "].arguments"),
            absl::StrCat("of call '", call.id(), "' are not JSON"));
      }
      out_.StartObject();
      out_.Field("id", ToolId(call.id()));
      out_.Field("type", "function");
      out_.Key("function");
      out_.StartObject();
      out_.Field("name", call.name());
      out_.Field("arguments", call.arguments().empty()
                                  ? absl::string_view("{}")
                                  : absl::string_view(call.arguments()));
      out_.EndObject();
      out_.EndObject();
    }
    out_.EndArray();
    return absl::OkStatus();
  }

  absl::string_view ToolId(const std::string& id) const {
    return short_ids_.has_value() ? short_ids_->Get(id) : id;
  }

  // Says that the last turn is a beginning to go on from.
  void WritePrefillMark(const v1::Message& message) {
    if (message.role() == v1::ROLE_ASSISTANT &&
        !dialect_.prefill_mark.empty() && message.tool_calls().empty() &&
        instance_.prefill != Prefill::kNo) {
      out_.BoolField(dialect_.prefill_mark, true);
    }
  }

  const OpenAiInstance& instance_;
  const Dialect& dialect_;
  const OpenAiPlan& plan_;
  const absl::string_view model_;
  const ParameterPolicy& policy_;
  const v1::ChatRequest& chat_;
  JsonWriter& out_;
  OpenAiPartWriter parts_;
  ReasoningHistory history_;
  std::optional<ShortIds> short_ids_;
  OpenAiCacheMarks marks_;
  std::string field_;  // The path of the message that is being written.
};

}  // namespace

absl::Status WriteOpenAiMessages(const OpenAiInstance& instance,
                                 const OpenAiPlan& plan,
                                 absl::string_view model,
                                 const ParameterPolicy& policy,
                                 const v1::ChatRequest& chat, JsonWriter& out) {
  return MessageWriter(instance, plan, model, policy, chat, out).Write();
}

}  // namespace aigateway
