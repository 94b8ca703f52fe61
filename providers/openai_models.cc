#include "providers/openai_models.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"
#include "providers/error_body.h"
#include "providers/openai_error.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

using Kind = JsonValue::Kind;

// A listing has a few hundred; this is for one that never ends.
constexpr size_t kMaxModels = 20000;
constexpr int64_t kMaxWindow = int64_t{1} << 40;

std::optional<int64_t> Window(JsonValue& value) {
  const std::optional<int64_t> tokens = value.AsInt();
  return tokens.has_value() && *tokens > 0 && *tokens <= kMaxWindow
             ? tokens
             : std::nullopt;
}

class ModelsReader {
 public:
  // `is_search`: ids are numbers of the vendor's own (Cloudflare).
  explicit ModelsReader(bool is_search) : is_search_(is_search) {}

  absl::Status Read(JsonValue& root) {
    if (root.kind() == Kind::kArray) return ReadList(root);
    if (root.kind() != Kind::kObject) {
      return absl::InvalidArgumentError("it is no JSON object");
    }
    AIGW_RETURN_IF_ERROR(root.ForEachField(
        [this](absl::string_view key, JsonValue& value) -> absl::Status {
          if (key == "data" || key == "result") {
            return value.is_null() ? absl::OkStatus() : ReadList(value);
          }
          if (key == "result_info") return ReadPaging(value);
          return absl::OkStatus();
        }));
    return has_list_ ? absl::OkStatus()
                     : absl::InvalidArgumentError("it has no list of models");
  }

  Provider::ModelsPage Take() {
    if (page_number_ > 0 && page_number_ * per_page_ < total_count_ &&
        !page_.models.empty()) {
      page_.next_page_token = absl::StrCat(page_number_ + 1);
    }
    return std::move(page_);
  }

 private:
  absl::Status ReadList(JsonValue& list) {
    if (list.kind() != Kind::kArray) {
      return absl::InvalidArgumentError("its models are no list");
    }
    has_list_ = true;
    return list.ForEachItem([this](JsonValue& item) -> absl::Status {
      if (page_.models.size() >= kMaxModels) {
        return absl::InvalidArgumentError("it has too many models");
      }
      v1::Model model;
      std::string name;
      AIGW_RETURN_IF_ERROR(
          item.ForEachField([&](absl::string_view key, JsonValue& field) {
            return ReadField(key, field, &model, &name);
          }));
      // Cloudflare's id is a number of its own; what is asked for is the name.
      if (model.id().empty()) model.set_id(std::move(name));
      if (!model.id().empty()) page_.models.push_back(std::move(model));
      return absl::OkStatus();
    });
  }

  absl::Status ReadField(absl::string_view key, JsonValue& field,
                         v1::Model* model, std::string* name) {
    if (key == "id") {
      const absl::string_view id = field.AsString().value_or("");
      if (!is_search_) model->set_id(std::string(id));
    } else if (key == "name") {
      *name = std::string(field.AsString().value_or(""));
    } else if (key == "context_window" || key == "context_length" ||
               key == "max_context_length" || key == "max_model_len" ||
               key == "max_input_tokens") {
      if (auto tokens = Window(field)) model->set_context_window(*tokens);
    } else if (key == "max_completion_tokens" || key == "max_output_length" ||
               key == "max_output_tokens") {
      if (auto tokens = Window(field)) model->set_max_output_tokens(*tokens);
    } else if (key == "top_provider") {  // OpenRouter.
      return field.ForEachField([&](absl::string_view inner, JsonValue& value) {
        if (inner == "max_completion_tokens") {
          if (auto tokens = Window(value)) {
            model->set_max_output_tokens(*tokens);
          }
        }
        return absl::OkStatus();
      });
    } else if (key == "capabilities") {
      return ReadCapabilities(field, model);
    } else if (key == "architecture") {
      return field.ForEachField([&](absl::string_view inner, JsonValue& value) {
        return ReadModalities(inner, value, model);
      });
    } else if (key == "supported_parameters") {
      return ReadSupportedParameters(field, model);
    } else {
      return ReadModalities(key, field, model);
    }
    return absl::OkStatus();
  }

