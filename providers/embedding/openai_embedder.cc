#include "providers/embedding/openai_embedder.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"
#include "gateway/base/status_macros.h"
#include "providers/embedding/embedding_list.h"
#include "providers/embedding/embedding_options.h"
#include "providers/embedding/embedding_vector.h"
#include "providers/error_body.h"
#include "providers/openai_error.h"
#include "providers/openai_http.h"
#include "providers/openai_usage.h"
#include "providers/parameter_policy.h"
#include "providers/provider_metadata.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

constexpr absl::string_view kInt8 = "base64_int8";

// How NVIDIA says what a vector is for: what is asked, or what is searched.
absl::string_view QueryOrPassage(absl::string_view input_type) {
  if (input_type == "search_query") return "query";
  if (input_type == "search_document" || input_type == "classification" ||
      input_type == "clustering") {
    return "passage";
  }
  return input_type;
}

class EmbedWriter {
 public:
  EmbedWriter(const OpenAiInstance& instance, const v1::EmbedRequest& embed,
              const CallOptions& options, std::string* body)
      : instance_(instance),
        form_(instance.dialect->embeddings),
        embed_(embed),
        policy_(instance.on_unsupported, options.warnings),
        model_(instance.deployment.empty() ? options.model
                                           : instance.deployment),
        out_(body) {}

  absl::Status Write() {
    out_.StartObject();
    out_.Field("model", model_);
    out_.Key("input");
    AIGW_RETURN_IF_ERROR(WriteInputs());
    if (embed_.has_dimensions()) AIGW_RETURN_IF_ERROR(WriteDimensions());
    if (embed_.has_input_type()) AIGW_RETURN_IF_ERROR(WriteInputType());
    if (embed_.has_user()) AIGW_RETURN_IF_ERROR(WriteUser());
    if (!form_.encoding.empty()) out_.Field("encoding_format", form_.encoding);
    out_.EndObject();
    return absl::OkStatus();
  }

 private:
  absl::Status WriteInputs() {
    if (!embed_.token_inputs().empty() && !form_.token_ids) {
      return LeaveOut(Weight::kEssence, "token_inputs");
    }
    out_.StartArray();
    for (const std::string& text : embed_.input()) out_.String(text);
    for (const v1::TokenInput& tokens : embed_.token_inputs()) {
      out_.StartArray();
      for (int32_t token : tokens.tokens()) out_.Int(token);
      out_.EndArray();
    }
    out_.EndArray();
    return absl::OkStatus();
  }

  absl::Status WriteDimensions() {
    if (form_.dimensions.empty()) {
      return LeaveOut(Weight::kMeaning, "dimensions");
    }
    out_.IntField(form_.dimensions, embed_.dimensions());
    return absl::OkStatus();
  }

  absl::Status WriteInputType() {
    switch (form_.input_types) {
      case InputTypes::kNone:
        return LeaveOut(Weight::kHint, "input_type");
      case InputTypes::kAsGiven:
        out_.Field("input_type", embed_.input_type());
        break;
      case InputTypes::kQueryOrPassage:
        out_.Field("input_type", QueryOrPassage(embed_.input_type()));
        break;
    }
    return absl::OkStatus();
  }

  absl::Status WriteUser() {
    if ((instance_.dialect->unsupported & kUser) != 0) {
      return LeaveOut(Weight::kHint, "user");
    }
    out_.Field("user", embed_.user());
    return absl::OkStatus();
  }

  absl::Status LeaveOut(Weight weight, absl::string_view field) const {
    return policy_.LeaveOut(
        weight, field,
        absl::StrCat("is not known to the embeddings of ", instance_.type));
  }

  const OpenAiInstance& instance_;
  const EmbeddingsForm& form_;
  const v1::EmbedRequest& embed_;
  const ParameterPolicy policy_;
  const std::string model_;
  JsonWriter out_;
};

// What an answer has beside its vectors.
struct Answer {
  bool has_data = false;
  bool is_error = false;
  std::optional<ErrorBody> error;
  std::string model;
  OpenAiUsage usage;
};

class AnswerReader {
 public:
  AnswerReader(VectorBytes bytes, EmbeddingList* list, Answer* answer)
      : bytes_(bytes), list_(*list), answer_(*answer) {}

