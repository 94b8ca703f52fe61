#include "tests/integration/provider_replies.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

namespace aigateway {
namespace {

std::string Quoted(absl::string_view raw) {
  return absl::StrCat("\"", raw, "\"");
}

std::string OpenAiChunk(absl::string_view choice) {
  return absl::StrCat(
      R"({"id":"r1","object":"chat.completion.chunk","created":1,)",
      R"("model":"m1","choices":[{"index":0,)", choice, "}]}");
}

}  // namespace

UpstreamReply EventStream(const std::vector<std::string>& events) {
  UpstreamReply reply;
  reply.Send(SseHead());
  for (const std::string& event : events) reply.Send(Chunk(event));
  reply.Send(LastChunk());
  return reply;
}

std::string AnthropicEvent(absl::string_view type, absl::string_view members) {
  return absl::StrCat("event: ", type, "\ndata: {\"type\":\"", type, "\"",
                      members.empty() ? "" : ",", members, "}\n\n");
}

std::string AnthropicStart(int input_tokens, int output_tokens) {
  return AnthropicEvent(
      "message_start",
      absl::StrCat(
          R"("message":{"id":"r1","type":"message","role":"assistant",)",
          R"("model":"m1","content":[],"stop_reason":null,)",
          R"("usage":{"input_tokens":)", input_tokens, R"(,"output_tokens":)",
          output_tokens, "}}"));
}

std::string AnthropicBlock(int index, absl::string_view block_json) {
  return AnthropicEvent(
      "content_block_start",
      absl::StrCat("\"index\":", index, ",\"content_block\":", block_json));
}

std::string AnthropicDelta(int index, absl::string_view delta_json) {
  return AnthropicEvent(
      "content_block_delta",
      absl::StrCat("\"index\":", index, ",\"delta\":", delta_json));
}

std::string AnthropicBlockEnd(int index) {
  return AnthropicEvent("content_block_stop",
                        absl::StrCat("\"index\":", index));
}

std::string AnthropicFinish(absl::string_view stop_reason, int output_tokens) {
  return AnthropicEvent(
      "message_delta",
      absl::StrCat(R"("delta":{"stop_reason":")", stop_reason,
                   R"("},"usage":{"output_tokens":)", output_tokens, "}"));
}

std::string AnthropicMessage(absl::string_view content_json,
                             absl::string_view stop_reason) {
  return absl::StrCat(
      R"({"id":"r1","type":"message","role":"assistant","model":"m1",)",
      R"("content":)", content_json, R"(,"stop_reason":")", stop_reason,
      R"(","usage":{"input_tokens":5,"output_tokens":2}})");
}

std::string GeminiChunk(absl::string_view parts_json, absl::string_view finish,
                        int prompt_tokens, int completion_tokens) {
  return absl::StrCat(
      R"({"candidates":[{"index":0,"content":{"role":"model","parts":)",
      parts_json, "}",
      finish.empty() ? "" : absl::StrCat(R"(,"finishReason":")", finish, "\""),
      R"(}],"usageMetadata":{"promptTokenCount":)", prompt_tokens,
      R"(,"candidatesTokenCount":)", completion_tokens,
      R"(,"totalTokenCount":)", prompt_tokens + completion_tokens, "}}");
}

UpstreamReply TextReply(absl::string_view type, bool stream,
                        absl::string_view raw) {
  const std::string text = Quoted(raw);
  if (type == "anthropic") {
    if (!stream) {
      return JsonAnswer(AnthropicMessage(
          absl::StrCat(R"([{"type":"text","text":)", text, "}]"), "end_turn"));
    }
    return EventStream(
        {AnthropicStart(), AnthropicBlock(0, R"({"type":"text","text":""})"),
         AnthropicDelta(
             0, absl::StrCat(R"({"type":"text_delta","text":)", text, "}")),
         AnthropicBlockEnd(0), AnthropicFinish("end_turn"),
         AnthropicEvent("message_stop")});
  }
  if (type == "gemini") {
    const std::string chunk =
        GeminiChunk(absl::StrCat(R"([{"text":)", text, "}]"));
    return stream ? SseAnswer({chunk}) : JsonAnswer(chunk);
  }
  if (!stream) {
    return JsonAnswer(absl::StrCat(
        R"({"id":"r1","object":"chat.completion","created":1,"model":"m1",)",
        R"("choices":[{"index":0,"message":{"role":"assistant","content":)",
        text, R"(},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,)",
        R"("completion_tokens":2,"total_tokens":7}})"));
  }
  return SseAnswer({OpenAiChunk(absl::StrCat(R"("delta":{"content":)", text,
                                             R"(},"finish_reason":null)")),
                    OpenAiChunk(R"("delta":{},"finish_reason":"stop")"),
                    "[DONE]"});
}

UpstreamReply RefusalReply(absl::string_view type, int status,
                           absl::string_view raw) {
  const std::string text = Quoted(raw);
  if (type == "anthropic") {
    return JsonAnswer(
        absl::StrCat(R"({"type":"error","error":{"type":"t","message":)", text,
                     "}}"),
        status);
  }
  if (type == "gemini") {
    return JsonAnswer(
        absl::StrCat(R"({"error":{"code":)", status, R"(,"message":)", text,
                     R"(,"status":"T"}})"),
        status);
  }
  return JsonAnswer(absl::StrCat(R"({"error":{"message":)", text,
                                 R"(,"type":"t","param":null,"code":null}})"),
                    status);
}

std::string At(absl::string_view json, absl::string_view pointer) {
  using Json = nlohmann::ordered_json;
  try {
    const Json document = Json::parse(json.begin(), json.end());
    const Json::json_pointer at{std::string(pointer)};
    return document.contains(at) ? document.at(at).dump() : "";
  } catch (const Json::exception&) {
    return "";
  }
}

}  // namespace aigateway
