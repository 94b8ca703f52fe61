#ifndef AIGATEWAY_TESTS_CONFORMANCE_INDEPENDENT_READER_H_
#define AIGATEWAY_TESTS_CONFORMANCE_INDEPENDENT_READER_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace aigateway {

// Another reader of event streams and of the families' events, which
// shares nothing with the gateway: its own SSE parser, written from the WHATWG
// text over the whole body at once, and another JSON library. Knows only how
// each family ends and where its text is; tests hold the codecs against it.

// What it found in a stream.
struct IndependentAnswer {
  bool broken = false;                   // An event is no JSON.
  bool failed = false;                   // The provider says that it failed.
  bool ended = false;                    // The family's own end was there.
  std::map<int64_t, std::string> texts;  // By the choice's index.
};

struct IndependentEvent {
  std::string type;  // Its `event` field; empty if it had none.
  std::string data;
};

// The events of `body`, in order; one that the end of the body cuts is none.
std::vector<IndependentEvent> ReadEvents(absl::string_view body);

// Reads the body of a stream of `format` ("openai-chat", "anthropic-messages",
// "gemini", "cohere-v2", "bedrock-converse"). `says_finish`: whether the vendor
// has an end of its own at all; where it has none, any answer has ended.
IndependentAnswer ReadIndependently(absl::string_view format,
                                    absl::string_view body, bool says_finish);

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_CONFORMANCE_INDEPENDENT_READER_H_
