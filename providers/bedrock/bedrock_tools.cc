#include "providers/bedrock/bedrock_tools.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"
#include "providers/anthropic_schema.h"
#include "providers/parameter_policy.h"

namespace aigateway {
namespace {

constexpr size_t kMaxName = 64;
constexpr size_t kMaxShownName = 64;
constexpr absl::string_view kAnySchema = R"({"type":"object","properties":{}})";

bool IsName(absl::string_view name) {
  return !name.empty() && name.size() <= kMaxName &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                  c == '_' || c == '-';
         });
}

// The schema as JSON text with a type, which models behind Converse require.
absl::StatusOr<std::string> SchemaOf(const v1::Tool& tool,
                                     absl::string_view path) {
  std::string text(absl::StripAsciiWhitespace(tool.parameters()));
  if (tool.has_parameters_struct()) {
    JsonWriter(&text).Struct(tool.parameters_struct());
  }
  if (text.empty()) return std::string(kAnySchema);
  bool is_object = false;
  bool is_empty = true;
  bool has_type = false;
  JsonReader reader;
  const absl::Status status = reader.Read(text, [&](JsonValue& value) {
    is_object = value.kind() == JsonValue::Kind::kObject;
    return value.ForEachField([&](absl::string_view key, JsonValue&) {
      is_empty = false;
      if (key == "type") has_type = true;
      return absl::OkStatus();
    });
  });
  if (!status.ok() || !is_object) {
    return FieldError(absl::StrCat(path, ".parameters"),
                      status.ok() ? "is not a JSON object" : "is not JSON");
  }
  if (has_type) return text;
  return absl::StrCat(R"({"type":"object")", is_empty ? "" : ",",
                      absl::string_view(text).substr(1));
}

}  // namespace

absl::StatusOr<BedrockTools> BedrockTools::Create(
    bool can_force, const BedrockConversation& conversation,
    const BedrockCall& call) {
  BedrockTools tools;
  for (int i = 0; i < call.chat.tools_size(); ++i) {
    AIGW_RETURN_IF_ERROR(tools.Add(i, call));
  }
  AIGW_RETURN_IF_ERROR(tools.Choose(can_force, conversation, call));
  if (tools.tools_.empty() && conversation.has_tool_blocks) {
    tools.DeclareCalled(conversation, call);
  }
  if (!tools.tools_.empty() && call.chat.has_parallel_tool_calls() &&
      !call.chat.parallel_tool_calls()) {
    AIGW_RETURN_IF_ERROR(
        call.policy.LeaveOut(Weight::kMeaning, "chat.parallel_tool_calls",
                             "cannot be false: Converse has no word for it"));
  }
  return tools;
}

absl::Status BedrockTools::Add(int index, const BedrockCall& call) {
  const v1::Tool& tool = call.chat.tools(index);
  const std::string path = absl::StrCat("chat.tools[", index, "]");
  if (!IsName(tool.name())) {
    return call.policy.LeaveOut(
        Weight::kEssence, absl::StrCat(path, ".name"),
        "is not of 1 to 64 letters, digits, '_' and '-', which Bedrock takes");
  }
  Tool added;
  added.name = tool.name();
  added.description = absl::StripAsciiWhitespace(tool.description());
  AIGW_ASSIGN_OR_RETURN(added.schema, SchemaOf(tool, path));
  if (tool.strict()) AIGW_RETURN_IF_ERROR(MakeStrict(path, call, &added));
  if (tool.has_cache_control()) {
    AIGW_ASSIGN_OR_RETURN(
        added.point,
        BedrockCachePointFor(tool.cache_control(), path,
                             call.model.profile.cache_tools, call));
  }
  tools_.push_back(std::move(added));
  return absl::OkStatus();
}

absl::Status BedrockTools::MakeStrict(const std::string& path,
                                      const BedrockCall& call, Tool* tool) {
  const std::string field = absl::StrCat(path, ".strict");
  if (!call.model.profile.json_schema) {
    return call.policy.LeaveOut(Weight::kHint, field,
                                "is not known to this model");
  }
  if (!call.model.profile.is_claude) {
    tool->strict = true;
    return absl::OkStatus();
  }
  AIGW_ASSIGN_OR_RETURN(AnthropicSchema adapted,
                        AdaptAnthropicSchema(tool->schema));
  if (adapted.recursive) {
    return call.policy.LeaveOut(
        Weight::kHint, field,
        "cannot be had for a schema that refers to itself");
  }
  tool->strict = true;
  tool->schema = std::move(adapted.json);
  if (!adapted.moved.empty()) {
    call.policy.Note(absl::StrCat(
        path, ".parameters: Claude does not enforce ",
        Truncate(absl::StrJoin(adapted.moved, ", "), kMaxShownName),
        "; the descriptions say it instead"));
  }
  return absl::OkStatus();
}

