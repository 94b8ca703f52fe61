#ifndef AIGATEWAY_PROVIDERS_OPENAI_TEST_KIT_H_
#define AIGATEWAY_PROVIDERS_OPENAI_TEST_KIT_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "aigateway/config/v1/config.pb.h"
#include "aigateway/v1/chat.pb.h"
#include "providers/dialects.h"
#include "providers/openai_instance.h"
#include "providers/provider.h"

// What the tests of this codec share.
namespace aigateway {

// An instance of a vendor of the table, with the usual settings.
inline OpenAiInstance InstanceOf(absl::string_view type) {
  const Dialect* const dialect = FindDialect(type);
  if (dialect == nullptr) {
    ADD_FAILURE() << type;
    return {};
  }
  config::v1::ProviderConfig config;
  config.set_type(std::string(type));
  // A place that only the caller can know.
  if (absl::StrContains(dialect->base_url, '{')) {
    config.set_base_url("http://127.0.0.1:1");
  }
  absl::StatusOr<OpenAiInstance> instance =
      OpenAiInstance::Create(*dialect, config);
  EXPECT_TRUE(instance.ok()) << instance.status();
  return instance.ok() ? *std::move(instance) : OpenAiInstance{};
}

// A request in protobuf's text format.
inline v1::ChatRequest OpenAiChatOf(absl::string_view text) {
  v1::ChatRequest chat;
  EXPECT_TRUE(
      google::protobuf::TextFormat::ParseFromString(std::string(text), &chat))
      << text;
  return chat;
}

// JSON without the white space between its tokens, so that it can be laid out
// to be read.
inline std::string CompactJson(absl::string_view json) {
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

// Keeps what a stream says, and joins it.
class OpenAiKeptEvents : public ProviderEvents {
 public:
  absl::Status OnDelta(v1::Delta& delta) override {
    text += delta.text();
    parts.insert(parts.end(), delta.parts().begin(), delta.parts().end());
    for (const v1::ToolCallDelta& piece : delta.tool_calls()) {
      if (piece.index() < 0 ||
          static_cast<size_t>(piece.index()) > calls.size()) {
        ADD_FAILURE() << "the calls are not numbered in their order";
        continue;
      }
      if (static_cast<size_t>(piece.index()) == calls.size()) {
        calls.emplace_back();
      }
      v1::ToolCall& call = calls[static_cast<size_t>(piece.index())];
      *call.mutable_id() += piece.id();
      *call.mutable_name() += piece.name();
      *call.mutable_arguments() += piece.arguments();
    }
    return absl::OkStatus();
  }
  absl::Status OnFinish(v1::Finish& finish) override {
    finishes.push_back(finish.finish_reason());
    return absl::OkStatus();
  }
  void OnLife() override {}

  std::string text;
  std::vector<v1::ContentPart> parts;
  std::vector<v1::ToolCall> calls;
  std::vector<v1::FinishReason> finishes;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OPENAI_TEST_KIT_H_
