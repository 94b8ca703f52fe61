#include "tests/conformance/pairs/chat_shapes.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace aigateway {
namespace {

constexpr absl::string_view kHead =
    R"("id":"chatcmpl-1","created":1764000000,"model":"model-2026-11-01",)";

}  // namespace

std::string ChatWhole(absl::string_view choices, absl::string_view members) {
  return absl::StrCat(R"({"object":"chat.completion",)", kHead,
                      R"("choices":[)", choices, "],", members, "}");
}

std::string ChatMessage(absl::string_view message, absl::string_view reason,
                        absl::string_view members) {
  return ChatWhole(
      absl::StrCat(R"({"index":0,"message":)", message,
                   R"(,"logprobs":null,"finish_reason":")", reason, R"("})"),
      members);
}

std::string ChatChunk(absl::string_view choices) {
  return absl::StrCat(R"({"object":"chat.completion.chunk",)", kHead,
                      R"("choices":[)", choices, R"(],"usage":null})");
}

std::string ChatDelta(absl::string_view delta) {
  return ChatChunk(absl::StrCat(R"({"index":0,"delta":)", delta,
                                R"(,"logprobs":null,"finish_reason":null})"));
}

std::string ChatFinish(absl::string_view reason) {
  return ChatChunk(
      absl::StrCat(R"({"index":0,"delta":{},"logprobs":null,"finish_reason":")",
                   reason, R"("})"));
}

std::string ChatLast(absl::string_view members) {
  return absl::StrCat(R"({"object":"chat.completion.chunk",)", kHead,
                      R"("choices":[],)", members, "}");
}

std::string ChatOfModel(absl::string_view model, absl::string_view answer) {
  return absl::StrReplaceAll(answer, {{"model-2026-11-01", model}});
}

}  // namespace aigateway
