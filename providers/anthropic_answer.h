#ifndef AIGATEWAY_PROVIDERS_ANTHROPIC_ANSWER_H_
#define AIGATEWAY_PROVIDERS_ANTHROPIC_ANSWER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "providers/anthropic_event.h"
#include "providers/anthropic_metadata.h"
#include "providers/anthropic_thoughts.h"

namespace aigateway {

// Turns the content blocks of one answer into deltas of v1. A whole answer goes
// through it as a stream does, so that both give the same message.
//
// A text, a thought and a call's arguments go out as they come. Blocks of
// Anthropic's own tools are no calls of the caller's: they go into metadata,
// and, where the conversation could not go on without them, into reasoning
// blocks.
//
// Fails with PROVIDER_PROTOCOL_ERROR if what comes cannot belong together.
class AnthropicAnswer {
 public:
  // `warnings` may be null.
  AnthropicAnswer(AnthropicMetadata* metadata,
                  std::vector<std::string>* warnings)
      : metadata_(*metadata), warnings_(warnings) {}

  // The model that answers, for the reasoning blocks.
  void set_model(absl::string_view model) { model_ = std::string(model); }

  // A block begins, goes on, ends. What there is to hand over is added to
  // `delta`, which may have been added to before.
  absl::Status Begin(int64_t index, AnthropicContentBlock block,
                     v1::Delta* delta);
  absl::Status Continue(int64_t index, AnthropicBlockDelta& more,
                        v1::Delta* delta);
  void End(int64_t index, v1::Delta* delta);

  // The answer ends for `stop`: ends what is open, adds what was held back, and
  // says why in `finish`.
  absl::Status Finish(const AnthropicStop& stop, v1::Delta* delta,
                      v1::Finish* finish);

  bool has_calls() const { return calls_ > 0; }

 private:
  enum class Kind { kText, kThinking, kRedacted, kCall, kOther };

  struct Block {
    Kind kind = Kind::kText;
    AnthropicPlace place;
    bool leads = false;  // Nothing but thoughts came before it.
    int call = 0;        // Of a call: its index.
    bool has_arguments = false;
    // What comes in pieces and is needed whole: a thought, another's input.
    std::string gathered;
    std::string signature;
    std::string data;
    std::string input;    // As it began.
    std::string json;     // Of another: the block as it began.
    std::string content;  // Of another: what replaces its own.
    std::vector<std::string> citations;
  };

  struct Held {
    AnthropicPlace place;
    std::string json;
  };

  void EndBlock(Block block, v1::Delta* delta);
  void GiveBareCall(v1::Delta* delta);
  void EndText(const Block& block);
  void EndThought(Block& block, v1::Delta* delta);
  void EndOther(const Block& block);
  void AddHeld(absl::string_view reason, v1::Delta* delta);
  v1::ReasoningBlock* AddThought(v1::Delta* delta) const;
  void AddText(absl::string_view text, v1::Delta* delta);
  void Warn(absl::string_view text);
  void WarnOfDelta(absl::string_view type);
  v1::FinishReason ReasonFor(absl::string_view native) const;

  AnthropicMetadata& metadata_;
  std::vector<std::string>* const warnings_;
  std::string model_;
  std::map<int64_t, Block> open_;  // By the provider's index.
  // The call that ended last, if no arguments came in pieces. Whether it has
  // none or a token limit cut them shows by what follows it.
  std::optional<Block> bare_call_;
  std::vector<Held> held_;  // Blocks without a field in v1.
  size_t held_bytes_ = 0;
  bool held_overflowed_ = false;
  bool warned_of_delta_ = false;
  int64_t blocks_ = 0;    // So far.
  int64_t thoughts_ = 0;  // Of these.
  int64_t calls_ = 0;     // Of these.
  int64_t text_bytes_ = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_ANTHROPIC_ANSWER_H_
