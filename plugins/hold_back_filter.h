#ifndef AIGATEWAY_PLUGINS_HOLD_BACK_FILTER_H_
#define AIGATEWAY_PLUGINS_HOLD_BACK_FILTER_H_

#include <map>

#include "absl/status/status.h"

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
// ends the text before it. Logprobs, which spell out the text, wait while text
// is held back, and are dropped from where something of the choice was changed.
class HoldBackFilter final : public ChunkFilter {
 public:
  // `scanner` must outlive this object.
  explicit HoldBackFilter(const TextScanner& scanner) : scanner_(scanner) {}

  absl::Status OnDelta(v1::Delta& delta) override;
  absl::Status OnChoiceEnd(v1::Delta& rest) override;
  void OnRestart() override { choices_.clear(); }

 private:
  struct Choice {
    explicit Choice(const TextScanner& scanner);
    bool holds() const { return text.holds() || refusal.holds(); }

    TextPass text;
    TextPass reasoning;
    TextPass refusal;
    std::map<int, TextPass> calls;
    v1::Logprobs logprobs;  // Those that wait.
    bool changed = false;
  };

  Choice& ChoiceOf(int index);
  absl::Status PassCalls(Choice& choice, v1::Delta& delta);
  absl::Status PassWholes(Choice& choice, v1::Delta& delta);
  void PassLogprobs(Choice& choice, v1::Delta& delta);

  const TextScanner& scanner_;
  std::map<int, Choice> choices_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_HOLD_BACK_FILTER_H_
