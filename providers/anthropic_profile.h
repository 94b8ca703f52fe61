#ifndef AIGATEWAY_PROVIDERS_ANTHROPIC_PROFILE_H_
#define AIGATEWAY_PROVIDERS_ANTHROPIC_PROFILE_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace aigateway {

// What one generation of Claude takes and what it refuses with a 400: the
// Messages API is one, its models are not. Immutable.
struct AnthropicProfile {
  // Which of temperature and top_p may be sent, if they are not the default.
  enum class Sampling { kBoth, kEither, kNone };
  // Levels of output_config.effort: each has those of the one before, but
  // kToMax has no "xhigh".
  enum class Effort { kNone, kToHigh, kToMax, kAll };
  // How thinking is switched off.
  enum class ThinkingOff {
    kNotAsked,      // It is off unless asked for: nothing is sent.
    kDisabled,      // {"type":"disabled"}.
    kBetweenTools,  // {"type":"between_tools"} is the least there is.
    kNever,         // It cannot be; a low effort is the least there is.
  };

  int64_t max_output_tokens = 0;  // The model's limit, sent if none is asked.
  Sampling sampling = Sampling::kBoth;
  bool budget_thinking = false;    // {"type":"enabled","budget_tokens":n}.
  bool adaptive_thinking = false;  // {"type":"adaptive"}.
  ThinkingOff thinking_off = ThinkingOff::kNotAsked;
  Effort effort = Effort::kNone;
  // Whether a tool may be forced ("any", "tool") at all; with a thinking budget
  // no model lets it be.
  bool forced_tools = true;
  // Whether it goes on from an assistant message at the end.
  bool prefill = false;
  // Whether messages may have the role "system" in mid-conversation.
  bool system_midway = false;
  bool json_schema = false;  // output_config.format and strict tools.
  // Whether a thinking block counts only for the model that wrote it and after
  // the very conversation that it was written in.
  bool bound_thinking = false;
};

// The profile of `model`, as Anthropic or a reseller names it: the newest
// generation of its family that is not newer than the name says, so that
// "claude-opus-4-9" is taken as Opus 4.8. A family without a number, or a
// family of Claude that is not known, is taken as the newest. What is no Claude
// at all (a server that only speaks the dialect) gets a profile that refuses
// nothing. Valid for ever.
const AnthropicProfile& AnthropicProfileFor(absl::string_view model);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_ANTHROPIC_PROFILE_H_
