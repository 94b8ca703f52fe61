#include "providers/responses/responses_input.h"

#include <string>

#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "providers/openai_cache_marks.h"
#include "providers/responses/responses_history.h"
#include "providers/responses/responses_parts.h"

namespace aigateway {
namespace {

bool IsInstruction(const v1::Message& message) {
  return message.role() == v1::ROLE_SYSTEM ||
         message.role() == v1::ROLE_DEVELOPER;
}

bool IsAllText(const v1::Message& message) {
  for (const v1::ContentPart& part : message.parts()) {
    if (!part.has_text() || part.has_cache_control()) return false;
  }
  return true;
}

std::string TextOf(const v1::Message& message) {
  std::string text = message.content();
  for (const v1::ContentPart& part : message.parts()) {
    absl::StrAppend(&text, part.text());
  }
  return text;
}

class InputWriter {
 public:
  InputWriter(const OpenAiInstance& instance, const OpenAiPlan& plan,
              absl::string_view model, const ParameterPolicy& policy,
              const v1::ChatRequest& chat, JsonWriter& out)
      : dialect_(*instance.dialect),
        plan_(plan),
        model_(model),
        policy_(policy),
        chat_(chat),
        out_(out),
        parts_(dialect_, plan, model, policy, out),
        marks_(dialect_, plan.profile, chat) {}

  absl::Status Write() {
    const int first = WriteInstructions() ? 1 : 0;
    out_.Key("input");
    out_.StartArray();
    for (int i = first; i < chat_.messages_size(); ++i) {
      field_ = absl::StrCat("chat.messages[", i, "]");
      AIGW_RETURN_IF_ERROR(WriteMessage(chat_.messages(i)));
    }
    out_.EndArray();
    return absl::OkStatus();
  }

 private:
  // Whether the first message was written as such. The input may not be empty.
  bool WriteInstructions() {
    if (!dialect_.responses.instructions || chat_.messages_size() < 2) {
      return false;
    }
    const v1::Message& first = chat_.messages(0);
    if (!IsInstruction(first) || !IsAllText(first) || first.has_name() ||
        first.has_cache_control() || Role(first) == "user") {
      return false;
    }
    out_.Field("instructions", TextOf(first));
    return true;
  }

  absl::string_view Role(const v1::Message& message) const {
    if (message.role() == v1::ROLE_USER) return "user";
    SystemRole form = dialect_.system_role;
    if (plan_.profile != nullptr) {
      form = plan_.profile->system_role.value_or(form);
    }
    if (form == SystemRole::kUser) return "user";
    return form == SystemRole::kAsGiven && message.role() == v1::ROLE_DEVELOPER
               ? "developer"
               : "system";
  }

  absl::Status WriteMessage(const v1::Message& message) {
    switch (message.role()) {
      case v1::ROLE_SYSTEM:
      case v1::ROLE_DEVELOPER:
      case v1::ROLE_USER:
        break;
      case v1::ROLE_ASSISTANT:
        AIGW_RETURN_IF_ERROR(CheckName(message));
        return WriteResponsesTurn(dialect_, model_, message, field_, out_);
      case v1::ROLE_TOOL:
        out_.StartObject();
        out_.Field("type", "function_call_output");
        out_.Field("call_id", message.tool_call_id());
        out_.Key("output");
        AIGW_RETURN_IF_ERROR(WriteContent(message));
        out_.EndObject();
        return absl::OkStatus();
      default:
        return FieldError(absl::StrCat(field_, ".role"), "is required");
    }
    AIGW_RETURN_IF_ERROR(CheckName(message));
    out_.StartObject();
    out_.Field("type", "message");
    out_.Field("role", Role(message));
    out_.Key("content");
    AIGW_RETURN_IF_ERROR(WriteContent(message));
    out_.EndObject();
    return absl::OkStatus();
  }

  absl::Status CheckName(const v1::Message& message) {
    if (!message.has_name()) return absl::OkStatus();
    return policy_.LeaveOut(Weight::kHint, absl::StrCat(field_, ".name"),
                            plan_.Why(kMessageName, dialect_, model_));
  }

  absl::Status WriteContent(const v1::Message& message) {
    const bool marked = message.has_cache_control() && marks_.Take();
    // Results are plain texts for some vendors.
    const bool one_text =
        message.parts_size() <= 1 || message.role() == v1::ROLE_TOOL;
    if (!marked && one_text && IsAllText(message)) {
      out_.String(TextOf(message));
      return absl::OkStatus();
    }
    out_.StartArray();
    if (message.parts().empty()) parts_.WriteText(message.content(), marked);
    for (int i = 0; i < message.parts_size(); ++i) {
      const v1::ContentPart& part = message.parts(i);
      bool part_marked = part.has_cache_control() && marks_.Take();
      // The mark of a message is that of its last part.
      part_marked |= marked && i + 1 == message.parts_size();
      AIGW_RETURN_IF_ERROR(parts_.Write(
          part, absl::StrCat(field_, ".parts[", i, "]"), part_marked));
    }
    out_.EndArray();
    return absl::OkStatus();
  }

  const Dialect& dialect_;
  const OpenAiPlan& plan_;
  const absl::string_view model_;
  const ParameterPolicy& policy_;
  const v1::ChatRequest& chat_;
  JsonWriter& out_;
  ResponsesPartWriter parts_;
  OpenAiCacheMarks marks_;
  std::string field_;  // The path of the message that is being written.
};

}  // namespace

absl::Status WriteResponsesInput(const OpenAiInstance& instance,
                                 const OpenAiPlan& plan,
                                 absl::string_view model,
                                 const ParameterPolicy& policy,
                                 const v1::ChatRequest& chat, JsonWriter& out) {
  return InputWriter(instance, plan, model, policy, chat, out).Write();
}

}  // namespace aigateway
