#ifndef AIGATEWAY_PROVIDERS_OPENAI_CHOICE_H_
#define AIGATEWAY_PROVIDERS_OPENAI_CHOICE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "providers/dialect.h"
#include "providers/finish_reasons.h"
#include "providers/openai_chunk.h"
#include "providers/think_tags.h"
#include "providers/thought_joiner.h"
#include "providers/tool_call_joiner.h"

namespace aigateway {

// One choice of an answer, which makes deltas of what was sent. A whole answer
// is one with a single piece, so that Route and RouteStream give the same.
class OpenAiChoice {
 public:
  // `dialect` must outlive it. `id_seed` as for ToolCallJoiner.
  OpenAiChoice(const Dialect& dialect, int index, std::string id_seed);

  // Appends what `piece` says to `delta`, which has nothing yet of another
  // piece; it stays without content if there is nothing to hand over. `piece`
  // may be moved from. Fails with a plain InvalidArgument if it makes no sense.
  absl::Status Take(OpenAiPiece& piece, v1::Delta* delta);

  // The choice ends with `word`, the vendor's (empty: it gave none), as the
  // answer of `model`. Appends what was held back to `delta`, and fills
  // `finish`.
  absl::Status Close(absl::string_view word, absl::string_view model,
                     v1::Delta* delta, v1::Finish* finish);

  // Whether `delta` has anything that a reader wants.
  static bool HasContent(const v1::Delta& delta);

  int index() const { return index_; }
  bool has_content() const { return parts_.has_content; }
  bool has_tool_calls() const { return !tools_.empty(); }

  // The finish reason as last received: kept here for the decoder of a stream.
  std::string finish_word;

 private:
  enum class ReasoningFrom { kNowhere, kContentField, kField, kDetails };

  void TakeText(OpenAiPiece& piece, v1::Delta* delta);
  void TakeReasoning(OpenAiPiece& piece, v1::Delta* delta);
  absl::Status TakeAudio(const OpenAiPiece& piece);
  absl::Status DecodeAudio();
  absl::Status GiveAudio(v1::Delta* delta);
  // Remembers what there is, and says once who speaks.
  void Note(v1::Delta* delta);

  const Dialect& dialect_;
  const int index_;
  ToolCallJoiner tools_;
  ThoughtJoiner thoughts_;
  ThinkTags think_tags_;
  std::string audio_;  // Base64 that has not come to its end.
  std::string sound_;  // What came before it, decoded.
  std::string audio_transcript_;
  ReasoningFrom reasoning_from_ = ReasoningFrom::kNowhere;
  AnswerParts parts_;
  bool said_role_ = false;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OPENAI_CHOICE_H_
