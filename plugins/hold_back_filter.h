#ifndef AIGATEWAY_PLUGINS_HOLD_BACK_FILTER_H_
#define AIGATEWAY_PLUGINS_HOLD_BACK_FILTER_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "google/protobuf/repeated_ptr_field.h"

#include "aigateway/v1/chat.pb.h"
#include "plugins/plugin.h"
#include "plugins/text_pass.h"
#include "plugins/text_scanner.h"

namespace aigateway {

// Takes a stream past a scanner so that nothing of a match leaves, however it
// is cut.
//
// Text, reasoning, refusal and the arguments of each call are texts of their
// own, in each choice; of each is held back what could be the beginning of a
// match, until it is none or the choice is at its end. A part that is not text
// ends the text before it, and what follows reasoning ends that. Calls do not
// overtake text: they wait while text is held back. Logprobs, which spell out
// the text, leave with what they spell, and are dropped from where something of
// the choice was changed.
class HoldBackFilter final : public ChunkFilter {
 public:
  // What is looked at of what comes whole: all, or only what may be changed;
  // names and seals then stay as they are.
  enum class Whole { kAll, kChangeable };

  // `scanner` must outlive this object.
  explicit HoldBackFilter(const TextScanner& scanner, Whole whole = Whole::kAll)
      : scanner_(scanner), whole_(whole) {}

  absl::Status OnDelta(v1::Delta& delta) override;
  absl::Status OnChoiceEnd(v1::Delta& rest) override;
  void OnRestart() override { choices_.clear(); }

 private:
  using Tokens = google::protobuf::RepeatedPtrField<v1::TokenLogprob>;

  // The tokens of one text that wait for it.
  struct Spelled {
    Tokens tokens;
    // What has left of the text and is spelled by tokens that have not.
    std::string left;
    // Whether tokens came with the text from its beginning on: else none can
    // be told to belong to what has left.
    bool in_step = true;
  };

  struct Choice {
    explicit Choice(const TextScanner& scanner);

    TextPass text;
    TextPass reasoning;
    TextPass refusal;
    std::map<int, TextPass> calls;
    v1::Delta waiting;  // Pieces of calls, in order.
    Spelled text_tokens;
    Spelled refusal_tokens;
    bool changed = false;
  };

  Choice& ChoiceOf(int index);
  absl::Status PassReasoning(Choice& choice, v1::Delta& delta, bool complete);
  absl::Status PassCalls(Choice& choice, v1::Delta& delta);
  absl::Status PassWholes(Choice& choice, v1::Delta& delta);
  void PassLogprobs(Choice& choice, v1::Logprobs came, v1::Delta& delta);

  const TextScanner& scanner_;
  const Whole whole_;
  std::map<int, Choice> choices_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_HOLD_BACK_FILTER_H_
