#include "providers/vertex/vertex_models.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"

#include "aigateway/v1/gateway.pb.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"
#include "providers/vertex/vertex_place.h"

namespace aigateway {
namespace {

// "publishers/google/models/gemini-2.5-flash"
void AddModel(absl::string_view listed, Provider::ModelsPage* page) {
  std::string name = ReadVertexModel(listed).name;
  const bool embeds = absl::StrContains(name, "embedding") &&
                      !absl::StrContains(name, "multimodal");
  const bool chats = absl::StartsWith(name, "gemini-") && !embeds;
  if (!chats && !embeds) return;
  v1::Model model;
  v1::ModelCapabilities& can = *model.mutable_capabilities();
  can.set_chat(chats);
  can.set_streaming(chats);
  can.set_embeddings(embeds);
  can.set_prompt_caching(false);  // Not by cache_control.
  model.set_id(std::move(name));
  page->models.push_back(std::move(model));
}

}  // namespace

absl::StatusOr<Provider::ModelsPage> ReadVertexModels(absl::string_view body) {
  Provider::ModelsPage page;
  JsonReader reader;
  AIGW_RETURN_IF_ERROR(reader.Read(body, [&](JsonValue& root) -> absl::Status {
    if (root.kind() != JsonValue::Kind::kObject) {
      return absl::InvalidArgumentError("it is no object");
    }
    return root.ForEachField(
        [&](absl::string_view key, JsonValue& field) -> absl::Status {
          if (key == "nextPageToken") {
            page.next_page_token = std::string(field.AsString().value_or(""));
          }
          if (key != "publisherModels" || field.is_null()) {
            return absl::OkStatus();
          }
          if (field.kind() != JsonValue::Kind::kArray) {
            return absl::InvalidArgumentError("the models are no list");
          }
          return field.ForEachItem([&](JsonValue& model) {
            return model.ForEachField(
                [&](absl::string_view name, JsonValue& value) {
                  if (name == "name") {
                    AddModel(value.AsString().value_or(""), &page);
                  }
                  return absl::OkStatus();
                });
          });
        });
  }));
  return page;
}

}  // namespace aigateway
