#ifndef AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_TEST_KIT_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_TEST_KIT_H_

#include <cstdint>
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
#include "zlib.h"

// What the tests of this codec share.
namespace aigateway {

// A request in protobuf's text format.
inline v1::ChatRequest BedrockChat(absl::string_view text) {
  v1::ChatRequest chat;
  EXPECT_TRUE(
      google::protobuf::TextFormat::ParseFromString(std::string(text), &chat))
      << text;
  return chat;
}

// A number as it stands in a frame: 32 bits, the highest first.
inline std::string BedrockNumber(uint64_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(value >> shift & 0xFF));
  }
  return bytes;
}

inline std::string BedrockSum(absl::string_view bytes) {
  return BedrockNumber(crc32(0, reinterpret_cast<const Bytef*>(bytes.data()),
                             static_cast<uInt>(bytes.size())));
}

// One frame with the headers `headers`, each a name and a text.
inline std::string BedrockFrame(
    const std::vector<std::pair<std::string, std::string>>& headers,
    absl::string_view payload) {
  std::string head;
  for (const auto& [name, value] : headers) {
    absl::StrAppend(&head, std::string(1, static_cast<char>(name.size())), name,
                    "\x07", BedrockNumber(value.size()).substr(2), value);
  }
  std::string frame =
      absl::StrCat(BedrockNumber(16 + head.size() + payload.size()),
                   BedrockNumber(head.size()));
  absl::StrAppend(&frame, BedrockSum(frame), head, payload);
  return absl::StrCat(frame, BedrockSum(frame));
}

// An event of `type`.
inline std::string BedrockEventFrame(absl::string_view type,
                                     absl::string_view payload) {
  return BedrockFrame({{":event-type", std::string(type)},
                       {":content-type", "application/json"},
                       {":message-type", "event"}},
                      payload);
}

// Keeps what a stream says, and joins it by the rule that stands at v1.Delta.
class BedrockKeptEvents : public ProviderEvents {
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
    message.mutable_reasoning_blocks()->MergeFrom(delta.reasoning_blocks());
    ++deltas;
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
  int deltas = 0;
  int finishes = 0;
  int life = 0;
  absl::Status answer;  // Of OnDelta.
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_TEST_KIT_H_
