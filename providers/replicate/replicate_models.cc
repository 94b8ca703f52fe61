#include "providers/replicate/replicate_models.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/gateway.pb.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"
#include "providers/replicate/replicate_inputs.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

constexpr size_t kMaxNameBytes = 128;  // What is longer is no name.

std::string TextOf(JsonValue& value) {
  const absl::string_view text = value.AsString().value_or("");
  return text.size() > kMaxNameBytes ? "" : std::string(text);
}

v1::Model ToProto(absl::string_view owner, absl::string_view name) {
  v1::Model model;
  model.set_id(absl::StrCat(owner, "/", name));
  const ReplicateInputs& inputs = ReplicateInputsOf(model.id());
  v1::ModelCapabilities& can = *model.mutable_capabilities();
  can.set_chat(true);
  can.set_streaming(true);
  can.set_embeddings(false);
  can.set_tools(false);
  can.set_json_object(false);
  can.set_json_schema(false);
  can.set_image_input(!inputs.image.empty() || !inputs.images.empty());
  can.set_audio_input(false);
  can.set_file_input(false);
  can.set_logprobs(false);
  can.set_prompt_caching(false);
  return model;
}

absl::Status ReadList(absl::string_view body, Provider::ModelsPage* page) {
  bool has_models = false;
  JsonReader reader;
  AIGW_RETURN_IF_ERROR(reader.Read(body, [&](JsonValue& root) {
    return root.ForEachField([&](absl::string_view key, JsonValue& field) {
      if (key != "models" || field.kind() != JsonValue::Kind::kArray) {
        return absl::OkStatus();
      }
      has_models = true;
      return field.ForEachItem([&](JsonValue& value) {
        std::string owner;
        std::string name;
        AIGW_RETURN_IF_ERROR(
            value.ForEachField([&](absl::string_view member, JsonValue& each) {
              if (member == "owner") owner = TextOf(each);
              if (member == "name") name = TextOf(each);
              return absl::OkStatus();
            }));
        if (!owner.empty() && !name.empty()) {
          page->models.push_back(ToProto(owner, name));
        }
        return absl::OkStatus();
      });
    });
  }));
  return has_models ? absl::OkStatus()
                    : absl::InvalidArgumentError("it has no list of models");
}

}  // namespace

absl::StatusOr<Provider::ModelsPage> ReadReplicateModels(
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
