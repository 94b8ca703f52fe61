#ifndef AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_ANSWER_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_ANSWER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/net/http_message.h"
#include "providers/anthropic_thoughts.h"
#include "providers/bedrock/bedrock_event.h"
#include "providers/provider.h"
#include "providers/provider_metadata.h"
#include "providers/redactor.h"

namespace aigateway {

// Turns what Converse says in one answer into deltas of v1. A whole answer goes
// through it as a stream does, so that both give the same message.
//
// Texts, thoughts and the inputs of calls go out as they come. A thought that
// is sealed, by a signature or whole, also becomes a reasoning block when it
// ends; its form is that of Anthropic's own API, whose models the seals are of,
// with the place where that is not the beginning. Citations, traces and what
// else v1 has no field for go into provider_metadata.
//
// Fails with PROVIDER_PROTOCOL_ERROR if what comes cannot belong together or is
// more than is kept.
class BedrockAnswer {
 public:
  // `model` is what was asked for, as answers name none. `warnings` may be
  // null.
  BedrockAnswer(absl::string_view model, std::vector<std::string>* warnings)
      : model_(model), warnings_(warnings) {}

  // A block begins at `index`, or goes on. What there is to hand over is added
  // to `delta`.
  absl::Status Begin(int64_t index, BedrockBlock& block, v1::Delta* delta);
  absl::Status Add(int64_t index, BedrockBlock& block, v1::Delta* delta);
  // It ends.
  absl::Status EndBlock(int64_t index, v1::Delta* delta);

  // The answer ends for `reason`: adds what was held back.
  absl::Status Finish(absl::string_view reason, v1::Delta* delta,
                      v1::Finish* finish);

  // Takes what an event says beside content. False if it has no counts.
  bool TakeReport(BedrockEvent& event, v1::Usage* usage);
  // Writes provider_metadata, if there is any.
  void WriteMetadata(google::protobuf::Struct* out) const;

  bool has_calls() const { return !calls_.empty(); }

 private:
  struct Call {
    int64_t block = 0;  // Its place among the blocks.
    bool has_arguments = false;
  };

  struct Block {
    AnthropicPlace place;
    bool leads = true;      // Nothing but thoughts came before it.
    bool is_known = false;  // Something of it could be read.
    bool is_other = false;  // Of a kind that is passed over.
    int call = -1;          // Its number, if it is a call of the caller's.
    bool is_thought = false;
    std::string thought;  // All of it, to be sent back.
    std::string signature;
    std::vector<std::string> redacted;
  };

  absl::StatusOr<Block*> Find(int64_t index);
  absl::Status AddThought(BedrockBlock& piece, Block& block, v1::Delta* delta);
  absl::Status BeginCall(BedrockToolUse& use, Block& block, v1::Delta* delta);
  void GiveThought(Block& block, v1::Delta* delta);
  absl::Status Hold(size_t bytes);
  void PassOver(absl::string_view kind);
  void Warn(absl::string_view text);

  const std::string model_;
  std::vector<std::string>* const warnings_;
  std::map<int64_t, Block> open_;  // By the provider's index.
  int64_t blocks_ = 0;
  std::vector<Call> calls_;
  int64_t text_bytes_ = 0;
  bool has_thought_ = false;
  size_t held_bytes_ = 0;
  bool warned_of_kind_ = false;
  bool warned_of_seal_ = false;
  std::string citations_;  // JSON texts with commas between.
  bool citations_overflowed_ = false;
  ProviderMetadata metadata_;
};

// Reads a whole answer with a 2xx status. Fails with PROVIDER_PROTOCOL_ERROR if
// it is none.
absl::StatusOr<v1::ChatResponse> ReadBedrockResponse(
    const HttpResponse& response, const CallOptions& options,
    const Redactor& redactor);

// The id by which AWS finds a request, of an answer's headers; empty if there
// is none that can be shown.
std::string BedrockRequestId(const HttpHeaders& headers);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_ANSWER_H_
