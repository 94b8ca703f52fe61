#include "providers/bedrock/bedrock_embedding.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"
#include "gateway/base/status_macros.h"
#include "providers/bedrock/bedrock_profile.h"
#include "providers/embedding/embedding_list.h"
#include "providers/embedding/embedding_options.h"
#include "providers/embedding/embedding_vector.h"
#include "providers/upstream_error.h"

namespace aigateway {
namespace {

constexpr int kCohereInputs = 96;
constexpr int64_t kMostTokens = int64_t{1} << 50;

enum class Kind { kTitan, kTitanV2, kTitanImage, kCohere, kCohereV4, kOther };

Kind KindOf(absl::string_view id, absl::string_view asked) {
  for (absl::string_view text : {id, asked}) {
    const absl::string_view name = BedrockModelFor(text, text).name;
    if (absl::StartsWith(name, "amazon.titan-embed-image")) {
      return Kind::kTitanImage;
    }
    if (absl::StartsWith(name, "amazon.titan-embed-text-v1") ||
        absl::StartsWith(name, "amazon.titan-embed-g1")) {
      return Kind::kTitan;
    }
    if (absl::StartsWith(name, "amazon.titan-embed")) return Kind::kTitanV2;
    if (absl::StartsWith(name, "cohere.embed-v4")) return Kind::kCohereV4;
    if (absl::StartsWith(name, "cohere.embed")) return Kind::kCohere;
  }
  return Kind::kOther;
}

class BodyWriter {
 public:
  BodyWriter(const v1::EmbedRequest& embed, Kind kind,
             const ParameterPolicy& policy, JsonWriter& out)
      : embed_(embed), kind_(kind), policy_(policy), out_(out) {}

  absl::Status Write() {
    if (!embed_.token_inputs().empty()) {
      return policy_.LeaveOut(Weight::kEssence, "token_inputs",
                              "are not taken by Bedrock, only texts");
    }
    if (!embed_.user().empty()) {
      AIGW_RETURN_IF_ERROR(
          policy_.LeaveOut(Weight::kHint, "user", "is not known to Bedrock"));
    }
    out_.StartObject();
    const bool is_cohere = kind_ == Kind::kCohere || kind_ == Kind::kCohereV4;
    AIGW_RETURN_IF_ERROR(is_cohere ? WriteCohere() : WriteTitan());
    out_.EndObject();
    return absl::OkStatus();
  }

 private:
  absl::Status WriteTitan() {
    if (embed_.input_size() != 1) {
      return FieldError("input", "must have one text for this model");
    }
    out_.Field("inputText", embed_.input(0));
    if (!embed_.input_type().empty()) {
      AIGW_RETURN_IF_ERROR(policy_.LeaveOut(Weight::kHint, "input_type",
                                            "is not known to this model"));
    }
    if (!embed_.has_dimensions()) return absl::OkStatus();
    if (kind_ == Kind::kTitanV2) {
      out_.IntField("dimensions", embed_.dimensions());
    } else if (kind_ == Kind::kTitanImage) {
      out_.Key("embeddingConfig");
      out_.StartObject();
      out_.IntField("outputEmbeddingLength", embed_.dimensions());
      out_.EndObject();
    } else {
      return NoDimensions();
    }
    return absl::OkStatus();
  }

  absl::Status WriteCohere() {
    if (embed_.input().empty() || embed_.input_size() > kCohereInputs) {
      return FieldError("input", "must have 1 to 96 texts for this model");
    }
    out_.Key("texts");
    out_.StartArray();
    for (const std::string& text : embed_.input()) out_.String(text);
    out_.EndArray();
    std::string type = embed_.input_type();
    if (type.empty()) {
      type = "search_document";
      policy_.Note(
          "input_type: this model wants one; 'search_document' was sent");
    }
    out_.Field("input_type", type);
    if (kind_ == Kind::kCohereV4) {
      out_.Key("embedding_types");
      out_.StartArray();
      out_.String("float");
      out_.EndArray();
    }
    if (!embed_.has_dimensions()) return absl::OkStatus();
    if (kind_ != Kind::kCohereV4) return NoDimensions();
    out_.IntField("output_dimension", embed_.dimensions());
    return absl::OkStatus();
  }

