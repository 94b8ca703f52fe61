#include "providers/cohere/cohere_messages.h"

#include <optional>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

// Models that came before thinking, or have none.
constexpr absl::string_view kThoughtless[] = {
    "command-a-03-2025",
    "command-a-vision",
    "command-a-translate",
    "command-r",
    "command-light",
    "command-nightly",
    "c4ai-",
};

bool IsInstruction(const v1::Message& message) {
  return message.role() == v1::ROLE_SYSTEM ||
         message.role() == v1::ROLE_DEVELOPER;
}

absl::string_view RoleOf(const v1::Message& message) {
  if (IsInstruction(message)) return "system";
  if (message.role() == v1::ROLE_ASSISTANT) return "assistant";
  return message.role() == v1::ROLE_TOOL ? "tool" : "user";
}

void WriteText(absl::string_view text, JsonWriter& out) {
  out.StartObject();
  out.Field("type", "text");
  out.Field("text", text);
  out.EndObject();
}

// The plan that a block of ours has; nullopt if it is no such block.
std::optional<std::string> PlanOf(const v1::ReasoningBlock& block) {
  std::optional<std::string> plan;
  JsonReader reader;
  const absl::Status status = reader.Read(block.opaque(), [&](JsonValue& root) {
    return root.ForEachField([&](absl::string_view key, JsonValue& value) {
      if (key == "tool_plan" && value.AsString().has_value()) {
        plan = std::string(*value.AsString());
      }
      return absl::OkStatus();
    });
  });
  return status.ok() ? plan : std::nullopt;
}

// What an assistant turn thought.
struct Thoughts {
  std::string thinking;
  std::string plan;
};

class MessageWriter {
 public:
  MessageWriter(const CohereCall& call, JsonWriter& out)
      : call_(call), out_(out) {}

  absl::Status Write(const v1::Message& message, const std::string& path) {
    const bool is_tool = message.role() == v1::ROLE_TOOL;
    if (!message.name().empty() && !is_tool) {
      AIGW_RETURN_IF_ERROR(call_.policy.LeaveOut(Weight::kHint,
                                                 absl::StrCat(path, ".name"),
                                                 "is not known to Cohere"));
    }
    out_.StartObject();
    out_.Field("role", RoleOf(message));
    if (is_tool) out_.Field("tool_call_id", message.tool_call_id());
    AIGW_RETURN_IF_ERROR(message.role() == v1::ROLE_ASSISTANT
                             ? WriteAssistant(message, path)
                             : WriteContent(message, "", path));
    out_.EndObject();
    return absl::OkStatus();
  }

 private:
  absl::Status WriteAssistant(const v1::Message& message,
                              const std::string& path) {
    const Thoughts thoughts = ThoughtsOf(message);
    const bool says_nothing = message.content().empty() &&
                              message.parts().empty() &&
                              message.refusal().empty();
    const bool only_calls = says_nothing && thoughts.thinking.empty() &&
                            !message.tool_calls().empty();
    if (!only_calls) {
      AIGW_RETURN_IF_ERROR(WriteContent(message, thoughts.thinking, path));
    }
    if (message.tool_calls().empty()) return absl::OkStatus();
    if (!thoughts.plan.empty()) out_.Field("tool_plan", thoughts.plan);
    out_.Key("tool_calls");
    out_.StartArray();
    for (const v1::ToolCall& tool_call : message.tool_calls()) {
      out_.StartObject();
      out_.Field("id", tool_call.id());
      out_.Field("type", "function");
      out_.Key("function");
      out_.StartObject();
      out_.Field("name", tool_call.name());
      out_.Field("arguments", tool_call.arguments().empty()
                                  ? absl::string_view("{}")
                                  : tool_call.arguments());
      out_.EndObject();
      out_.EndObject();
    }
    out_.EndArray();
    return absl::OkStatus();
  }

