#include "providers/ollama/ollama_embedder.h"

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"
#include "gateway/base/status_macros.h"
#include "providers/embedding/embedding_list.h"
#include "providers/embedding/embedding_options.h"
#include "providers/embedding/embedding_vector.h"
#include "providers/error_body.h"
#include "providers/ollama/ollama_error.h"
#include "providers/parameter_policy.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

constexpr absl::string_view kType = "ollama";
constexpr absl::string_view kUnknown = "is not known to Ollama";
constexpr double kMostTokens = 1e12;
// Ollama names no bound; it works on the texts of one request side by side.
constexpr int kMostInputs = 256;

struct EmbedAnswer {
  std::string model;
  std::optional<int64_t> prompt_tokens;
  bool has_embeddings = false;
  std::optional<ErrorBody> error;
};

absl::Status ReadAnswer(absl::string_view body, EmbeddingList* list,
                        EmbedAnswer* answer) {
  JsonReader reader;
  return reader.Read(body, [&](JsonValue& root) {
    return root.ForEachField([&](absl::string_view key, JsonValue& field) {
      if (key == "model") {
        answer->model = std::string(field.AsString().value_or(""));
      }
      if (key == "error" && !field.is_null()) {
        answer->error = ReadErrorValue(field);
      }
      if (key == "prompt_eval_count") {
        const double count = field.AsDouble().value_or(-1);
        if (count >= 0 && count <= kMostTokens) {
          answer->prompt_tokens = std::llround(count);
        }
      }
      if (key != "embeddings" || field.kind() != JsonValue::Kind::kArray) {
        return absl::OkStatus();
      }
      if (std::exchange(answer->has_embeddings, true)) {
        return absl::InvalidArgumentError("embeddings are there twice");
      }
      return field.ForEachItem([&](JsonValue& value) -> absl::Status {
        v1::Embedding* embedding = nullptr;
        AIGW_RETURN_IF_ERROR(list->Add(&embedding));
        return ReadVector(value, VectorBytes::kFloat32,
                          embedding->mutable_values());
      });
    });
  });
}

}  // namespace

int OllamaEmbedder::max_inputs(absl::string_view /*model*/) const {
  return kMostInputs;
}

absl::StatusOr<HttpRequest> OllamaEmbedder::BuildRequest(
    const v1::EmbedRequest& embed, const CallOptions& options) const {
  if (options.model.empty()) return FieldError("model", "is empty");
  const ParameterPolicy policy(instance_.on_unsupported, options.warnings);
  if (!embed.token_inputs().empty()) {
    AIGW_RETURN_IF_ERROR(policy.LeaveOut(Weight::kEssence, "token_inputs",
                                         "are not taken by Ollama"));
  }
  if (!embed.input_type().empty()) {
    AIGW_RETURN_IF_ERROR(
        policy.LeaveOut(Weight::kHint, "input_type", kUnknown));
  }
  if (!embed.user().empty()) {
    AIGW_RETURN_IF_ERROR(policy.LeaveOut(Weight::kHint, "user", kUnknown));
  }
  std::string body;
  {
    JsonWriter out(&body);
    out.StartObject();
    out.Field("model", options.model);
    out.Key("input");
    out.StartArray();
    for (const std::string& text : embed.input()) out.String(text);
    out.EndArray();
    if (embed.has_dimensions()) {
      out.IntField("dimensions", embed.dimensions());
    }
    out.EndObject();
  }
  AIGW_RETURN_IF_ERROR(MergeEmbeddingOptions(embed, kType, &body));
  HttpRequest request = instance_.NewRequest(
      "POST", "/api/embed", options.credential, "application/json");
  request.body = std::move(body);
  return request;
}

absl::StatusOr<v1::EmbedResponse> OllamaEmbedder::ParseResponse(
    const HttpResponse& response, const v1::EmbedRequest& embed,
    const CallOptions& options) const {
  const auto unreadable = [&](absl::string_view what) {
    return UnreadableAnswer(what, response.status, response.body,
                            instance_.redactor, options.credential);
  };
  EmbeddingList list(EntryCount(embed));
  EmbedAnswer answer;
  const absl::Status read = ReadAnswer(response.body, &list, &answer);
  if (!read.ok()) return unreadable(read.message());
  if (answer.error.has_value()) {
    return OllamaInnerError(*answer.error, instance_.redactor,
                            options.credential);
  }
  if (!answer.has_embeddings) return unreadable("it has no embeddings");
  v1::EmbedResponse made;
  if (const absl::Status status = list.MoveTo(&made); !status.ok()) {
    return unreadable(status.message());
  }
  made.set_model(answer.model.empty() ? options.model : answer.model);
  if (answer.prompt_tokens.has_value()) {
    // Nothing is written, so that this is all.
    made.mutable_usage()->set_prompt_tokens(*answer.prompt_tokens);
    made.mutable_usage()->set_total_tokens(*answer.prompt_tokens);
  }
  // Servers from before `dimensions` overlook it.
  CheckDimensions(embed, made, options.warnings);
  return made;
}

}  // namespace aigateway
