#include "providers/anthropic_models.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "gateway/base/json_reader.h"
#include "providers/anthropic_error.h"
#include "providers/anthropic_profile.h"
#include "providers/error_body.h"
#include "providers/model_name.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

// Of an id; what is longer names no model.
constexpr size_t kMaxIdBytes = 256;

// {"supported":true}
std::optional<bool> IsSupported(JsonValue& capability) {
  std::optional<bool> supported;
  capability
      .ForEachField([&](absl::string_view key, JsonValue& value) {
        if (key == "supported") supported = value.AsBool();
        return absl::OkStatus();
      })
      .IgnoreError();  // What is broken ends the reading anyhow.
  return supported;
}

absl::Status ReadCapabilities(JsonValue& listed, v1::ModelCapabilities* out) {
  return listed.ForEachField([&](absl::string_view key, JsonValue& value) {
    const std::optional<bool> supported = IsSupported(value);
    if (!supported.has_value()) return absl::OkStatus();
    if (key == "structured_outputs") out->set_json_schema(*supported);
    if (key == "image_input") out->set_image_input(*supported);
    if (key == "pdf_input") out->set_file_input(*supported);
    if (key == "thinking") out->set_reasoning(*supported);
    return absl::OkStatus();
  });
}

// What is known of the generation, before the list itself is heard.
void AddKnown(absl::string_view id, v1::ModelCapabilities* out) {
  const AnthropicProfile& profile = AnthropicProfileFor(id);
  out->set_chat(true);
  out->set_streaming(true);
  out->set_embeddings(false);
  out->set_audio_input(false);
  out->set_json_object(false);
  out->set_logprobs(false);
  if (!IsClaude(id)) return;
  out->set_tools(true);
  out->set_parallel_tool_calls(true);
  out->set_prompt_caching(true);
  out->set_prefill(profile.prefill);
  out->set_json_schema(profile.json_schema);
  out->set_reasoning(profile.budget_thinking || profile.adaptive_thinking);
}

absl::Status ReadModel(JsonValue& item, v1::Model* model) {
  std::optional<int64_t> window;
  std::optional<int64_t> most;
  v1::ModelCapabilities listed;
  absl::Status status =
      item.ForEachField([&](absl::string_view key, JsonValue& value) {
        if (key == "id") {
          model->set_id(std::string(value.AsString().value_or("")));
        } else if (key == "max_input_tokens") {
          window = value.AsInt();
        } else if (key == "max_tokens") {
          most = value.AsInt();
        } else if (key == "capabilities") {
          return ReadCapabilities(value, &listed);
        }
        return absl::OkStatus();
      });
  if (window.value_or(0) > 0) model->set_context_window(*window);
  if (most.value_or(0) > 0) model->set_max_output_tokens(*most);
  AddKnown(model->id(), model->mutable_capabilities());
  model->mutable_capabilities()->MergeFrom(listed);
  return status;
}

}  // namespace

absl::StatusOr<Provider::ModelsPage> ReadAnthropicModels(
    const HttpResponse& response, const Redactor& redactor) {
  Provider::ModelsPage page;
  std::string last_id;
  bool has_data = false;
  bool has_more = false;
  std::optional<ErrorBody> error;
  JsonReader reader;
  const auto read_root = [&](JsonValue& root) {
    return root.ForEachField([&](absl::string_view key, JsonValue& value) {
      if (key == "data" && value.kind() == JsonValue::Kind::kArray) {
        has_data = true;
        return value.ForEachItem([&](JsonValue& item) {
          v1::Model model;
          const absl::Status status = ReadModel(item, &model);
          if (!model.id().empty() && model.id().size() <= kMaxIdBytes) {
            page.models.push_back(std::move(model));
          }
          return status;
        });
      }
      if (key == "has_more") has_more = value.AsBool().value_or(false);
      if (key == "last_id")
        last_id = std::string(value.AsString().value_or(""));
      if (key == "error" && !value.is_null()) error = ReadErrorValue(value);
      return absl::OkStatus();
    });
  };
  const absl::Status status = reader.Read(response.body, read_root);
  if (status.ok() && error.has_value()) {
    return AnthropicInnerError(*error, redactor, /*credential=*/"");
  }
  if (!status.ok() || !has_data) {
    return UnreadableAnswer(
        status.ok() ? "it has no list of models" : status.message(),
        response.status, response.body, redactor);
  }
  // A page without models would lead nowhere but to itself.
  if (has_more && !page.models.empty()) {
    page.next_page_token =
        last_id.empty() ? page.models.back().id() : std::move(last_id);
  }
  return page;
}

}  // namespace aigateway
