#ifndef AIGATEWAY_PROVIDERS_GEMINI_TEST_KIT_H_
#define AIGATEWAY_PROVIDERS_GEMINI_TEST_KIT_H_

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/status_macros.h"
#include "providers/provider.h"

namespace aigateway {

// Keeps what a stream says, and joins it as a caller would.
class GeminiRecordedEvents : public ProviderEvents {
 public:
  absl::Status OnDelta(v1::Delta& delta) override {
    deltas.push_back(delta);
    return refuse;
  }
  absl::Status OnFinish(v1::Finish& finish) override {
    finishes.push_back(finish);
    return absl::OkStatus();
  }
  void OnLife() override { ++lives; }

  // The choices that the deltas and finishes make, by chat.proto's rules.
  std::vector<v1::Choice> Joined() const {
    std::map<int, v1::Choice> choices;
    for (const v1::Delta& delta : deltas) Join(delta, choices[delta.index()]);
    std::vector<v1::Choice> joined;
    for (const v1::Finish& finish : finishes) {
      v1::Choice& choice = joined.emplace_back(choices[finish.index()]);
      choice.set_index(finish.index());
      choice.mutable_message()->set_role(v1::ROLE_ASSISTANT);
      choice.set_finish_reason(finish.finish_reason());
      choice.set_provider_finish_reason(finish.provider_finish_reason());
    }
    return joined;
  }

  std::string text(int index = 0) const {
    std::string text;
    for (const v1::Delta& delta : deltas) {
      if (delta.index() == index) text += delta.text();
    }
    return text;
  }

  std::vector<v1::Delta> deltas;
  std::vector<v1::Finish> finishes;
  int lives = 0;
  absl::Status refuse;  // What OnDelta() returns.

 private:
  static void Join(const v1::Delta& delta, v1::Choice& choice) {
    v1::Message& message = *choice.mutable_message();
    if (!delta.text().empty()) {
      if (message.parts().empty()) {
        message.set_content(message.content() + delta.text());
      } else if (message.parts().rbegin()->has_text()) {
        *message.mutable_parts()->rbegin()->mutable_text() += delta.text();
      } else {
        message.add_parts()->set_text(delta.text());
      }
    }
    if (!delta.parts().empty() && message.has_content()) {
      message.add_parts()->set_text(message.content());
      message.clear_content();
    }
    message.mutable_parts()->MergeFrom(delta.parts());
    if (!delta.reasoning().empty()) {
      message.set_reasoning_content(message.reasoning_content() +
                                    delta.reasoning());
    }
    message.mutable_reasoning_blocks()->MergeFrom(delta.reasoning_blocks());
    for (const v1::ToolCallDelta& piece : delta.tool_calls()) {
      while (message.tool_calls_size() <= piece.index()) {
        message.add_tool_calls();
      }
      v1::ToolCall& call = *message.mutable_tool_calls(piece.index());
      if (!piece.id().empty()) call.set_id(piece.id());
      if (!piece.name().empty()) call.set_name(piece.name());
      call.set_arguments(call.arguments() + piece.arguments());
      if (piece.has_signature()) call.set_signature(piece.signature());
    }
    if (delta.has_logprobs()) {
      choice.mutable_logprobs()->MergeFrom(delta.logprobs());
    }
  }
};

// Feeds `bytes`, at most `slice` of them at a time, and ends.
inline absl::Status FeedSliced(StreamDecoder& decoder, absl::string_view bytes,
                               size_t slice, bool clean,
                               ProviderEvents& events) {
  while (!bytes.empty()) {
    AIGW_RETURN_IF_ERROR(decoder.Feed(bytes.substr(0, slice), events));
    bytes.remove_prefix(std::min(slice, bytes.size()));
  }
  return decoder.End(clean, events);
}

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_GEMINI_TEST_KIT_H_
