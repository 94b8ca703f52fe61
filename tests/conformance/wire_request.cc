#include "tests/conformance/wire_request.h"

#include <set>

#include "absl/strings/match.h"

#include "tests/conformance/wire_features.h"

namespace aigateway {
namespace {

using google::protobuf::Struct;

// A picture of one pixel.
constexpr unsigned char kPixel[] = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d,
    0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01,
    0x08, 0x06, 0x00, 0x00, 0x00, 0x1f, 0x15, 0xc4, 0x89, 0x00, 0x00, 0x00,
    0x0d, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0x64, 0x60, 0xf8, 0x5f,
    0x0f, 0x00, 0x02, 0x87, 0x01, 0x80, 0xeb, 0x47, 0xba, 0x92, 0x00, 0x00,
    0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};

bool IsOfResponses(const WireCase& wire) {
  return wire.format == "openai-responses" ||
         absl::StrContains(wire.endpoint, "/responses");
}

std::string ModelFor(const WireCase& wire) {
  // Owner and name.
  if (wire.provider == "replicate") return "meta/m1";
  // A model that is to be had by the Responses API only.
  if (IsOfResponses(wire) && wire.provider != "xai") return "o3-pro";
  return "m1";
}

// The names of the tools that the answer calls.
std::set<std::string> ToolsOf(const Struct& expected) {
  std::set<std::string> names;
  const google::protobuf::Value* calls = Get(expected, "tool_calls");
  if (calls == nullptr) return names;
  for (const auto& call : calls->list_value().values()) {
    names.insert(GetText(call.struct_value(), "name"));
  }
  return names;
}

}  // namespace

v1::ChatRequest ChatRequestFor(const WireCase& wire) {
  v1::ChatRequest chat;
  chat.set_model(ModelFor(wire));
  v1::Message& message = *chat.add_messages();
  message.set_role(v1::ROLE_USER);
  const std::set<Feature> features = FeaturesOf(wire);
  if (features.contains(Feature::kImages)) {
    message.add_parts()->set_text("what is this?");
    v1::ImagePart& image = *message.add_parts()->mutable_image();
    image.set_data(kPixel, sizeof(kPixel));
    image.set_media_type("image/png");
  } else {
    message.set_content("hi");
  }
  for (const std::string& name : ToolsOf(wire.expected)) {
    v1::Tool& tool = *chat.add_tools();
    tool.set_name(name);
    tool.set_parameters(R"({"type":"object","properties":{}})");
  }
  if (absl::StrContains(wire.name, "json-mode")) {
    chat.mutable_response_format()->mutable_json_object();
  } else if (features.contains(Feature::kStructuredOutput)) {
    v1::JsonSchemaFormat& form =
        *chat.mutable_response_format()->mutable_json_schema();
    form.set_name("answer");
    form.set_schema(
        R"({"type":"object","properties":{"answer":{"type":"string"}}})");
  }
  if (const auto* choices = Get(wire.expected, "choices")) {
    chat.set_n(choices->list_value().values_size());
  }
  // It prefers its Responses API, but for what that has not.
  if (wire.provider == "xai" && wire.format == "openai-chat") {
    chat.add_stop("###");
  }
  return chat;
}

v1::EmbedRequest EmbedRequestFor(const WireCase& wire) {
  v1::EmbedRequest embed;
  // Bedrock has a form for each family of models.
  embed.set_model(wire.provider == "bedrock" ? "amazon.titan-embed-text-v2:0"
                                             : "m1");
  int count = 1;
  if (const Struct* expected = GetStruct(wire.expected, "embeddings")) {
    count = static_cast<int>(Get(*expected, "count")->number_value());
  }
  for (int i = 0; i < count; ++i) embed.add_input("hi");
  // Cohere wants it.
  if (wire.provider == "cohere") embed.set_input_type("search_document");
  return embed;
}

std::string MoreSettingsFor(const WireCase& wire) {
  return wire.provider == "perplexity" && wire.format == "openai-chat"
             ? "options: {api: chat}"
             : "";
}

}  // namespace aigateway
