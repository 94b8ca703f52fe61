#include "providers/anthropic_tools.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/struct.pb.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"
#include "providers/anthropic_schema.h"
#include "providers/parameter_policy.h"

namespace aigateway {
namespace {

constexpr int kMostStrictTools = 20;
constexpr size_t kMaxShownName = 64;
constexpr absl::string_view kServerToolsField =
    "chat.provider_options.anthropic.server_tools";

// The schema as JSON text with a type, which the API requires.
absl::StatusOr<std::string> SchemaOf(const v1::Tool& tool,
                                     absl::string_view path) {
  std::string text;
  switch (tool.parameters_form_case()) {
    case v1::Tool::kParameters:
      text = std::string(absl::StripAsciiWhitespace(tool.parameters()));
      break;
    case v1::Tool::kParametersStruct: {
      JsonWriter out(&text);
      out.Struct(tool.parameters_struct());
      break;
    }
    case v1::Tool::PARAMETERS_FORM_NOT_SET:
      break;
  }
  if (text.empty()) return std::string(R"({"type":"object","properties":{}})");

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

const google::protobuf::Value* ServerToolsOf(const v1::ChatRequest& chat) {
  const auto options = chat.provider_options().find("anthropic");
  if (options == chat.provider_options().end()) return nullptr;
  const auto tools = options->second.fields().find("server_tools");
  return tools == options->second.fields().end() ? nullptr : &tools->second;
}

// A tool of Anthropic's has a type that names it. The caller's own belong into
// `tools`, where guards see them.
bool IsServerTool(const google::protobuf::Value& tool) {
  if (!tool.has_struct_value()) return false;
  const auto& fields = tool.struct_value().fields();
  const auto type = fields.find("type");
  return type != fields.end() && !type->second.string_value().empty() &&
         type->second.string_value() != "custom" &&
         !fields.contains("input_schema") && !fields.contains("description");
}

}  // namespace

bool NarrowsAnthropicTools(const AnthropicCall& call) {
  return call.chat().tool_choice().has_name() && !call.profile().forced_tools;
}

absl::StatusOr<AnthropicTools> AnthropicTools::Create(bool can_force,
                                                      AnthropicCall& call) {
  AnthropicTools tools;
  for (int i = 0; i < call.chat().tools_size(); ++i) {
    AIGW_RETURN_IF_ERROR(tools.AddOwn(i, call));
  }
  AIGW_RETURN_IF_ERROR(tools.AddServerTools(call));
  AIGW_RETURN_IF_ERROR(tools.Choose(can_force, call));
  return tools;
}

absl::Status AnthropicTools::AddOwn(int index, AnthropicCall& call) {
  const v1::Tool& tool = call.chat().tools(index);
  const std::string path = absl::StrCat("chat.tools[", index, "]");
  if (tool.name().empty()) {
    return FieldError(absl::StrCat(path, ".name"), "is required");
  }
  Own own;
  own.name = tool.name();
  own.description = tool.description();
  AIGW_ASSIGN_OR_RETURN(own.schema, SchemaOf(tool, path));
  if (tool.has_cache_control()) {
    AIGW_ASSIGN_OR_RETURN(
        own.cache, AnthropicCacheControl(tool.cache_control(), path, call));
  }
  if (tool.strict()) {
    AIGW_ASSIGN_OR_RETURN(AnthropicSchema adapted,
                          AdaptAnthropicSchema(own.schema));
    const std::string field = absl::StrCat(path, ".strict");
    if (!call.profile().json_schema) {
      AIGW_RETURN_IF_ERROR(call.policy().LeaveOut(
          Weight::kHint, field, "is not known to this model"));
    } else if (adapted.recursive) {
      AIGW_RETURN_IF_ERROR(call.policy().LeaveOut(
          Weight::kHint, field,
          "cannot be had for a schema that refers to itself"));
    } else if (strict_tools_ == kMostStrictTools) {
      AIGW_RETURN_IF_ERROR(call.policy().LeaveOut(
          Weight::kHint, field,
          absl::StrCat("is taken for ", kMostStrictTools, " tools at most")));
    } else {
      ++strict_tools_;
      own.strict = true;
      own.schema = std::move(adapted.json);
      if (!adapted.moved.empty()) {
        call.policy().Note(absl::StrCat(
            path, ".parameters: Claude does not enforce ",
            Truncate(absl::StrJoin(adapted.moved, ", "), kMaxShownName),
            "; the descriptions say it instead"));
      }
    }
  }
  own_.push_back(std::move(own));
  return absl::OkStatus();
}

absl::Status AnthropicTools::AddServerTools(const AnthropicCall& call) {
  const google::protobuf::Value* const tools = ServerToolsOf(call.chat());
  if (tools == nullptr) return absl::OkStatus();
  if (!tools->has_list_value()) {
    return FieldError(kServerToolsField, "is not a list");
  }
  for (int i = 0; i < tools->list_value().values_size(); ++i) {
    const google::protobuf::Value& tool = tools->list_value().values(i);
    if (!IsServerTool(tool)) {
      return FieldError(
          absl::StrCat(kServerToolsField, "[", i, "]"),
          "is not a tool of Anthropic's, which is an object with its type; "
          "tools of your own belong into chat.tools");
    }
    JsonWriter out(&server_.emplace_back());
    out.Value(tool);
  }
  return absl::OkStatus();
}

absl::Status AnthropicTools::Choose(bool can_force, AnthropicCall& call) {
  const v1::ChatRequest& chat = call.chat();
  const bool has_tools = !own_.empty() || !server_.empty();
  one_at_a_time_ = has_tools && chat.has_parallel_tool_calls() &&
                   !chat.parallel_tool_calls();
  switch (chat.tool_choice().choice_case()) {
    case v1::ToolChoice::kMode:
      AIGW_RETURN_IF_ERROR(
          ChooseMode(chat.tool_choice().mode(), can_force, call));
      break;
    case v1::ToolChoice::kName:
      AIGW_RETURN_IF_ERROR(
          ChooseTool(chat.tool_choice().name(), can_force, call));
      break;
    case v1::ToolChoice::CHOICE_NOT_SET:
      break;
  }
  if (one_at_a_time_ && choice_.empty()) choice_ = "auto";
  return absl::OkStatus();
}

absl::Status AnthropicTools::ChooseMode(v1::ToolChoiceMode mode, bool can_force,
                                        AnthropicCall& call) {
  const bool has_tools = !own_.empty() || !server_.empty();
  switch (mode) {
    case v1::TOOL_CHOICE_MODE_AUTO:
      if (has_tools) choice_ = "auto";
      return absl::OkStatus();
    case v1::TOOL_CHOICE_MODE_NONE:
      if (has_tools) choice_ = "none";
      return absl::OkStatus();
    case v1::TOOL_CHOICE_MODE_REQUIRED:
      if (!has_tools) {
        return FieldError("chat.tool_choice", "requires a tool; there is none");
      }
      choice_ = "any";
      if (can_force) return absl::OkStatus();
      choice_ = "auto";
      return call.policy().LeaveOut(
          Weight::kHint, "chat.tool_choice",
          "cannot be forced on this model; it decides by itself");
    default:
      return FieldError("chat.tool_choice.mode", "is not known");
  }
}

absl::Status AnthropicTools::ChooseTool(const std::string& name, bool can_force,
                                        AnthropicCall& call) {
  const Own* chosen = nullptr;
  for (const Own& tool : own_) {
    if (tool.name == name) chosen = &tool;
  }
  if (chosen == nullptr) {
    return FieldError("chat.tool_choice.name",
                      absl::StrCat("'", Truncate(name, kMaxShownName),
                                   "' is none of the tools"));
  }
  if (can_force) {
    choice_ = "tool";
    chosen_ = chosen->name;
    return absl::OkStatus();
  }
  choice_ = "auto";
  own_ = {*chosen};
  server_.clear();
  return call.policy().LeaveOut(
      Weight::kHint, "chat.tool_choice",
      "cannot be forced on this model; it decides by itself, and was "
      "given this tool only");
}

void AnthropicTools::Write(AnthropicCacheMarks& marks, JsonWriter& out) const {
  if (own_.empty() && server_.empty()) return;
  out.Key("tools");
  out.StartArray();
  for (const Own& tool : own_) {
    out.StartObject();
    out.Field("name", tool.name);
    if (!tool.description.empty()) out.Field("description", tool.description);
    out.RawField("input_schema", tool.schema);
    if (tool.strict) out.BoolField("strict", true);
    marks.Write(tool.cache, out);
    out.EndObject();
  }
  for (const std::string& tool : server_) out.Raw(tool);
  out.EndArray();

  if (choice_.empty()) return;
  out.Key("tool_choice");
  out.StartObject();
  out.Field("type", choice_);
  if (!chosen_.empty()) out.Field("name", chosen_);
  if (one_at_a_time_ && choice_ != "none") {
    out.BoolField("disable_parallel_tool_use", true);
  }
  out.EndObject();
}

int AnthropicTools::CountCacheMarks() const {
  int count = 0;
  for (const Own& tool : own_) count += tool.cache != nullptr ? 1 : 0;
  return count;
}

}  // namespace aigateway
