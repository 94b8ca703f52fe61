#include "providers/gemini_tools.h"

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "providers/gemini_openapi_schema.h"
#include "providers/gemini_schema.h"

namespace aigateway {
namespace {

absl::Status WriteParameters(const GeminiCall& call, const v1::Tool& tool,
                             const std::string& field, JsonWriter& out) {
  std::string schema = tool.parameters();
  if (tool.has_parameters_struct()) {
    JsonWriter(&schema).Struct(tool.parameters_struct());
  }
  if (schema.empty()) return absl::OkStatus();
  const std::string path =
      absl::StrCat(field, tool.has_parameters_struct() ? ".parameters_struct"
                                                       : ".parameters");
  if (call.json_schema()) {
    const absl::StatusOr<std::string> adapted = AdaptGeminiJsonSchema(schema);
    if (!adapted.ok()) return FieldError(path, adapted.status().message());
    out.RawField("parametersJsonSchema", *adapted);
    return absl::OkStatus();
  }
  const absl::StatusOr<GeminiOpenApiSchema> translated =
      ToGeminiOpenApiSchema(schema);
  if (!translated.ok()) {
    return FieldError(path, translated.status().message());
  }
  if (!translated->lost.empty()) {
    call.policy().Note(absl::StrCat(path, ": sent without ",
                                    absl::StrJoin(translated->lost, ", "),
                                    ", which this model's schemas have not"));
  }
  // An object without properties is refused.
  if (!translated->no_properties) out.RawField("parameters", translated->json);
  return absl::OkStatus();
}

// Returns whether a tool is strict and the model can be held to it.
absl::StatusOr<bool> IsValidated(const GeminiCall& call) {
  for (int i = 0; i < call.chat().tools_size(); ++i) {
    if (!call.chat().tools(i).strict()) continue;
    if (call.profile().json_schema) return true;
    AIGW_RETURN_IF_ERROR(call.policy().LeaveOut(
        Weight::kHint, absl::StrCat("chat.tools[", i, "].strict"),
        "is not known to this model"));
  }
  return false;
}

void WriteConfig(absl::string_view mode, absl::string_view name,
                 JsonWriter& out) {
  out.Key("toolConfig");
  out.StartObject();
  out.Key("functionCallingConfig");
  out.StartObject();
  out.Field("mode", mode);
  if (!name.empty()) {
    out.Key("allowedFunctionNames");
    out.StartArray();
    out.String(name);
    out.EndArray();
  }
  out.EndObject();
  out.EndObject();
}

absl::Status WriteChoice(const GeminiCall& call, JsonWriter& out) {
  AIGW_ASSIGN_OR_RETURN(const bool validated, IsValidated(call));
  const v1::ToolChoice& choice = call.chat().tool_choice();
  if (choice.has_name()) {
    WriteConfig("ANY", choice.name(), out);
    return absl::OkStatus();
  }
  switch (choice.mode()) {
    case v1::TOOL_CHOICE_MODE_NONE:
      WriteConfig("NONE", "", out);
      break;
    case v1::TOOL_CHOICE_MODE_REQUIRED:
      WriteConfig("ANY", "", out);
      break;
    case v1::TOOL_CHOICE_MODE_AUTO:
      WriteConfig(validated ? "VALIDATED" : "AUTO", "", out);
      break;
    default:
      if (validated) WriteConfig("VALIDATED", "", out);
      break;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status WriteGeminiTools(const GeminiCall& call,
                              absl::Span<const std::string> more_tools,
                              JsonWriter& out) {
  const v1::ChatRequest& chat = call.chat();
  if (!chat.tools().empty() || !more_tools.empty()) {
    out.Key("tools");
    out.StartArray();
    if (!chat.tools().empty()) {
      out.StartObject();
      out.Key("functionDeclarations");
      out.StartArray();
      for (int i = 0; i < chat.tools_size(); ++i) {
        const v1::Tool& tool = chat.tools(i);
        out.StartObject();
        out.Field("name", tool.name());
        if (tool.has_description()) {
          out.Field("description", tool.description());
        }
        AIGW_RETURN_IF_ERROR(WriteParameters(
            call, tool, absl::StrCat("chat.tools[", i, "]"), out));
        out.EndObject();
      }
      out.EndArray();
      out.EndObject();
    }
    for (const std::string& tool : more_tools) out.Raw(tool);
    out.EndArray();
  }
  if (!chat.tools().empty()) return WriteChoice(call, out);
  if (chat.tool_choice().has_name() ||
      chat.tool_choice().mode() == v1::TOOL_CHOICE_MODE_REQUIRED) {
    return FieldError("chat.tool_choice",
                      "asks for a call, but chat.tools has no tool");
  }
  return absl::OkStatus();
}

}  // namespace aigateway
