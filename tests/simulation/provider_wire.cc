#include "tests/simulation/provider_wire.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace aigateway {
namespace {

std::string Quoted(absl::string_view text) {
  return absl::StrCat(
      "\"",
      absl::StrReplaceAll(text,
                          {{"\\", "\\\\"}, {"\"", "\\\""}, {"\n", "\\n"}}),
      "\"");
}

std::string OpenAiChunk(absl::string_view delta, absl::string_view finish) {
  return absl::StrCat(
      R"(data: {"id":"r1","object":"chat.completion.chunk","created":1,)",
      R"("model":"m1","choices":[{"index":0,"delta":)", delta,
      R"(,"finish_reason":)", finish, "}]}\n\n");
}

constexpr absl::string_view kOpenAiUsage =
    R"("usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12})";

std::string AnthropicEvent(absl::string_view type, absl::string_view members) {
  return absl::StrCat("event: ", type, "\ndata: {\"type\":\"", type, "\"",
                      members.empty() ? "" : ",", members, "}\n\n");
}

StreamedAnswer OpenAiStream(absl::Span<const std::string> pieces) {
  StreamedAnswer answer;
  answer.opening = OpenAiChunk(R"({"role":"assistant","content":""})", "null");
  for (const std::string& piece : pieces) {
    answer.pieces.push_back(OpenAiChunk(
        absl::StrCat(R"({"content":)", Quoted(piece), "}"), "null"));
  }
  answer.closing = absl::StrCat(
      OpenAiChunk("{}", "\"stop\""),
      R"(data: {"id":"r1","object":"chat.completion.chunk","created":1,)",
      R"("model":"m1","choices":[],)", kOpenAiUsage, "}\n\n");
  answer.done = "data: [DONE]\n\n";
  return answer;
}

StreamedAnswer AnthropicStream(absl::Span<const std::string> pieces) {
  StreamedAnswer answer;
  answer.opening = absl::StrCat(
      AnthropicEvent(
          "message_start",
          R"("message":{"id":"r1","type":"message","role":"assistant",)"
          R"("model":"m1","content":[],"stop_reason":null,)"
          R"("usage":{"input_tokens":5,"output_tokens":1}})"),
      AnthropicEvent("content_block_start",
                     R"("index":0,"content_block":{"type":"text","text":""})"),
      AnthropicEvent("ping", ""));
  for (const std::string& piece : pieces) {
    answer.pieces.push_back(AnthropicEvent(
        "content_block_delta",
        absl::StrCat(R"("index":0,"delta":{"type":"text_delta","text":)",
                     Quoted(piece), "}")));
  }
  answer.closing = absl::StrCat(
      AnthropicEvent("content_block_stop", R"("index":0)"),
      AnthropicEvent("message_delta", R"("delta":{"stop_reason":"end_turn"},)"
                                      R"("usage":{"output_tokens":7})"),
      AnthropicEvent("message_stop", ""));
  return answer;
}

}  // namespace

absl::string_view TypeOf(Wire wire) {
  return wire == Wire::kOpenAi ? "openai-compatible" : "anthropic";
}

std::string WholeAnswer(Wire wire, absl::string_view text) {
  if (wire == Wire::kAnthropic) {
    return absl::StrCat(
        R"({"id":"r1","type":"message","role":"assistant","model":"m1",)",
        R"("content":[{"type":"text","text":)", Quoted(text),
        R"(}],"stop_reason":"end_turn","usage":{"input_tokens":5,)",
        R"("output_tokens":7}})");
  }
  return absl::StrCat(
      R"({"id":"r1","object":"chat.completion","created":1,"model":"m1",)",
      R"("choices":[{"index":0,"message":{"role":"assistant","content":)",
      Quoted(text), R"(},"finish_reason":"stop"}],)", kOpenAiUsage, "}");
}

StreamedAnswer StreamOf(Wire wire, absl::Span<const std::string> pieces) {
  return wire == Wire::kOpenAi ? OpenAiStream(pieces) : AnthropicStream(pieces);
}

std::string UnreadableEvent(Wire wire) {
  return wire == Wire::kOpenAi
             ? "data: {\"choices\":[{\"delta\":{\"conte\n\n"
             : "event: content_block_delta\ndata: {\"type\":\"content_b\n\n";
}

std::string ErrorEvent(Wire wire) {
  return wire == Wire::kOpenAi
             ? absl::StrCat(
                   "data: ", ErrorAnswer(wire, "server_error", "it broke down"),
                   "\n\n")
             : AnthropicEvent("error", R"("error":{"type":"overloaded_error",)"
                                       R"("message":"Overloaded"})");
}

std::string ErrorAnswer(Wire wire, absl::string_view type,
                        absl::string_view message) {
  const std::string error =
      absl::StrCat(R"({"message":)", Quoted(message), R"(,"type":)",
                   Quoted(type), R"(,"param":null,"code":null})");
  return wire == Wire::kOpenAi
             ? absl::StrCat(R"({"error":)", error, "}")
             : absl::StrCat(R"({"type":"error","error":)", error, "}");
}

}  // namespace aigateway
