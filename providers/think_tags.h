#ifndef AIGATEWAY_PROVIDERS_THINK_TAGS_H_
#define AIGATEWAY_PROVIDERS_THINK_TAGS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace aigateway {

// Takes the reasoning out of a text that may begin with
// "<think>...</think>", in pieces of any size. A tag elsewhere is text.
class ThinkTags {
 public:
  // Appends what `piece` is to `reasoning` and `text`; an end that could be the
  // beginning of a tag waits for the next piece.
  void Add(absl::string_view piece, std::string* reasoning, std::string* text);

  // The text has ended: appends what waited.
  void Flush(std::string* reasoning, std::string* text);

 private:
  enum class State { kStart, kThinking, kAfterThinking, kText };

  State state_ = State::kStart;
  std::string held_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_THINK_TAGS_H_
