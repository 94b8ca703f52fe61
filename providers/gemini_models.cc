#include "providers/gemini_models.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

#include "aigateway/v1/gateway.pb.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"
#include "providers/gemini_profile.h"

namespace aigateway {
namespace {

struct ListedModel {
  std::string name;
  std::optional<int64_t> input_limit;
  std::optional<int64_t> output_limit;
  std::optional<bool> thinking;
  bool chats = false;
  bool embeds = false;
};

std::string TextOf(JsonValue& value) {
  return std::string(value.AsString().value_or(""));
}

std::optional<int64_t> CountOf(JsonValue& value) {
  const std::optional<int64_t> count = value.AsInt();
  return count.has_value() && *count > 0 ? count : std::nullopt;
}

absl::Status ReadModel(JsonValue& value, ListedModel* model) {
  return value.ForEachField([&](absl::string_view key, JsonValue& field) {
    if (key == "name") {
      model->name = std::string(absl::StripPrefix(TextOf(field), "models/"));
    } else if (key == "inputTokenLimit") {
      model->input_limit = CountOf(field);
    } else if (key == "outputTokenLimit") {
      model->output_limit = CountOf(field);
    } else if (key == "thinking") {
      model->thinking = field.AsBool();
    } else if (key == "supportedGenerationMethods") {
      return field.ForEachItem([&](JsonValue& method) {
        const std::string name = TextOf(method);
        model->chats |= name == "generateContent";
        model->embeds |= absl::EndsWithIgnoreCase(name, "embedContent") ||
                         name == "batchEmbedContents";
        return absl::OkStatus();
      });
    }
    return absl::OkStatus();
  });
}

v1::Model ToProto(ListedModel listed) {
  v1::Model model;
  // Input and output are counted apart; the window is what it reads.
  if (listed.input_limit.has_value()) {
    model.set_context_window(*listed.input_limit);
  }
  if (listed.output_limit.has_value() && listed.chats) {
    model.set_max_output_tokens(*listed.output_limit);
  }
  v1::ModelCapabilities& can = *model.mutable_capabilities();
  can.set_chat(listed.chats);
  can.set_streaming(listed.chats);
  can.set_embeddings(listed.embeds);
  can.set_prompt_caching(false);  // Not by cache_control.
  if (listed.thinking.has_value()) can.set_reasoning(*listed.thinking);
  if (listed.chats && !GeminiProfileFor(listed.name).prefill) {
    can.set_prefill(false);
  }
  model.set_id(std::move(listed.name));
  return model;
}

}  // namespace

absl::StatusOr<Provider::ModelsPage> ReadGeminiModels(absl::string_view body) {
  Provider::ModelsPage page;
  JsonReader reader;
  AIGW_RETURN_IF_ERROR(reader.Read(body, [&](JsonValue& root) -> absl::Status {
    if (root.kind() != JsonValue::Kind::kObject) {
      return absl::InvalidArgumentError("it is no object");
    }
    return root.ForEachField(
        [&](absl::string_view key, JsonValue& field) -> absl::Status {
          if (key == "nextPageToken") page.next_page_token = TextOf(field);
          if (key != "models" || field.is_null()) return absl::OkStatus();
          if (field.kind() != JsonValue::Kind::kArray) {
            return absl::InvalidArgumentError("the models are no list");
          }
          return field.ForEachItem([&](JsonValue& value) {
            ListedModel model;
            AIGW_RETURN_IF_ERROR(ReadModel(value, &model));
            if (!model.name.empty() && (model.chats || model.embeds)) {
              page.models.push_back(ToProto(std::move(model)));
            }
            return absl::OkStatus();
          });
        });
  }));
  return page;
}

}  // namespace aigateway
