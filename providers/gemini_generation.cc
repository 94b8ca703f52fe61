#include "providers/gemini_generation.h"

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "providers/gemini_openapi_schema.h"
#include "providers/gemini_schema.h"
#include "providers/gemini_thinking.h"

namespace aigateway {
namespace {

// Google's own limit.
constexpr int kMaxStops = 5;

class ConfigWriter {
 public:
  ConfigWriter(const GeminiCall& call, JsonWriter& out)
      : call_(call), chat_(call.chat()), out_(out) {}

  absl::Status Write() {
    AIGW_RETURN_IF_ERROR(WriteSampling());
    AIGW_RETURN_IF_ERROR(WriteLimits());
    AIGW_RETURN_IF_ERROR(WriteForm());
    AIGW_RETURN_IF_ERROR(WriteThinking());
    if (is_open_) out_.EndObject();
    return absl::OkStatus();
  }

 private:
  // Opens the object with its first member.
  JsonWriter& Out() {
    if (!is_open_) {
      out_.Key("generationConfig");
      out_.StartObject();
      is_open_ = true;
    }
    return out_;
  }

  absl::Status LeaveOut(Weight weight, absl::string_view field,
                        absl::string_view why) {
    return call_.policy().LeaveOut(weight, field, why);
  }

  absl::Status WriteSampling() {
    const bool sampling = call_.profile().sampling;
    constexpr absl::string_view kFixed = "is fixed by this model";
    if (chat_.has_temperature()) {
      if (sampling) {
        Out().DoubleField("temperature", chat_.temperature());
      } else {
        AIGW_RETURN_IF_ERROR(
            LeaveOut(Weight::kHint, "chat.temperature", kFixed));
      }
    }
    if (chat_.has_top_p()) {
      if (sampling) {
        Out().DoubleField("topP", chat_.top_p());
      } else {
        AIGW_RETURN_IF_ERROR(LeaveOut(Weight::kHint, "chat.top_p", kFixed));
      }
    }
    if (chat_.has_seed()) Out().IntField("seed", chat_.seed());
    if (chat_.has_presence_penalty()) {
      Out().DoubleField("presencePenalty", chat_.presence_penalty());
    }
    if (chat_.has_frequency_penalty()) {
      Out().DoubleField("frequencyPenalty", chat_.frequency_penalty());
    }
    if (!chat_.logit_bias().empty()) {
      return LeaveOut(Weight::kHint, "chat.logit_bias",
                      "is not known to Gemini");
    }
    return absl::OkStatus();
  }

  absl::Status WriteLimits() {
    if (chat_.has_max_output_tokens()) {
      Out().IntField("maxOutputTokens", chat_.max_output_tokens());
    }
    if (!chat_.stop().empty()) {
      if (chat_.stop_size() > kMaxStops) {
        AIGW_RETURN_IF_ERROR(LeaveOut(
            Weight::kMeaning, absl::StrCat("chat.stop[", kMaxStops, "]"),
            "is one too many: Gemini takes 5"));
      }
      Out().Key("stopSequences");
      out_.StartArray();
      for (int i = 0; i < chat_.stop_size() && i < kMaxStops; ++i) {
        out_.String(chat_.stop(i));
      }
      out_.EndArray();
    }
    if (chat_.has_n()) {
      if (call_.profile().several_choices) {
        Out().IntField("candidateCount", chat_.n());
      } else if (chat_.n() != 1) {
        AIGW_RETURN_IF_ERROR(LeaveOut(Weight::kMeaning, "chat.n",
                                      "can only be 1 with this model"));
      }
    }
    if (chat_.logprobs()) {
      Out().BoolField("responseLogprobs", true);
      if (chat_.has_top_logprobs()) {
        Out().IntField("logprobs", chat_.top_logprobs());
      }
    }
    return absl::OkStatus();
  }

  absl::Status WriteForm() {
    const v1::ResponseFormat& format = chat_.response_format();
    if (!format.has_json_object() && !format.has_json_schema()) {
      return absl::OkStatus();
    }
    Out().Field("responseMimeType", "application/json");
    if (!format.has_json_schema()) return absl::OkStatus();
    std::string schema = format.json_schema().schema();
    std::string field = "chat.response_format.json_schema.schema";
    if (format.json_schema().has_schema_struct()) {
      JsonWriter(&schema).Struct(format.json_schema().schema_struct());
      field.append("_struct");
    }
    if (call_.json_schema()) {
      const absl::StatusOr<std::string> adapted = AdaptGeminiJsonSchema(schema);
      if (!adapted.ok()) return FieldError(field, adapted.status().message());
      out_.RawField("responseJsonSchema", *adapted);
      return absl::OkStatus();
    }
    const absl::StatusOr<GeminiOpenApiSchema> translated =
        ToGeminiOpenApiSchema(schema);
    if (!translated.ok()) {
      return FieldError(field, translated.status().message());
    }
    if (!translated->lost.empty()) {
      call_.policy().Note(absl::StrCat(
          field, ": sent without ", absl::StrJoin(translated->lost, ", "),
          ", which this model's schemas have not"));
    }
    out_.RawField("responseSchema", translated->json);
    return absl::OkStatus();
  }

  absl::Status WriteThinking() {
    AIGW_ASSIGN_OR_RETURN(const GeminiThinking thinking,
                          PlanGeminiThinking(call_));
    if (!thinking.is_sent) return absl::OkStatus();
    Out().Key("thinkingConfig");
    out_.StartObject();
    if (thinking.include_thoughts) out_.BoolField("includeThoughts", true);
    if (thinking.budget_tokens.has_value()) {
      out_.IntField("thinkingBudget", *thinking.budget_tokens);
    }
    if (!thinking.level.empty()) out_.Field("thinkingLevel", thinking.level);
    out_.EndObject();
    return absl::OkStatus();
  }

  const GeminiCall& call_;
  const v1::ChatRequest& chat_;
  JsonWriter& out_;
  bool is_open_ = false;
};

}  // namespace

absl::Status WriteGeminiGenerationConfig(const GeminiCall& call,
                                         JsonWriter& out) {
  return ConfigWriter(call, out).Write();
}

}  // namespace aigateway
