#include "tests/conformance/wire_features.h"

#include "absl/strings/match.h"

namespace aigateway {
namespace {

using google::protobuf::Struct;

bool IsOver(const Struct& usage, const char* key, double least) {
  const google::protobuf::Value* value = Get(usage, key);
  return value != nullptr && value->number_value() > least;
}

bool HasText(const Struct& expected, const char* key) {
  return !GetText(expected, key).empty();
}

int ListSize(const Struct& expected, const char* key) {
  const google::protobuf::Value* value = Get(expected, key);
  return value == nullptr ? 0 : value->list_value().values_size();
}

void AddAnswer(const WireCase& wire, std::set<Feature>& features) {
  features.insert(wire.stream ? Feature::kStream : Feature::kChat);
  const int calls = ListSize(wire.expected, "tool_calls");
  if (calls > 0) features.insert(Feature::kTools);
  if (calls > 1) features.insert(Feature::kParallelTools);
  // What was asked for stands in the recording's name.
  if (absl::StrContains(wire.name, "image")) features.insert(Feature::kImages);
  if (absl::StrContains(wire.name, "json-schema") ||
      absl::StrContains(wire.name, "json-mode") ||
      absl::StrContains(wire.name, "structured-output")) {
    features.insert(Feature::kStructuredOutput);
  }
  if (HasText(wire.expected, "reasoning") ||
      ListSize(wire.expected, "reasoning_opaque") > 0) {
    features.insert(Feature::kReasoning);
  }
  const Struct* usage = GetStruct(wire.expected, "usage");
  if (usage == nullptr) return;
  features.insert(Feature::kUsage);
  if (IsOver(*usage, "cached", 0)) features.insert(Feature::kCachedUsage);
  if (IsOver(*usage, "reasoning", 0)) features.insert(Feature::kReasoning);
}

}  // namespace

const std::vector<Feature>& AllFeatures() {
  using enum Feature;
  static const auto* const features =
      new std::vector<Feature>{kChat,
                               kStream,
                               kTools,
                               kParallelTools,
                               kImages,
                               kReasoning,
                               kStructuredOutput,
                               kUsage,
                               kCachedUsage,
                               kEmbeddings,
                               kModels,
                               kErrors};
  return *features;
}

absl::string_view TitleOf(Feature feature) {
  switch (feature) {
    case Feature::kChat:
      return "chat";
    case Feature::kStream:
      return "stream";
    case Feature::kTools:
      return "tools";
    case Feature::kParallelTools:
      return "parallel tools";
    case Feature::kImages:
      return "images";
    case Feature::kReasoning:
      return "reasoning";
    case Feature::kStructuredOutput:
      return "structured output";
    case Feature::kUsage:
      return "usage";
    case Feature::kCachedUsage:
      return "cached usage";
    case Feature::kEmbeddings:
      return "embeddings";
    case Feature::kModels:
      return "models";
    case Feature::kErrors:
      return "errors";
  }
  return "";
}

std::set<Feature> FeaturesOf(const WireCase& wire) {
  std::set<Feature> features;
  if (wire.format == "error") {
    features.insert(Feature::kErrors);
  } else if (wire.format == "models") {
    features.insert(Feature::kModels);
  } else if (wire.format == "embeddings") {
    features.insert(Feature::kEmbeddings);
  } else if (Get(wire.expected, "stream_error") != nullptr) {
    features.insert(Feature::kErrors);
  } else {
    AddAnswer(wire, features);
  }
  return features;
}

}  // namespace aigateway