absl::Status BedrockTools::Choose(bool can_force,
                                  const BedrockConversation& conversation,
                                  const BedrockCall& call) {
  const v1::ToolChoice& choice = call.chat.tool_choice();
  if (choice.has_name()) return ChooseTool(can_force, call);
  if (!choice.has_mode()) return absl::OkStatus();
  switch (choice.mode()) {
    case v1::TOOL_CHOICE_MODE_AUTO:
      if (!tools_.empty()) choice_ = "auto";
      return absl::OkStatus();
    case v1::TOOL_CHOICE_MODE_NONE:
      if (!conversation.has_tool_blocks) {
        tools_.clear();
        return absl::OkStatus();
      }
      if (tools_.empty()) return absl::OkStatus();
      return call.policy.LeaveOut(
          Weight::kMeaning, "chat.tool_choice",
          "cannot be none on Bedrock once tools were called");
    case v1::TOOL_CHOICE_MODE_REQUIRED:
      if (tools_.empty()) {
        return FieldError("chat.tool_choice", "requires a tool; there is none");
      }
      choice_ = "any";
      if (can_force && call.model.profile.force_any) return absl::OkStatus();
      choice_ = "auto";
      return call.policy.LeaveOut(
          Weight::kHint, "chat.tool_choice",
          "cannot be forced on this model; it decides by itself");
    default:
      return FieldError("chat.tool_choice.mode", "is not known");
  }
}

absl::Status BedrockTools::ChooseTool(bool can_force, const BedrockCall& call) {
  const std::string& name = call.chat.tool_choice().name();
  const auto found =
      std::find_if(tools_.begin(), tools_.end(),
                   [&](const Tool& tool) { return tool.name == name; });
  if (found == tools_.end()) {
    return FieldError("chat.tool_choice.name",
                      absl::StrCat("'", Truncate(name, kMaxShownName),
                                   "' is none of the tools"));
  }
  if (can_force && call.model.profile.force_tool) {
    choice_ = "tool";
    chosen_ = found->name;
    return absl::OkStatus();
  }
  tools_ = {*found};
  if (can_force && call.model.profile.force_any) {
    choice_ = "any";  // The only one there is.
    return absl::OkStatus();
  }
  choice_ = "auto";
  return call.policy.LeaveOut(
      Weight::kHint, "chat.tool_choice",
      "cannot be forced on this model; it decides by itself, and was given "
      "this tool only");
}

void BedrockTools::DeclareCalled(const BedrockConversation& conversation,
                                 const BedrockCall& call) {
  for (absl::string_view name : conversation.called) {
    if (IsName(name)) tools_.push_back({name, "", std::string(kAnySchema)});
  }
  call.policy.Note(absl::StrCat(
      "tools that were called before were declared by name, which Bedrock "
      "wants (",
      tools_.size(), " of them); the model may call them again"));
}

void BedrockTools::Write(BedrockCachePoints& points, JsonWriter& out) const {
  if (tools_.empty()) return;
  out.Key("toolConfig");
  out.StartObject();
  out.Key("tools");
  out.StartArray();
  for (const Tool& tool : tools_) {
    out.StartObject();
    out.Key("toolSpec");
    out.StartObject();
    out.Field("name", tool.name);
    if (!tool.description.empty()) out.Field("description", tool.description);
    out.Key("inputSchema");
    out.StartObject();
    out.RawField("json", tool.schema);
    out.EndObject();
    if (tool.strict) out.BoolField("strict", true);
    out.EndObject();
    out.EndObject();
    if (tool.point.has_value()) points.Write(*tool.point, out);
  }
  out.EndArray();
  if (!choice_.empty()) {
    out.Key("toolChoice");
    out.StartObject();
    out.Key(choice_);
    out.StartObject();
    if (!chosen_.empty()) out.Field("name", chosen_);
    out.EndObject();
    out.EndObject();
  }
  out.EndObject();
}

int BedrockTools::CountCachePoints() const {
  return static_cast<int>(
      std::count_if(tools_.begin(), tools_.end(),
                    [](const Tool& tool) { return tool.point.has_value(); }));
}

}  // namespace aigateway
