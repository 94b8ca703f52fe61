#include "providers/vertex/vertex_embedder.h"

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"
#include "gateway/base/status_macros.h"
#include "providers/embedding/embedding_list.h"
#include "providers/embedding/embedding_options.h"
#include "providers/embedding/embedding_vector.h"
#include "providers/gemini_embedder.h"
#include "providers/gemini_error.h"
#include "providers/upstream_error.h"
#include "providers/vertex/vertex_place.h"

namespace aigateway {
namespace {

// docs.cloud.google.com, text embeddings API: at most so many texts in one
// call, but for gemini-embedding-001, which takes one.
constexpr int kMaxInputs = 250;
constexpr absl::string_view kOneByOne = "gemini-embedding-001";

// Which models have embedContent and not predict, as Google's own library
// (googleapis/python-genai) tells them apart.
bool UsesEmbedContent(absl::string_view name) {
  return (absl::StrContains(name, "gemini") && name != kOneByOne) ||
         absl::StrContains(name, "maas");
}

void WritePredict(const v1::EmbedRequest& embed, JsonWriter& out) {
  out.StartObject();
  out.Key("instances");
  out.StartArray();
  for (const std::string& text : embed.input()) {
    out.StartObject();
    out.Field("content", text);
    if (embed.has_input_type()) {
      out.Field("task_type", GeminiTaskType(embed.input_type()));
    }
    out.EndObject();
  }
  out.EndArray();
  if (embed.has_dimensions()) {
    out.Key("parameters");
    out.StartObject();
    out.IntField("outputDimensionality", embed.dimensions());
    out.EndObject();
  }
  out.EndObject();
}

void WriteEmbedContent(const v1::EmbedRequest& embed, JsonWriter& out) {
  out.StartObject();
  out.Key("content");
  out.StartObject();
  out.Field("role", "user");
  out.Key("parts");
  out.StartArray();
  for (const std::string& text : embed.input()) {
    out.StartObject();
    out.Field("text", text);
    out.EndObject();
  }
  out.EndArray();
  out.EndObject();
  if (embed.has_input_type() || embed.has_dimensions()) {
    // Beside `content` they are deprecated.
    out.Key("embedContentConfig");
    out.StartObject();
    if (embed.has_input_type()) {
      out.Field("taskType", GeminiTaskType(embed.input_type()));
    }
    if (embed.has_dimensions()) {
      out.IntField("outputDimensionality", embed.dimensions());
    }
    out.EndObject();
  }
  out.EndObject();
}

struct Answer {
  bool has_vectors = false;
  bool has_error = false;
  int counted = 0;  // Vectors whose tokens were counted.
  int64_t tokens = 0;
};

void Count(std::optional<int64_t> tokens, Answer* answer) {
  if (tokens.value_or(-1) < 0 || *tokens > INT32_MAX) return;
  ++answer->counted;
  answer->tokens += *tokens;
}

// Reads {"values": [...], "statistics": {"token_count": 4}}.
absl::Status ReadEmbedding(JsonValue& value, EmbeddingList* list,
                           Answer* answer) {
  v1::Embedding* embedding = nullptr;
  AIGW_RETURN_IF_ERROR(list->Add(&embedding));
  AIGW_RETURN_IF_ERROR(value.ForEachField(
      [&](absl::string_view key, JsonValue& field) -> absl::Status {
        if (key == "values") {
          embedding->mutable_values()->Clear();
          return ReadVector(field, VectorBytes::kFloat32,
                            embedding->mutable_values());
        }
        if (key != "statistics") return absl::OkStatus();
        return field.ForEachField(
            [&](absl::string_view name, JsonValue& count) {
              if (name == "token_count") Count(count.AsInt(), answer);
              return absl::OkStatus();
            });
      }));
  return embedding->values().empty()
             ? absl::InvalidArgumentError("an entry has no vector")
             : absl::OkStatus();
}

absl::Status ReadPredictions(JsonValue& value, EmbeddingList* list,
                             Answer* answer) {
  return value.ForEachItem([&](JsonValue& item) -> absl::Status {
    bool has_embedding = false;
    AIGW_RETURN_IF_ERROR(item.ForEachField(
        [&](absl::string_view key, JsonValue& field) -> absl::Status {
          if (key != "embeddings") return absl::OkStatus();
          has_embedding = true;
          return ReadEmbedding(field, list, answer);
        }));
    return has_embedding
               ? absl::OkStatus()
               : absl::InvalidArgumentError("a prediction has no embedding");
  });
}

absl::Status ReadAnswer(JsonValue& root, EmbeddingList* list, Answer* answer) {
  if (root.kind() != JsonValue::Kind::kObject) {
    return absl::InvalidArgumentError("it is no JSON object");
  }
  return root.ForEachField([&](absl::string_view key,
                               JsonValue& value) -> absl::Status {
    if (key == "predictions" || key == "embedding") {
      if (answer->has_vectors) {
        return absl::InvalidArgumentError("vectors are there twice");
      }
      answer->has_vectors = true;
      return key == "embedding" ? ReadEmbedding(value, list, answer)
                                : ReadPredictions(value, list, answer);
    }
    if (key == "usageMetadata") {
      return value.ForEachField([&](absl::string_view name, JsonValue& count) {
        if (name == "promptTokenCount") Count(count.AsInt(), answer);
        return absl::OkStatus();
      });
    }
    if (key == "error") answer->has_error = !value.is_null();
    return absl::OkStatus();
  });
}

}  // namespace

int VertexEmbedder::max_inputs(absl::string_view model) const {
  const std::string name = ReadVertexModel(model).name;
  return name == kOneByOne || UsesEmbedContent(name) ? 1 : kMaxInputs;
}

absl::StatusOr<HttpRequest> VertexEmbedder::BuildRequest(
    const v1::EmbedRequest& embed, const CallOptions& options) const {
  const ParameterPolicy policy(on_unsupported_, options.warnings);
  if (!embed.token_inputs().empty()) {
    AIGW_RETURN_IF_ERROR(policy.LeaveOut(Weight::kEssence, "token_inputs",
                                         "are not taken by Vertex AI"));
  }
  if (embed.has_user()) {
    AIGW_RETURN_IF_ERROR(
        policy.LeaveOut(Weight::kHint, "user", "is not known to Vertex AI"));
  }
  const bool is_content = UsesEmbedContent(ReadVertexModel(options.model).name);
  HttpRequest request =
      new_post_(options.model, is_content ? ":embedContent" : ":predict",
                options.credential);
  JsonWriter out(&request.body);
  if (is_content) {
    WriteEmbedContent(embed, out);
  } else {
    WritePredict(embed, out);
  }
  AIGW_RETURN_IF_ERROR(
      MergeEmbeddingOptions(embed, "vertex-ai", &request.body));
  return request;
}

absl::StatusOr<v1::EmbedResponse> VertexEmbedder::ParseResponse(
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
  if (!answer.has_vectors) return unreadable("it has no embeddings");
  v1::EmbedResponse out;
  if (absl::Status status = list.MoveTo(&out); !status.ok()) {
    return unreadable(status.message());
  }
  out.set_model(options.model);
  // A sum of some would pass for the sum of all.
  if (answer.counted == out.embeddings_size()) {
    out.mutable_usage()->set_prompt_tokens(answer.tokens);
    out.mutable_usage()->set_total_tokens(answer.tokens);
  }
  CheckDimensions(embed, out, options.warnings);
  return out;
}

}  // namespace aigateway
