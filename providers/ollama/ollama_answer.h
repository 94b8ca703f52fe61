#ifndef AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_ANSWER_H_
#define AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_ANSWER_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/gateway.pb.h"
#include "gateway/net/http_message.h"
#include "providers/ollama/ollama_chunk.h"
#include "providers/provider.h"
#include "providers/provider_metadata.h"
#include "providers/redactor.h"
#include "providers/think_tags.h"
#include "providers/tool_call_joiner.h"

namespace aigateway {

// Turns what Ollama says in one answer into deltas of v1. A whole answer goes
// through it as a stream does, so that both give the same message.
//
// A call of a tool always comes whole. One without an id, or with that of
// another, gets one that is made of when the first was made and its place, so
// that the same bytes give the same id. A
// thought that a server left in the text, between think tags at its beginning,
// is taken out of it.
//
// Fails with PROVIDER_PROTOCOL_ERROR if there is more than is kept.
class OllamaAnswer {
 public:
  explicit OllamaAnswer(bool wants_logprobs)
      : wants_logprobs_(wants_logprobs) {}

  // Adds to `delta` what `chunk`, which is no error, has to hand over.
  absl::Status Take(OllamaChunk& chunk, v1::Delta* delta);

  // The answer ends with `chunk`, which was taken: adds what was held back.
  absl::Status Finish(const OllamaChunk& chunk, v1::Delta* delta,
                      v1::Finish* finish);

  // The model that answered, usage, metadata: as far as known.
  const v1::End& end() const { return end_; }
  v1::End& end() { return end_; }
  bool has_calls() const { return calls_ > 0; }

 private:
  const bool wants_logprobs_;
  ThinkTags tags_;
  std::optional<ToolCallJoiner> joiner_;
  std::set<std::string> ids_;  // Of calls, as they were given.
  int64_t calls_ = 0;
  bool has_content_ = false;
  ProviderMetadata metadata_;
  v1::End end_;
};

// Reads a whole answer with a 2xx status. Fails with PROVIDER_PROTOCOL_ERROR if
// it is none, or with the error that it holds.
absl::StatusOr<v1::ChatResponse> ReadOllamaResponse(
    const HttpResponse& response, const v1::ChatRequest& chat,
    const CallOptions& options, const Redactor& redactor);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_ANSWER_H_