  absl::Status NoDimensions() const {
    return policy_.LeaveOut(Weight::kMeaning, "dimensions",
                            "cannot be chosen for this model");
  }

  const v1::EmbedRequest& embed_;
  const Kind kind_;
  const ParameterPolicy& policy_;
  JsonWriter& out_;
};

absl::Status AddVector(JsonValue& value, EmbeddingList* list) {
  v1::Embedding* embedding = nullptr;
  AIGW_RETURN_IF_ERROR(list->Add(&embedding));
  return ReadVector(value, VectorBytes::kFloat32, embedding->mutable_values());
}

absl::Status AddVectors(JsonValue& value, EmbeddingList* list) {
  return value.ForEachItem(
      [&](JsonValue& item) { return AddVector(item, list); });
}

absl::Status ReadBody(absl::string_view body, EmbeddingList* list,
                      std::optional<int64_t>* tokens) {
  JsonReader reader;
  return reader.Read(body, [&](JsonValue& root) {
    return root.ForEachField([&](absl::string_view key, JsonValue& value) {
      if (key == "inputTextTokenCount") *tokens = value.AsInt();
      if (key == "embedding") return AddVector(value, list);
      if (key != "embeddings") return absl::OkStatus();
      // A list, or lists by type.
      if (value.kind() == JsonValue::Kind::kArray) {
        return AddVectors(value, list);
      }
      return value.ForEachField([&](absl::string_view type, JsonValue& lists) {
        return type == "float" ? AddVectors(lists, list) : absl::OkStatus();
      });
    });
  });
}

}  // namespace

int BedrockMaxInputs(absl::string_view model) {
  const Kind kind = KindOf(model, model);
  return kind == Kind::kCohere || kind == Kind::kCohereV4 ? kCohereInputs : 1;
}

absl::StatusOr<std::string> WriteBedrockEmbedding(
    const v1::EmbedRequest& embed, const CallOptions& options,
    OnUnsupported on_unsupported) {
  const ParameterPolicy policy(on_unsupported, options.warnings);
  const Kind kind = KindOf(options.model, embed.model());
  if (kind == Kind::kOther) {
    return FieldError("model",
                      "is no model on Bedrock whose vectors are known here: "
                      "amazon.titan-embed-* and cohere.embed-* are",
                      ErrorReason::kUnsupportedParameter);
  }
  std::string body;
  JsonWriter out(&body);
  AIGW_RETURN_IF_ERROR(BodyWriter(embed, kind, policy, out).Write());
  AIGW_RETURN_IF_ERROR(MergeEmbeddingOptions(embed, "bedrock", &body));
  return body;
}

absl::StatusOr<v1::EmbedResponse> ReadBedrockEmbedding(
    const HttpResponse& response, const v1::EmbedRequest& embed,
    const CallOptions& options, const Redactor& redactor) {
  EmbeddingList list(EntryCount(embed));
  std::optional<int64_t> tokens;
  absl::Status status = ReadBody(response.body, &list, &tokens);
  v1::EmbedResponse made;
  if (status.ok()) status = list.MoveTo(&made);
  if (!status.ok()) {
    return UnreadableAnswer(status.message(), response.status, response.body,
                            redactor, options.credential);
  }
  if (int64_t counted = 0;
      !tokens.has_value() &&
      absl::SimpleAtoi(response.headers.Get("x-amzn-bedrock-input-token-count"),
                       &counted)) {
    tokens = counted;
  }
  if (tokens.has_value() && *tokens >= 0 && *tokens <= kMostTokens) {
    made.mutable_usage()->set_prompt_tokens(*tokens);
    made.mutable_usage()->set_total_tokens(*tokens);
  }
  made.set_model(options.model);
  CheckDimensions(embed, made, options.warnings);
  return made;
}

}  // namespace aigateway
