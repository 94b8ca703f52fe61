#include "providers/cohere/cohere_models.h"

#include <cmath>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/gateway.pb.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

// Of a name or page token; what is longer is none.
constexpr size_t kMaxIdBytes = 256;
constexpr double kMostTokens = 1e12;

struct ListedModel {
  std::string name;
  std::optional<double> context_length;
  std::set<std::string> endpoints;
  std::optional<std::set<std::string>> features;
};

std::string TextOf(JsonValue& value) {
  const absl::string_view text = value.AsString().value_or("");
  return text.size() > kMaxIdBytes ? "" : std::string(text);
}

absl::Status ReadWords(JsonValue& list, std::set<std::string>* words) {
  return list.ForEachItem([&](JsonValue& word) {
    words->insert(TextOf(word));
    return absl::OkStatus();
  });
}

absl::Status ReadModel(JsonValue& value, ListedModel* model) {
  return value.ForEachField([&](absl::string_view key, JsonValue& field) {
    if (key == "name") model->name = TextOf(field);
    if (key == "context_length") model->context_length = field.AsDouble();
    if (key == "endpoints") return ReadWords(field, &model->endpoints);
    if (key == "features" && field.kind() == JsonValue::Kind::kArray) {
      return ReadWords(field, &model->features.emplace());
    }
    return absl::OkStatus();
  });
}

v1::Model ToProto(ListedModel listed) {
  v1::Model model;
  const double window = listed.context_length.value_or(0);
  if (window >= 1 && window <= kMostTokens) {
    model.set_context_window(std::llround(window));
  }
  const bool chats = listed.endpoints.contains("chat");
  v1::ModelCapabilities& can = *model.mutable_capabilities();
  can.set_chat(chats);
  can.set_streaming(chats);
  can.set_embeddings(listed.endpoints.contains("embed"));
  can.set_audio_input(false);
  can.set_file_input(false);
  can.set_prompt_caching(false);  // Not by cache_control.
  if (chats && listed.features.has_value()) {
    const std::set<std::string>& features = *listed.features;
    can.set_tools(features.contains("tools"));
    can.set_json_object(features.contains("json_mode"));
    can.set_json_schema(features.contains("json_schema"));
    can.set_logprobs(features.contains("logprobs"));
    can.set_image_input(features.contains("vision"));
    can.set_reasoning(features.contains("reasoning"));
  }
  model.set_id(std::move(listed.name));
  return model;
}

absl::Status ReadPage(absl::string_view body, Provider::ModelsPage* page) {
  bool has_models = false;
  JsonReader reader;
  AIGW_RETURN_IF_ERROR(reader.Read(body, [&](JsonValue& root) {
    return root.ForEachField([&](absl::string_view key, JsonValue& field) {
      if (key == "next_page_token") page->next_page_token = TextOf(field);
      if (key != "models" || field.kind() != JsonValue::Kind::kArray) {
        return absl::OkStatus();
      }
      has_models = true;
      return field.ForEachItem([&](JsonValue& value) {
        ListedModel model;
        AIGW_RETURN_IF_ERROR(ReadModel(value, &model));
        if (!model.name.empty() && (model.endpoints.contains("chat") ||
                                    model.endpoints.contains("embed"))) {
          page->models.push_back(ToProto(std::move(model)));
        }
        return absl::OkStatus();
      });
    });
  }));
  return has_models ? absl::OkStatus()
                    : absl::InvalidArgumentError("it has no list of models");
}

}  // namespace

absl::StatusOr<Provider::ModelsPage> ReadCohereModels(
    const HttpResponse& response, const Redactor& redactor) {
  Provider::ModelsPage page;
  if (const absl::Status status = ReadPage(response.body, &page);
      !status.ok()) {
    return UnreadableAnswer(status.message(), response.status, response.body,
                            redactor);
  }
  return page;
}

}  // namespace aigateway
