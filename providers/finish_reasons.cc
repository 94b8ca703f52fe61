#include "providers/finish_reasons.h"

#include "absl/strings/match.h"

namespace aigateway {
namespace {

struct Word {
  absl::string_view word;
  v1::FinishReason reason;
};

// The table of providers.md, 0.1, without the words that only Gemini has: those
// are upper case and mean other things elsewhere.
constexpr Word kWords[] = {
    {"stop", v1::FINISH_REASON_STOP},
    {"length", v1::FINISH_REASON_LENGTH},
    {"tool_calls", v1::FINISH_REASON_TOOL_CALLS},
    {"content_filter", v1::FINISH_REASON_CONTENT_FILTER},
    {"function_call", v1::FINISH_REASON_TOOL_CALLS},
    {"tool_use", v1::FINISH_REASON_TOOL_CALLS},
    {"tool_call", v1::FINISH_REASON_TOOL_CALLS},
    {"eos", v1::FINISH_REASON_STOP},
    {"end_turn", v1::FINISH_REASON_STOP},
    {"stop_sequence", v1::FINISH_REASON_STOP},
    {"complete", v1::FINISH_REASON_STOP},
    {"completed", v1::FINISH_REASON_STOP},
    {"model_length", v1::FINISH_REASON_LENGTH},
    {"max_tokens", v1::FINISH_REASON_LENGTH},
    {"max_output_tokens", v1::FINISH_REASON_LENGTH},
    {"model_context_window_exceeded", v1::FINISH_REASON_LENGTH},
    {"refusal", v1::FINISH_REASON_CONTENT_FILTER},
    {"guardrail_intervened", v1::FINISH_REASON_CONTENT_FILTER},
    {"content_filtered", v1::FINISH_REASON_CONTENT_FILTER},
    {"safety", v1::FINISH_REASON_CONTENT_FILTER},
    {"recitation", v1::FINISH_REASON_CONTENT_FILTER},
    {"error_toxic", v1::FINISH_REASON_CONTENT_FILTER},
    {"error", v1::FINISH_REASON_ERROR},
    {"timeout", v1::FINISH_REASON_ERROR},
    {"insufficient_system_resource", v1::FINISH_REASON_ERROR},
    {"malformed_model_output", v1::FINISH_REASON_ERROR},
    {"malformed_tool_use", v1::FINISH_REASON_ERROR},
    {"malformed_function_call", v1::FINISH_REASON_ERROR},
    {"pause_turn", v1::FINISH_REASON_PAUSE},
};

}  // namespace

std::optional<v1::FinishReason> CommonFinishReason(absl::string_view word) {
  for (const Word& known : kWords) {
    if (absl::EqualsIgnoreCase(word, known.word)) return known.reason;
  }
  return std::nullopt;
}

v1::FinishReason JudgeFinish(absl::string_view word, AnswerParts parts) {
  const std::optional<v1::FinishReason> known = CommonFinishReason(word);
  if (known.has_value() && *known != v1::FINISH_REASON_STOP) return *known;
  // OpenAI says "stop" for a tool that was forced, Ollama for every call.
  if (parts.has_tool_calls) return v1::FINISH_REASON_TOOL_CALLS;
  if (known.has_value() || parts.has_content) return v1::FINISH_REASON_STOP;
  return v1::FINISH_REASON_ERROR;
}

}  // namespace aigateway