  Thoughts ThoughtsOf(const v1::Message& message) const {
    Thoughts thoughts;
    if (message.reasoning_blocks().empty()) {
      thoughts.thinking = message.reasoning_content();
    }
    for (const v1::ReasoningBlock& block : message.reasoning_blocks()) {
      // Another's would be refused, or believed.
      if (!block.signature().empty()) continue;
      if (!block.model().empty() && block.model() != call_.model) continue;
      if (block.opaque().empty()) {
        absl::StrAppend(&thoughts.thinking, block.text());
      } else {
        absl::StrAppend(&thoughts.plan, PlanOf(block).value_or(""));
      }
    }
    if (!CohereThinks(call_.model)) thoughts.thinking.clear();
    return thoughts;
  }

  absl::Status WriteContent(const v1::Message& message,
                            absl::string_view thinking,
                            const std::string& path) {
    const std::string& text =
        message.content().empty() ? message.refusal() : message.content();
    out_.Key("content");
    if (message.parts().empty() && thinking.empty()) {
      out_.String(text);
      return absl::OkStatus();
    }
    out_.StartArray();
    if (!thinking.empty()) {
      out_.StartObject();
      out_.Field("type", "thinking");
      out_.Field("thinking", thinking);
      out_.EndObject();
    }
    if (!text.empty()) WriteText(text, out_);
    for (int i = 0; i < message.parts_size(); ++i) {
      AIGW_RETURN_IF_ERROR(WritePart(message.parts(i), message.role(),
                                     absl::StrCat(path, ".parts[", i, "]")));
    }
    out_.EndArray();
    return absl::OkStatus();
  }

  // A part is never left out: it is no question without.
  absl::Status WritePart(const v1::ContentPart& part, v1::Role role,
                         const std::string& path) {
    switch (part.part_case()) {
      case v1::ContentPart::kText:
        WriteText(part.text(), out_);
        return absl::OkStatus();
      case v1::ContentPart::kImage:
        if (role == v1::ROLE_USER) return WriteImage(part.image(), path);
        return call_.policy.LeaveOut(
            Weight::kEssence, absl::StrCat(path, ".image"),
            "is taken by Cohere in messages of the user only");
      case v1::ContentPart::kAudio:
        return call_.policy.LeaveOut(Weight::kEssence,
                                     absl::StrCat(path, ".audio"),
                                     "is not taken by Cohere");
      case v1::ContentPart::kFile:
        return call_.policy.LeaveOut(
            Weight::kEssence, absl::StrCat(path, ".file"),
            "is not taken by Cohere; give its text, or use "
            "provider_options.cohere.documents");
      case v1::ContentPart::PART_NOT_SET:
        break;
    }
    return FieldError(path, "has nothing in it");
  }

  absl::Status WriteImage(const v1::ImagePart& image, const std::string& path) {
    std::string url = image.url();
    if (image.source_case() == v1::ImagePart::kData) {
      if (image.media_type().empty()) {
        return FieldError(absl::StrCat(path, ".image.media_type"),
                          "is required with data");
      }
      url = absl::StrCat("data:", image.media_type(), ";base64,",
                         absl::Base64Escape(image.data()));
    }
    if (url.empty()) return FieldError(path + ".image", "has no image in it");
    out_.StartObject();
    out_.Field("type", "image_url");
    out_.Key("image_url");
    out_.StartObject();
    out_.Field("url", url);
    if (!image.detail().empty()) out_.Field("detail", image.detail());
    out_.EndObject();
    out_.EndObject();
    return absl::OkStatus();
  }

  const CohereCall& call_;
  JsonWriter& out_;
};

}  // namespace

bool CohereThinks(absl::string_view model) {
  for (absl::string_view prefix : kThoughtless) {
    if (absl::StartsWith(model, prefix)) return false;
  }
  return true;
}

absl::Status WriteCohereMessages(const CohereCall& call, JsonWriter& out) {
  MessageWriter writer(call, out);
  out.StartArray();
  for (int i = 0; i < call.chat.messages_size(); ++i) {
    AIGW_RETURN_IF_ERROR(writer.Write(call.chat.messages(i),
                                      absl::StrCat("chat.messages[", i, "]")));
  }
  out.EndArray();
  return absl::OkStatus();
}

}  // namespace aigateway
