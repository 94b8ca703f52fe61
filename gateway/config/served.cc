#include "gateway/config/served.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/fault_report.h"
#include "gateway/config/faults.h"
#include "gateway/config/field_path.h"
#include "gateway/config/source_map.h"

namespace aigateway {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;

// A field that nothing acts on yet, wherever it stands.
struct Row {
  absl::string_view field;   // MESSAGE.FIELD of the schema.
  absl::string_view why;     // What must not be believed in.
  absl::string_view served;  // The one value that is acted on; empty: none.
};
constexpr Row kNotServed[] = {
    {"TargetConfig.concurrency",
     "a bound that is not there must not be believed in", ""},
    {"TimeoutsConfig.first_token",
     "no second target would be started when it passes", ""},
    {"StrategyConfig.hold_back", "the first events would not be kept back", ""},
    {"StrategyConfig.hedge", "no call would be sent to a second target", ""},
    {"StrategyConfig.on_interruption", "no other target would go on", "fail"},
};

// Names of API.md that may not be registered yet.
constexpr absl::string_view kModes[] = {
    "ab-test",  "canary",     "conditional", "content-based", "cost-optimized",
    "fallback", "least-busy", "least-cost",  "least-latency", "loadbalance",
    "mirror",   "single",     "sticky",
};
constexpr absl::string_view kPlugins[] = {
    "budget",         "external",       "max-token",    "model-allow-list",
    "pii-redact",     "prompt-shield",  "rate-limit",   "regex-guard",
    "request-logger", "response-cache", "schema-guard", "secret-scan",
    "word-filter",
};
constexpr absl::string_view kProviderTypes[] = {
    "anthropic",  "azure-foundry", "azure-openai", "bedrock",
    "cerebras",   "cloudflare",    "cohere",       "databricks",
    "deepinfra",  "deepseek",      "fireworks",    "gemini",
    "groq",       "hugging-face",  "llama.cpp",    "lm-studio",
    "minimax",    "mistral",       "moonshot",     "novita",
    "nvidia-nim", "ollama",        "openai",       "openai-compatible",
    "openrouter", "perplexity",    "qwen",         "replicate",
    "sambanova",  "simulator",     "snowflake",    "together",
    "vertex-ai",  "vllm",          "xai",          "zai",
};

const Row* FindRow(const FieldDescriptor& field) {
  for (const Row& row : kNotServed) {
    if (absl::StrCat(field.containing_type()->name(), ".", field.name()) ==
        row.field) {
      return &row;
    }
  }
  return nullptr;
}

// Whether the field has the one value that is acted on.
bool HasServedValue(const Row& row, const Message& message,
                    const FieldDescriptor& field) {
  return !row.served.empty() &&
         message.GetReflection()->GetString(message, &field) == row.served;
}

void Refuse(const Message& message, const FieldPath& path, FaultReport& report);

// Looks into the messages of a field, but into none of another schema.
void RefuseInside(const Message& message, const FieldDescriptor& field,
                  const FieldPath& path, FaultReport& report) {
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field.is_map() ||
      field.message_type()->file() != message.GetDescriptor()->file()) {
    return;
  }
  const Reflection& reflection = *message.GetReflection();
  if (!field.is_repeated()) {
    return Refuse(reflection.GetMessage(message, &field), path, report);
  }
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    Refuse(reflection.GetRepeatedMessage(message, &field, i), path.Index(i),
           report);
  }
}

void Refuse(const Message& message, const FieldPath& path,
            FaultReport& report) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const FieldPath field_path = path.Key(field->name());
    const Row* row = FindRow(*field);
    if (row == nullptr) {
      RefuseInside(message, *field, field_path, report);
    } else if (!HasServedValue(*row, message, *field)) {
      report.Add(field_path,
                 absl::StrCat("is not served by this version: remove it (",
                              row->why, ")"));
    }
  }
}

}  // namespace

void RefuseUnserved(const config::v1::GatewayConfig& config,
                    const SourceMap& places, Faults& faults) {
  FaultReport report(&places, &faults);
  Refuse(config, FieldPath(), report);
}

bool IsServed(const FieldDescriptor& field) {
  return FindRow(field) == nullptr;
}

bool IsAnnouncedMode(absl::string_view name) {
  return std::binary_search(std::begin(kModes), std::end(kModes), name);
}

bool IsAnnouncedPlugin(absl::string_view name) {
  return std::binary_search(std::begin(kPlugins), std::end(kPlugins), name);
}

bool IsAnnouncedProviderType(absl::string_view name) {
  return std::binary_search(std::begin(kProviderTypes),
                            std::end(kProviderTypes), name);
}

}  // namespace aigateway
