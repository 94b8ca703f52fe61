#include "providers/gemini_embedder.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"
#include "gateway/base/status_macros.h"
#include "providers/embedding/embedding_list.h"
#include "providers/embedding/embedding_options.h"
#include "providers/embedding/embedding_vector.h"
#include "providers/gemini_error.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

// ai.google.dev/api/embeddings: at most so many requests in one batch.
constexpr int kMaxInputs = 100;
// A count of more is none.
constexpr int64_t kMostTokens = int64_t{1} << 50;

// Writes what is asked for one text.
std::string OneRequest(const v1::EmbedRequest& embed, absl::string_view model,
                       absl::string_view text) {
  std::string json;
  JsonWriter out(&json);
  out.StartObject();
  out.Field("model", absl::StartsWith(model, "models/") ||
                             absl::StartsWith(model, "tunedModels/")
                         ? std::string(model)
                         : absl::StrCat("models/", model));
  out.Key("content");
  out.StartObject();
  out.Key("parts");
  out.StartArray();
  out.StartObject();
  out.Field("text", text);
  out.EndObject();
  out.EndArray();
  out.EndObject();
  if (embed.has_input_type()) {
    out.Field("taskType", GeminiTaskType(embed.input_type()));
  }
  if (embed.has_dimensions()) {
    out.IntField("outputDimensionality", embed.dimensions());
  }
  out.EndObject();
  return json;
}

struct Answer {
  bool has_embeddings = false;
  bool has_error = false;
  std::optional<int64_t> tokens;
};

absl::Status ReadVectors(JsonValue& value, EmbeddingList* list) {
  return value.ForEachItem([&](JsonValue& item) -> absl::Status {
    v1::Embedding* embedding = nullptr;
    AIGW_RETURN_IF_ERROR(list->Add(&embedding));
    AIGW_RETURN_IF_ERROR(item.ForEachField(
        [&](absl::string_view key, JsonValue& field) -> absl::Status {
          if (key != "values") return absl::OkStatus();
          embedding->mutable_values()->Clear();
          return ReadVector(field, VectorBytes::kFloat32,
                            embedding->mutable_values());
        }));
    return embedding->values().empty()
               ? absl::InvalidArgumentError("an entry has no vector")
               : absl::OkStatus();
  });
}

absl::Status ReadAnswer(JsonValue& root, EmbeddingList* list, Answer* answer) {
  if (root.kind() != JsonValue::Kind::kObject) {
    return absl::InvalidArgumentError("it is no JSON object");
  }
  return root.ForEachField([&](absl::string_view key,
                               JsonValue& value) -> absl::Status {
    if (key == "embeddings") {
      if (answer->has_embeddings) {
        return absl::InvalidArgumentError("embeddings are there twice");
      }
      answer->has_embeddings = value.kind() == JsonValue::Kind::kArray;
      return ReadVectors(value, list);
    }
    if (key == "usageMetadata") {
      return value.ForEachField([&](absl::string_view name, JsonValue& count) {
        if (name == "promptTokenCount") answer->tokens = count.AsInt();
        return absl::OkStatus();
      });
    }
    if (key == "error") answer->has_error = !value.is_null();
    return absl::OkStatus();
  });
}

}  // namespace

std::string GeminiTaskType(absl::string_view input_type) {
  if (input_type == "search_document") return "RETRIEVAL_DOCUMENT";
  if (input_type == "search_query") return "RETRIEVAL_QUERY";
  // The rest are Google's words, or the same but for the case.
  return absl::AsciiStrToUpper(input_type);
}

int GeminiEmbedder::max_inputs(absl::string_view /*model*/) const {
  return kMaxInputs;
}

absl::StatusOr<HttpRequest> GeminiEmbedder::BuildRequest(
    const v1::EmbedRequest& embed, const CallOptions& options) const {
  const ParameterPolicy policy(on_unsupported_, options.warnings);
  if (!embed.token_inputs().empty()) {
    AIGW_RETURN_IF_ERROR(policy.LeaveOut(Weight::kEssence, "token_inputs",
                                         "are not taken by Gemini"));
  }
  if (embed.has_user()) {
    AIGW_RETURN_IF_ERROR(
        policy.LeaveOut(Weight::kHint, "user", "is not known to Gemini"));
  }
  HttpRequest request = new_post_(options.model, options.credential);
  JsonWriter out(&request.body);
  out.StartObject();
  out.Key("requests");
  out.StartArray();
  for (const std::string& text : embed.input()) {
    std::string one = OneRequest(embed, options.model, text);
    AIGW_RETURN_IF_ERROR(MergeEmbeddingOptions(embed, "gemini", &one));
    out.Raw(one);
  }
  out.EndArray();
  out.EndObject();
  return request;
}

absl::StatusOr<v1::EmbedResponse> GeminiEmbedder::ParseResponse(
    const HttpResponse& response, const v1::EmbedRequest& embed,
    const CallOptions& options) const {
  const auto unreadable = [&](absl::string_view what) {
    return UnreadableAnswer(what, response.status, response.body, redactor_,
                            options.credential);
  };
  EmbeddingList list(EntryCount(embed));
  Answer answer;
  JsonReader reader;
  const absl::Status read = reader.Read(response.body, [&](JsonValue& root) {
    return ReadAnswer(root, &list, &answer);
  });
  if (!read.ok()) return unreadable(read.message());
  if (answer.has_error) {
    return GeminiError({.body = response.body}, redactor_, options.credential);
  }
  if (!answer.has_embeddings) return unreadable("it has no embeddings");
  v1::EmbedResponse out;
  if (absl::Status status = list.MoveTo(&out); !status.ok()) {
    return unreadable(status.message());
  }
  out.set_model(options.model);
  // Most models report none in a batch.
  if (const int64_t tokens = answer.tokens.value_or(-1);
      tokens >= 0 && tokens <= kMostTokens) {
    out.mutable_usage()->set_prompt_tokens(tokens);
    out.mutable_usage()->set_total_tokens(tokens);
  }
  CheckDimensions(embed, out, options.warnings);
  return out;
}

}  // namespace aigateway
