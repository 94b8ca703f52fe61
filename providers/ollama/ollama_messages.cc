#include "providers/ollama/ollama_messages.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

constexpr absl::string_view kUnknown = "is not known to Ollama";

absl::string_view RoleOf(const v1::Message& message) {
  switch (message.role()) {
    case v1::ROLE_SYSTEM:
    case v1::ROLE_DEVELOPER:
      return "system";
    case v1::ROLE_ASSISTANT:
      return "assistant";
    case v1::ROLE_TOOL:
      return "tool";
    default:
      return "user";
  }
}

bool IsJsonObject(absl::string_view text) {
  bool is_object = false;
  JsonReader reader;
  const absl::Status status = reader.Read(text, [&](JsonValue& value) {
    is_object = value.kind() == JsonValue::Kind::kObject;
    return absl::OkStatus();
  });
  return status.ok() && is_object;
}

class MessageWriter {
 public:
  MessageWriter(const OllamaCall& call, JsonWriter& out)
      : call_(call), out_(out) {}

  absl::Status Write(const v1::Message& message, const std::string& path) {
    const bool is_tool = message.role() == v1::ROLE_TOOL;
    if (!message.name().empty() && !is_tool) {
      AIGW_RETURN_IF_ERROR(
          LeaveOut(Weight::kHint, absl::StrCat(path, ".name"), kUnknown));
    }
    out_.StartObject();
    out_.Field("role", RoleOf(message));
    AIGW_RETURN_IF_ERROR(WriteContent(message, path));
    if (message.role() == v1::ROLE_ASSISTANT) {
      const std::string thinking = ThinkingOf(message);
      if (!thinking.empty()) out_.Field("thinking", thinking);
      AIGW_RETURN_IF_ERROR(WriteToolCalls(message, path));
    }
    if (is_tool) WriteToolName(message);
    out_.EndObject();
    return absl::OkStatus();
  }

 private:
  absl::Status LeaveOut(Weight weight, absl::string_view field,
                        absl::string_view why) const {
    return call_.policy.LeaveOut(weight, field, why);
  }

  absl::Status WriteContent(const v1::Message& message,
                            const std::string& path) {
    std::string text =
        message.content().empty() ? message.refusal() : message.content();
    std::vector<std::string> images;
    for (int i = 0; i < message.parts_size(); ++i) {
      AIGW_RETURN_IF_ERROR(AddPart(message.parts(i),
                                   absl::StrCat(path, ".parts[", i, "]"), &text,
                                   &images));
    }
    out_.Field("content", text);
    if (images.empty()) return absl::OkStatus();
    out_.Key("images");
    out_.StartArray();
    for (const std::string& image : images) out_.String(image);
    out_.EndArray();
    return absl::OkStatus();
  }

  // A part is never left out: it is no question without.
  absl::Status AddPart(const v1::ContentPart& part, const std::string& path,
                       std::string* text, std::vector<std::string>* images) {
    switch (part.part_case()) {
      case v1::ContentPart::kText:
        absl::StrAppend(text, text->empty() ? "" : "\n", part.text());
        return absl::OkStatus();
      case v1::ContentPart::kImage:
        return AddImage(part.image(), absl::StrCat(path, ".image"), images);
      case v1::ContentPart::kAudio:
        return LeaveOut(Weight::kEssence, absl::StrCat(path, ".audio"),
                        "is not taken by Ollama");
      case v1::ContentPart::kFile:
        return LeaveOut(Weight::kEssence, absl::StrCat(path, ".file"),
                        "is not taken by Ollama; give its text");
      case v1::ContentPart::PART_NOT_SET:
        break;
    }
    return FieldError(path, "has nothing in it");
  }

  // Base64 alone, whatever kind of image it is.
  absl::Status AddImage(const v1::ImagePart& image, const std::string& path,
                        std::vector<std::string>* images) const {
    if (!image.detail().empty()) {
      AIGW_RETURN_IF_ERROR(
          LeaveOut(Weight::kHint, absl::StrCat(path, ".detail"), kUnknown));
    }
    if (image.source_case() == v1::ImagePart::kData) {
      images->push_back(absl::Base64Escape(image.data()));
      return absl::OkStatus();
    }
    const absl::string_view url = image.url();
    if (url.empty()) return FieldError(path, "has no image in it");
    if (!absl::StartsWithIgnoreCase(url, "data:")) {
      return LeaveOut(Weight::kEssence, absl::StrCat(path, ".url"),
                      "is a place that Ollama does not fetch from; give the "
                      "image itself");
    }
    constexpr absl::string_view kMark = ";base64,";
    const size_t mark = absl::AsciiStrToLower(url.substr(0, url.find(',') + 1))
                            .find(std::string(kMark));
    std::string bytes;
    if (mark == std::string::npos ||
        !absl::Base64Unescape(url.substr(mark + kMark.size()), &bytes)) {
      return FieldError(absl::StrCat(path, ".url"), "has no base64 in it");
    }
    images->push_back(absl::Base64Escape(bytes));
    return absl::OkStatus();
  }

  std::string ThinkingOf(const v1::Message& message) const {
    if (message.reasoning_blocks().empty()) return message.reasoning_content();
    std::string thinking;
    for (const v1::ReasoningBlock& block : message.reasoning_blocks()) {
      // Another's would be believed. Ollama seals nothing.
      if (!block.signature().empty() || !block.opaque().empty()) continue;
      if (!block.model().empty() && block.model() != call_.model) continue;
      absl::StrAppend(&thinking, block.text());
    }
    return thinking;
  }

  absl::Status WriteToolCalls(const v1::Message& message,
                              const std::string& path) {
    if (message.tool_calls().empty()) return absl::OkStatus();
    out_.Key("tool_calls");
    out_.StartArray();
    for (int i = 0; i < message.tool_calls_size(); ++i) {
      const v1::ToolCall& tool_call = message.tool_calls(i);
      absl::string_view arguments =
          absl::StripAsciiWhitespace(tool_call.arguments());
      if (arguments.empty() || arguments == "null") arguments = "{}";
      if (!IsJsonObject(arguments)) {
        return FieldError(absl::StrCat(path, ".tool_calls[", i, "].arguments"),
                          "are not a JSON object");
      }
      names_[tool_call.id()] = tool_call.name();
      out_.StartObject();
      out_.Field("id", tool_call.id());
      out_.Key("function");
      out_.StartObject();
      out_.IntField("index", i);
      out_.Field("name", tool_call.name());
      out_.RawField("arguments", arguments);
      out_.EndObject();
      out_.EndObject();
    }
    out_.EndArray();
    return absl::OkStatus();
  }

  // Templates know a result by the tool's name; some by the call's id too.
  void WriteToolName(const v1::Message& message) {
    const auto found = names_.find(message.tool_call_id());
    const std::string& name = message.name().empty() && found != names_.end()
                                  ? found->second
                                  : message.name();
    if (!name.empty()) out_.Field("tool_name", name);
    out_.Field("tool_call_id", message.tool_call_id());
  }

  const OllamaCall& call_;
  JsonWriter& out_;
  std::map<std::string, std::string> names_;  // Of tools, by the call's id.
};

}  // namespace

absl::Status WriteOllamaMessages(const OllamaCall& call, JsonWriter& out) {
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
