#include "providers/ollama/ollama_models.h"

#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/gateway.pb.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

constexpr size_t kMaxNameBytes = 256;  // What is longer is no name.

struct ListedModel {
  std::string name;
  std::set<std::string> families;
  std::optional<std::set<std::string>> capabilities;  // Newer servers'.
};

std::string TextOf(JsonValue& value) {
  const absl::string_view text = value.AsString().value_or("");
  return text.size() > kMaxNameBytes ? "" : std::string(text);
}

absl::Status ReadWords(JsonValue& list, std::set<std::string>* words) {
  return list.ForEachItem([&](JsonValue& word) {
    words->insert(TextOf(word));
    return absl::OkStatus();
  });
}

absl::Status ReadModel(JsonValue& value, ListedModel* model) {
  return value.ForEachField([&](absl::string_view key, JsonValue& field) {
    if (key == "model") model->name = TextOf(field);
    if (key == "name" && model->name.empty()) model->name = TextOf(field);
    if (key == "capabilities" && field.kind() == JsonValue::Kind::kArray) {
      return ReadWords(field, &model->capabilities.emplace());
    }
    if (key != "details") return absl::OkStatus();
    return field.ForEachField([&](absl::string_view name, JsonValue& each) {
      if (name == "family") model->families.insert(TextOf(each));
      if (name == "families") return ReadWords(each, &model->families);
      return absl::OkStatus();
    });
  });
}

// BERT and its like turn text into vectors and do nothing else.
bool OnlyEmbeds(const ListedModel& listed) {
  for (const std::string& family : listed.families) {
    if (absl::StrContains(family, "bert")) return true;
  }
  return false;
}

v1::Model ToProto(ListedModel listed) {
  v1::Model model;
  v1::ModelCapabilities& can = *model.mutable_capabilities();
  const bool chats = listed.capabilities.has_value()
                         ? listed.capabilities->contains("completion")
                         : !OnlyEmbeds(listed);
  can.set_chat(chats);
  can.set_streaming(chats);
  can.set_json_object(chats);
  can.set_json_schema(chats);
  can.set_audio_input(false);
  can.set_file_input(false);
  can.set_prompt_caching(false);  // Not by cache_control.
  if (listed.capabilities.has_value()) {
    const std::set<std::string>& known = *listed.capabilities;
    can.set_embeddings(known.contains("embedding"));
    can.set_tools(known.contains("tools"));
    can.set_image_input(known.contains("vision"));
    can.set_reasoning(known.contains("thinking"));
  } else if (!chats) {
    can.set_embeddings(true);
  } else if (listed.families.contains("clip") ||
             listed.families.contains("mllama")) {
    can.set_image_input(true);
  }
  model.set_id(std::move(listed.name));
  return model;
}

absl::Status ReadList(absl::string_view body, Provider::ModelsPage* page) {
  bool has_models = false;
  JsonReader reader;
  AIGW_RETURN_IF_ERROR(reader.Read(body, [&](JsonValue& root) {
    return root.ForEachField([&](absl::string_view key, JsonValue& field) {
      if (key != "models") return absl::OkStatus();
      // A server that has none says null.
      has_models = field.is_null() || field.kind() == JsonValue::Kind::kArray;
      return field.ForEachItem([&](JsonValue& value) {
        ListedModel model;
        AIGW_RETURN_IF_ERROR(ReadModel(value, &model));
        if (!model.name.empty()) {
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

absl::StatusOr<Provider::ModelsPage> ReadOllamaModels(
    const HttpResponse& response, const Redactor& redactor) {
  Provider::ModelsPage page;
  if (const absl::Status status = ReadList(response.body, &page);
      !status.ok()) {
    return UnreadableAnswer(status.message(), response.status, response.body,
                            redactor);
  }
  return page;
}

}  // namespace aigateway