  absl::Status Read(JsonValue& root) {
    if (root.kind() != JsonValue::Kind::kObject) {
      return absl::InvalidArgumentError("it is no JSON object");
    }
    return root.ForEachField(
        [this](absl::string_view key, JsonValue& value) -> absl::Status {
          if (key == "data") return ReadData(value);
          if (key == "usage") {
            ProviderMetadata metadata;
            return ReadOpenAiUsage(value, &answer_.usage, &metadata);
          }
          if (key == "model") {
            answer_.model = std::string(value.AsString().value_or(""));
          } else if (key == "object") {
            answer_.is_error = value.AsString() == "error";
          } else if (key == "error" && !value.is_null()) {
            answer_.error = ReadErrorValue(value);
          }
          return absl::OkStatus();
        });
  }

 private:
  absl::Status ReadData(JsonValue& value) {
    if (value.kind() != JsonValue::Kind::kArray || answer_.has_data) {
      return absl::InvalidArgumentError("data is no list, or there twice");
    }
    answer_.has_data = true;
    return value.ForEachItem([this](JsonValue& item) -> absl::Status {
      v1::Embedding* embedding = nullptr;
      AIGW_RETURN_IF_ERROR(list_.Add(&embedding));
      std::optional<int64_t> index;
      AIGW_RETURN_IF_ERROR(item.ForEachField(
          [&](absl::string_view key, JsonValue& field) -> absl::Status {
            if (key == "index") index = field.AsInt();
            if (key != "embedding") return absl::OkStatus();
            embedding->mutable_values()->Clear();
            return ReadVector(field, bytes_, embedding->mutable_values());
          }));
      list_.Place(index);
      return embedding->values().empty()
                 ? absl::InvalidArgumentError("an entry has no vector")
                 : absl::OkStatus();
    });
  }

  const VectorBytes bytes_;
  EmbeddingList& list_;
  Answer& answer_;
};

}  // namespace

int OpenAiEmbedder::max_inputs(absl::string_view /*model*/) const {
  return instance_.dialect->embeddings.max_inputs;
}

absl::StatusOr<HttpRequest> OpenAiEmbedder::BuildRequest(
    const v1::EmbedRequest& embed, const CallOptions& options) const {
  std::string body;
  AIGW_RETURN_IF_ERROR(EmbedWriter(instance_, embed, options, &body).Write());
  AIGW_RETURN_IF_ERROR(MergeEmbeddingOptions(embed, instance_.type, &body));
  HttpRequest request = NewOpenAiPost(
      instance_, instance_.EmbeddingsUrl(options.model), options.credential);
  request.body = std::move(body);
  return request;
}

absl::StatusOr<v1::EmbedResponse> OpenAiEmbedder::ParseResponse(
    const HttpResponse& response, const v1::EmbedRequest& embed,
    const CallOptions& options) const {
  const auto unreadable = [&](absl::string_view what) {
    return UnreadableAnswer(what, response.status, response.body,
                            instance_.redactor, options.credential);
  };
  if (absl::StripAsciiWhitespace(response.body).empty()) {
    return unreadable("it is empty");
  }
  const VectorBytes bytes = instance_.dialect->embeddings.encoding == kInt8
                                ? VectorBytes::kInt8
                                : VectorBytes::kFloat32;
  EmbeddingList list(EntryCount(embed));
  Answer answer;
  AnswerReader reader(bytes, &list, &answer);
  JsonReader json;
  const absl::Status read = json.Read(
      response.body, [&](JsonValue& root) { return reader.Read(root); });
  if (!read.ok()) return unreadable(read.message());
  if (answer.is_error && !answer.error.has_value()) {
    answer.error = ReadErrorBody(response.body);
  }
  if (answer.error.has_value() && !answer.error->empty()) {
    return OpenAiErrorObject(instance_, *answer.error, options.credential);
  }
  if (!answer.has_data) return unreadable("it has no data");
  v1::EmbedResponse out;
  if (absl::Status status = list.MoveTo(&out); !status.ok()) {
    return unreadable(status.message());
  }
  out.set_model(answer.model.empty() ? options.model : std::move(answer.model));
  if (!answer.usage.empty()) {
    answer.usage.To(/*reasoning_beside_completion=*/false, out.mutable_usage());
  }
  CheckDimensions(embed, out, options.warnings);
  return out;
}

}  // namespace aigateway
