#ifndef AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_TEST_KIT_H_
#define AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_TEST_KIT_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "aigateway/v1/chat.pb.h"
#include "providers/provider.h"

// What the tests of this codec share.
namespace aigateway {

// A request in protobuf's text format.
inline v1::ChatRequest OllamaChat(absl::string_view text) {
  v1::ChatRequest chat;
  EXPECT_TRUE(
      google::protobuf::TextFormat::ParseFromString(std::string(text), &chat))
      << text;
  return chat;
}

// A line of a stream whose message has `members` beside its role; `more`
// follows.
inline std::string OllamaLine(absl::string_view members,
                              absl::string_view more = R"("done":false)") {
  return absl::StrCat(
      R"({"model":"qwen3:4b","created_at":"2026-08-07T06:08:09.3Z",)",
      R"("message":{"role":"assistant",)", members, "},", more, "}\n");
}

// Keeps what a stream says, and joins it by the rule that stands at v1.Delta.
class OllamaKeptEvents : public ProviderEvents {
 public:
  absl::Status OnDelta(v1::Delta& delta) override {
    v1::Message& message = *choice.mutable_message();
    if (delta.role() != v1::ROLE_UNSPECIFIED) message.set_role(delta.role());
    if (!delta.text().empty()) *message.mutable_content() += delta.text();
    if (!delta.reasoning().empty()) {
      *message.mutable_reasoning_content() += delta.reasoning();
    }
    for (const v1::ToolCallDelta& piece : delta.tool_calls()) {
      while (message.tool_calls_size() <= piece.index()) {
        message.add_tool_calls();
      }
      v1::ToolCall& call = *message.mutable_tool_calls(piece.index());
      *call.mutable_id() += piece.id();
      *call.mutable_name() += piece.name();
      *call.mutable_arguments() += piece.arguments();
    }
    if (delta.has_logprobs()) {
      choice.mutable_logprobs()->MergeFrom(delta.logprobs());
    }
    deltas.push_back(std::move(delta));
    return answer;
  }
  absl::Status OnFinish(v1::Finish& finish) override {
    ++finishes;
    choice.set_finish_reason(finish.finish_reason());
    choice.set_provider_finish_reason(finish.provider_finish_reason());
    return absl::OkStatus();
  }
  void OnLife() override { ++life; }

  v1::Choice choice;
  std::vector<v1::Delta> deltas;
  int finishes = 0;
  int life = 0;
  absl::Status answer;  // Of OnDelta.
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_TEST_KIT_H_