  // Mistral's flags.
  static absl::Status ReadCapabilities(JsonValue& value, v1::Model* model) {
    return value.ForEachField([&](absl::string_view key, JsonValue& field) {
      const std::optional<bool> can = field.AsBool();
      if (!can.has_value()) return absl::OkStatus();
      if (key == "completion_chat") {
        model->mutable_capabilities()->set_chat(*can);
      } else if (key == "function_calling") {
        model->mutable_capabilities()->set_tools(*can);
      } else if (key == "vision") {
        model->mutable_capabilities()->set_image_input(*can);
      } else if (key == "audio") {
        model->mutable_capabilities()->set_audio_input(*can);
      } else if (key == "reasoning") {
        model->mutable_capabilities()->set_reasoning(*can);
      }
      return absl::OkStatus();
    });
  }

  static absl::Status ReadModalities(absl::string_view key, JsonValue& value,
                                     v1::Model* model) {
    if (key == "input_modalities" && value.kind() == Kind::kArray) {
      v1::ModelCapabilities& can = *model->mutable_capabilities();
      can.set_image_input(false);
      can.set_audio_input(false);
      return value.ForEachItem([&](JsonValue& item) {
        const absl::string_view word = item.AsString().value_or("");
        if (word == "image") can.set_image_input(true);
        if (word == "audio") can.set_audio_input(true);
        if (word == "file") can.set_file_input(true);
        return absl::OkStatus();
      });
    }
    if (key == "output_modalities" && value.kind() == Kind::kArray) {
      bool text = false;
      AIGW_RETURN_IF_ERROR(value.ForEachItem([&](JsonValue& item) {
        text = text || item.AsString().value_or("") == "text";
        return absl::OkStatus();
      }));
      model->mutable_capabilities()->set_chat(text);
    }
    return absl::OkStatus();
  }

  // OpenRouter's list of what can be asked of a model.
  static absl::Status ReadSupportedParameters(JsonValue& value,
                                              v1::Model* model) {
    if (value.kind() != Kind::kArray) return absl::OkStatus();
    v1::ModelCapabilities& can = *model->mutable_capabilities();
    can.set_tools(false);
    can.set_reasoning(false);
    can.set_json_schema(false);
    can.set_logprobs(false);
    return value.ForEachItem([&](JsonValue& item) {
      const absl::string_view word = item.AsString().value_or("");
      if (word == "tools") can.set_tools(true);
      if (word == "reasoning") can.set_reasoning(true);
      if (word == "structured_outputs") can.set_json_schema(true);
      if (word == "logprobs") can.set_logprobs(true);
      return absl::OkStatus();
    });
  }

  absl::Status ReadPaging(JsonValue& value) {
    return value.ForEachField([this](absl::string_view key, JsonValue& field) {
      const int64_t number = Window(field).value_or(0);
      if (key == "page") page_number_ = number;
      if (key == "per_page") per_page_ = number;
      if (key == "total_count") total_count_ = number;
      return absl::OkStatus();
    });
  }

  const bool is_search_;
  bool has_list_ = false;
  int64_t page_number_ = 0;
  int64_t per_page_ = 0;
  int64_t total_count_ = 0;
  Provider::ModelsPage page_;
};

}  // namespace

absl::StatusOr<Provider::ModelsPage> ReadOpenAiModels(
    const OpenAiInstance& instance, const HttpResponse& response) {
  ModelsReader models(instance.dialect->models_form ==
                      ModelsForm::kCloudflareSearch);
  JsonReader reader;
  const absl::Status status = reader.Read(
      response.body, [&](JsonValue& root) { return models.Read(root); });
  if (status.ok()) return models.Take();
  if (std::optional<ErrorBody> error = ReadErrorBody(response.body);
      error.has_value() && !error->empty()) {
    return OpenAiErrorObject(instance, *error, /*credential=*/"");
  }
  return UnreadableAnswer(status.message(), response.status, response.body,
                          instance.redactor);
}

}  // namespace aigateway
