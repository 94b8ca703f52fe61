#include "providers/bedrock/bedrock_models.h"

#include <optional>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "aigateway/v1/gateway.pb.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"
#include "providers/base_url.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

// Of a name; what is longer is none. Page tokens may have 2 KiB.
constexpr size_t kMaxIdBytes = 2048;
constexpr absl::string_view kProfiles = "profiles:";

struct ListedModel {
  std::string id;
  std::set<std::string> inputs;
  std::set<std::string> outputs;
  std::optional<std::set<std::string>> inference;
  bool streams = false;
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
    if (key == "modelId") model->id = TextOf(field);
    if (key == "inputModalities") return ReadWords(field, &model->inputs);
    if (key == "outputModalities") return ReadWords(field, &model->outputs);
    if (key == "inferenceTypesSupported" &&
        field.kind() == JsonValue::Kind::kArray) {
      return ReadWords(field, &model->inference.emplace());
    }
    if (key == "responseStreamingSupported") {
      model->streams = field.AsBool().value_or(false);
    }
    return absl::OkStatus();
  });
}

// False if it is of no use here.
bool ToProto(ListedModel listed, v1::Model* model) {
  const bool writes = listed.outputs.contains("TEXT");
  const bool embeds = listed.outputs.contains("EMBEDDING");
  const bool is_called_itself =
      !listed.inference.has_value() || listed.inference->contains("ON_DEMAND");
  if (listed.id.empty() || (!writes && !embeds) || !is_called_itself) {
    return false;
  }
  v1::ModelCapabilities& can = *model->mutable_capabilities();
  can.set_chat(writes);
  can.set_streaming(writes && listed.streams);
  can.set_embeddings(embeds);
  can.set_image_input(listed.inputs.contains("IMAGE"));
  model->set_id(std::move(listed.id));
  return true;
}

absl::Status ReadProfile(JsonValue& value, Provider::ModelsPage* page) {
  std::string id;
  bool is_active = true;
  AIGW_RETURN_IF_ERROR(
      value.ForEachField([&](absl::string_view key, JsonValue& field) {
        if (key == "inferenceProfileId") id = TextOf(field);
        if (key == "status") is_active = TextOf(field) == "ACTIVE";
        return absl::OkStatus();
      }));
  if (is_active && !id.empty()) page->models.emplace_back().set_id(id);
  return absl::OkStatus();
}

absl::Status ReadPage(absl::string_view body, Provider::ModelsPage* page) {
  bool has_list = false;
  JsonReader reader;
  AIGW_RETURN_IF_ERROR(reader.Read(body, [&](JsonValue& root) {
    return root.ForEachField([&](absl::string_view key, JsonValue& field) {
      if (key == "nextToken") {
        const std::string token = TextOf(field);
        if (!token.empty()) {
          page->next_page_token = absl::StrCat(kProfiles, token);
        }
      }
      if (field.kind() != JsonValue::Kind::kArray) return absl::OkStatus();
      if (key == "modelSummaries") {
        has_list = true;
        page->next_page_token = std::string(kProfiles);
        return field.ForEachItem([&](JsonValue& value) {
          ListedModel listed;
          AIGW_RETURN_IF_ERROR(ReadModel(value, &listed));
          v1::Model model;
          if (ToProto(std::move(listed), &model)) {
            page->models.push_back(std::move(model));
          }
          return absl::OkStatus();
        });
      }
      if (key != "inferenceProfileSummaries") return absl::OkStatus();
      has_list = true;
      return field.ForEachItem(
          [&](JsonValue& value) { return ReadProfile(value, page); });
    });
  }));
  return has_list ? absl::OkStatus()
                  : absl::InvalidArgumentError("it has no list of models");
}

}  // namespace

std::string BedrockModelsPath(absl::string_view page_token) {
  if (!absl::ConsumePrefix(&page_token, kProfiles)) {
    return "/foundation-models";
  }
  std::string path = "/inference-profiles?maxResults=1000";
  if (!page_token.empty()) {
    absl::StrAppend(&path, "&nextToken=", EscapePathStep(page_token));
  }
  return path;
}

absl::StatusOr<Provider::ModelsPage> ReadBedrockModels(
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
