#include "providers/cohere/cohere_embedder.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"
#include "gateway/base/status_macros.h"
#include "providers/cohere/cohere_error.h"
#include "providers/embedding/embedding_list.h"
#include "providers/embedding/embedding_options.h"
#include "providers/embedding/embedding_vector.h"
#include "providers/error_body.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

// docs.cohere.com/reference/embed: at most so many texts in one call.
constexpr int kMaxInputs = 96;
// A count of more is none.
constexpr int64_t kMostTokens = int64_t{1} << 50;

struct Answer {
  bool has_embeddings = false;
  std::optional<int64_t> tokens;
  std::optional<int64_t> billed;
};

absl::Status ReadVectors(JsonValue& value, EmbeddingList* list,
                         Answer* answer) {
  if (value.kind() != JsonValue::Kind::kArray) return absl::OkStatus();
  if (std::exchange(answer->has_embeddings, true)) {
    return absl::InvalidArgumentError("embeddings are there twice");
  }
  return value.ForEachItem([&](JsonValue& item) -> absl::Status {
    v1::Embedding* embedding = nullptr;
    AIGW_RETURN_IF_ERROR(list->Add(&embedding));
    return ReadVector(item, VectorBytes::kFloat32, embedding->mutable_values());
  });
}

absl::Status ReadInputTokens(JsonValue& value, std::optional<int64_t>* tokens) {
  return value.ForEachField([&](absl::string_view key, JsonValue& count) {
    if (key == "input_tokens") *tokens = count.AsInt();
    return absl::OkStatus();
  });
}

absl::Status ReadMeta(JsonValue& value, Answer* answer) {
  return value.ForEachField([&](absl::string_view key, JsonValue& counts) {
    if (key == "tokens") return ReadInputTokens(counts, &answer->tokens);
    if (key == "billed_units") return ReadInputTokens(counts, &answer->billed);
    return absl::OkStatus();
  });
}

absl::Status ReadAnswer(JsonValue& root, EmbeddingList* list, Answer* answer) {
  return root.ForEachField(
      [&](absl::string_view key, JsonValue& value) -> absl::Status {
        if (key == "meta") return ReadMeta(value, answer);
        if (key != "embeddings") return absl::OkStatus();
        // By type, as asked; or the list alone, as version 1 has it.
        AIGW_RETURN_IF_ERROR(value.ForEachField(
            [&](absl::string_view type, JsonValue& vectors) -> absl::Status {
              return type == "float" ? ReadVectors(vectors, list, answer)
                                     : absl::OkStatus();
            }));
        return ReadVectors(value, list, answer);
      });
}

}  // namespace

int CohereEmbedder::max_inputs(absl::string_view /*model*/) const {
  return kMaxInputs;
}

absl::StatusOr<HttpRequest> CohereEmbedder::BuildRequest(
    const v1::EmbedRequest& embed, const CallOptions& options) const {
  const ParameterPolicy policy(on_unsupported_, options.warnings);
  if (!embed.token_inputs().empty()) {
    AIGW_RETURN_IF_ERROR(policy.LeaveOut(Weight::kEssence, "token_inputs",
                                         "are not taken by Cohere"));
  }
  if (embed.input_type().empty()) {
    return FieldError("input_type",
                      "is required by Cohere: search_document, search_query, "
                      "classification or clustering");
  }
  if (embed.has_user()) {
    AIGW_RETURN_IF_ERROR(
        policy.LeaveOut(Weight::kHint, "user", "is not known to Cohere"));
  }
  HttpRequest request = new_post_(options.credential);
  {
    JsonWriter out(&request.body);
    out.StartObject();
    out.Field("model", options.model);
    out.Key("texts");
    out.StartArray();
    for (const std::string& text : embed.input()) out.String(text);
    out.EndArray();
    out.Field("input_type", embed.input_type());
    out.RawField("embedding_types", R"(["float"])");
    if (embed.has_dimensions()) {
      out.IntField("output_dimension", embed.dimensions());
    }
    out.EndObject();
  }
  AIGW_RETURN_IF_ERROR(MergeEmbeddingOptions(embed, "cohere", &request.body));
  return request;
}

absl::StatusOr<v1::EmbedResponse> CohereEmbedder::ParseResponse(
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
  if (!answer.has_embeddings) {
    const std::optional<ErrorBody> error = ReadErrorBody(response.body);
    if (error.has_value() && !error->message.empty()) {
      return CohereInnerError(*error, redactor_, options.credential);
    }
    return unreadable("it has no embeddings");
  }
  v1::EmbedResponse out;
  if (absl::Status status = list.MoveTo(&out); !status.ok()) {
    return unreadable(status.message());
  }
  out.set_model(options.model);
  const int64_t tokens =
      answer.tokens.value_or(answer.billed.value_or(int64_t{-1}));
  if (tokens >= 0 && tokens <= kMostTokens) {
    out.mutable_usage()->set_prompt_tokens(tokens);
    out.mutable_usage()->set_total_tokens(tokens);
  }
  CheckDimensions(embed, out, options.warnings);
  return out;
}

}  // namespace aigateway
