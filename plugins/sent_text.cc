#include "plugins/sent_text.h"

#include "absl/strings/match.h"
#include "google/protobuf/struct.pb.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/gateway.pb.h"
#include "plugins/text_places.h"

namespace aigateway {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;
using Visit = absl::FunctionRef<void(absl::string_view text)>;

// What nests deeper than this no codec sends.
constexpr int kMaxDepth = 100;

void VisitStruct(const Struct& object, Visit visit, int depth = 0);

void VisitValue(const Value& value, Visit visit, int depth) {
  if (depth > kMaxDepth) return;
  if (value.has_string_value()) {
    visit(value.string_value());
  } else if (value.has_struct_value()) {
    VisitStruct(value.struct_value(), visit, depth + 1);
  } else if (value.has_list_value()) {
    for (const Value& item : value.list_value().values()) {
      VisitValue(item, visit, depth + 1);
    }
  }
}

void VisitStruct(const Struct& object, Visit visit, int depth) {
  for (const auto& [name, value] : object.fields()) {
    visit(name);
    VisitValue(value, visit, depth);
  }
}

void VisitFile(const v1::FilePart& file, Visit visit) {
  visit(file.filename());
  constexpr absl::string_view kData = "data:";
  if (file.has_data() && MayBeText(file.media_type())) visit(file.data());
  if (!absl::StartsWithIgnoreCase(file.url(), kData)) return;
  const absl::string_view type =
      absl::string_view(file.url()).substr(kData.size());
  if (MayBeText(type) ||
      (file.has_media_type() && MayBeText(file.media_type()))) {
    visit(file.url());
  }
}

void VisitMessage(const v1::Message& message, Visit visit) {
  visit(message.content());
  for (const v1::ContentPart& part : message.parts()) {
    if (part.has_text()) visit(part.text());
    if (part.has_file()) VisitFile(part.file(), visit);
    visit(part.audio().transcript());
  }
  visit(message.name());
  for (const v1::ToolCall& call : message.tool_calls()) {
    visit(call.name());
    visit(call.arguments());
  }
  visit(message.reasoning_content());
  for (const v1::ReasoningBlock& block : message.reasoning_blocks()) {
    visit(block.text());
  }
  visit(message.refusal());
}

void VisitChat(const v1::ChatRequest& chat, Visit visit) {
  for (const v1::Message& message : chat.messages()) {
    VisitMessage(message, visit);
  }
  for (const v1::Tool& tool : chat.tools()) {
    visit(tool.name());
    visit(tool.description());
    visit(tool.parameters());
    VisitStruct(tool.parameters_struct(), visit);
  }
  for (const std::string& stop : chat.stop()) visit(stop);
  const v1::JsonSchemaFormat& form = chat.response_format().json_schema();
  visit(form.name());
  visit(form.description());
  visit(form.schema());
  VisitStruct(form.schema_struct(), visit);
  for (const auto& [type, options] : chat.provider_options()) {
    VisitStruct(options, visit);
  }
}

}  // namespace

void ForEachSentText(const PluginRequest& request, Visit visit) {
  if (request.embed == nullptr) {
    VisitChat(request.chat, visit);
    return;
  }
  for (const std::string& input : request.embed->input()) visit(input);
  for (const auto& [type, options] : request.embed->provider_options()) {
    VisitStruct(options, visit);
  }
}

}  // namespace aigateway
