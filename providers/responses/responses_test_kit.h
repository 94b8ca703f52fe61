#ifndef AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_TEST_KIT_H_
#define AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_TEST_KIT_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "providers/openai_instance.h"
#include "providers/provider.h"
#include "providers/responses/responses_stream.h"

// What the tests of the Responses API share.
namespace aigateway {

// An event; `members` without braces may be empty.
inline std::string ResponsesSse(absl::string_view type,
                                absl::string_view members = "") {
  return absl::StrCat("event: ", type, "\ndata: {\"type\":\"", type, "\"",
                      members.empty() ? "" : ",", members, "}\n\n");
}

// Joins all that a stream says into one delta.
class ResponsesKeptEvents : public ProviderEvents {
 public:
  absl::Status OnDelta(v1::Delta& delta) override {
    ++deltas;
    absl::StrAppend(joined.mutable_text(), delta.text());
    absl::StrAppend(joined.mutable_reasoning(), delta.reasoning());
    absl::StrAppend(joined.mutable_refusal(), delta.refusal());
    joined.mutable_tool_calls()->MergeFrom(delta.tool_calls());
    joined.mutable_reasoning_blocks()->MergeFrom(delta.reasoning_blocks());
    if (delta.has_logprobs()) {
      joined.mutable_logprobs()->MergeFrom(delta.logprobs());
    }
    return absl::OkStatus();
  }
  absl::Status OnFinish(v1::Finish& given) override {
    finishes.push_back(given);
    return absl::OkStatus();
  }
  void OnLife() override {}

  int deltas = 0;
  v1::Delta joined;
  std::vector<v1::Finish> finishes;
};

// What came of a stream.
struct ResponsesReading {
  absl::Status status;
  ResponsesKeptEvents events;
  v1::End end;
  std::vector<std::string> warnings;
};

// Reads `body` cut into pieces of `step` bytes.
inline ResponsesReading ReadResponsesStream(const OpenAiInstance& instance,
                                            absl::string_view body,
                                            const v1::ChatRequest& chat = {},
                                            size_t step = 1 << 20) {
  ResponsesReading read;
  const CallOptions options{
      .model = "gpt-5.5", .stream = true, .warnings = &read.warnings};
  const std::unique_ptr<StreamDecoder> decoder =
      NewResponsesStreamDecoder(instance, {}, chat, options);
  for (size_t at = 0; at < body.size() && read.status.ok(); at += step) {
    read.status = decoder->Feed(body.substr(at, step), read.events);
  }
  if (read.status.ok()) {
    read.status = decoder->End(/*clean=*/true, read.events);
  }
  read.end = decoder->end();
  return read;
}

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_RESPONSES_RESPONSES_TEST_KIT_H_
