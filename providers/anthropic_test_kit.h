#ifndef AIGATEWAY_PROVIDERS_ANTHROPIC_TEST_KIT_H_
#define AIGATEWAY_PROVIDERS_ANTHROPIC_TEST_KIT_H_

#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "aigateway/v1/chat.pb.h"
#include "providers/provider.h"

// What the tests of this codec share.
namespace aigateway {

// A request in protobuf's text format.
inline v1::ChatRequest ChatOf(absl::string_view text) {
  v1::ChatRequest chat;
  EXPECT_TRUE(
      google::protobuf::TextFormat::ParseFromString(std::string(text), &chat))
      << text;
  return chat;
}

// JSON without the white space between its tokens, so that it can be laid out
// to be read.
inline std::string Compact(absl::string_view json) {
  std::string compact;
  bool inside = false;
  for (size_t i = 0; i < json.size(); ++i) {
    if (json[i] == '"') inside = !inside;
    if (inside && json[i] == '\\') compact.push_back(json[i++]);
    if (inside || !absl::ascii_isspace(static_cast<unsigned char>(json[i]))) {
      compact.push_back(json[i]);
    }
  }
  return compact;
}

// A file of testdata/anthropic.
inline std::string TestFile(absl::string_view name) {
  std::ifstream file(absl::StrCat("providers/testdata/anthropic/", name),
                     std::ios::binary);
  EXPECT_TRUE(file.is_open()) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

// Keeps what a stream says, and joins it.
class KeptEvents : public ProviderEvents {
 public:
  absl::Status OnDelta(v1::Delta& delta) override {
    Join(delta);
    deltas.push_back(std::move(delta));
    return answer;
  }
  absl::Status OnFinish(v1::Finish& finish) override {
    finishes.push_back(finish);
    return absl::OkStatus();
  }
  void OnLife() override { ++life; }

  std::vector<v1::Delta> deltas;
  std::vector<v1::Finish> finishes;
  v1::Message message;
  int life = 0;
  absl::Status answer;  // Of OnDelta.

 private:
  // By the rule that stands at v1.Delta.
  void Join(const v1::Delta& delta) {
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
  }
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_ANTHROPIC_TEST_KIT_H_
