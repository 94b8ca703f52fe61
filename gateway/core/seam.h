#ifndef AIGATEWAY_GATEWAY_CORE_SEAM_H_
#define AIGATEWAY_GATEWAY_CORE_SEAM_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace aigateway {

// Finds where the text of a stand-in goes on from text that was sent before.
//
// A model that is asked to continue may repeat the end of what it was given, or
// begin anew from the first word. The first is cut off; so is the second, as
// long as it says the same again. A stand-in's beginning is therefore kept
// until it is clear which of these it is. Texts are UTF-8 and are only cut
// where their bytes are equal.
class Seam {
 public:
  // `sent` is what was handed over so far.
  explicit Seam(absl::string_view sent);

  // What the stand-in is given as the beginning of its answer: without white
  // space at the end, which some providers refuse (Anthropic: "final assistant
  // content cannot end with trailing whitespace").
  static absl::string_view PromptOf(absl::string_view sent);

  // Takes the next piece of the stand-in's text. Returns what is new in all
  // that came, once that is clear; nullopt while it is not. Not after that.
  std::optional<std::string> Feed(absl::string_view piece);
  // The stand-in says no more: what is new in what it said.
  std::string Finish();

  // Whether it began anew and then said something else: there is no way to go
  // on from it. Feed() and Finish() return nothing of use then.
  bool departed() const { return departed_; }

 private:
  // How many bytes of `held_`, from its beginning, were sent before, where it
  // repeats the end of `sent_`; -1 while more text may make it more.
  int Overlap(bool whole) const;
  void Compare();
  bool RepeatsWords(absl::string_view repeated, size_t position) const;

  const std::string sent_;
  const size_t prompt_size_;
  const bool says_enough_;  // To tell an answer begun anew from chance.
  std::string held_;
  size_t same_ = 0;  // How far `held_` is what was sent, from the beginning.
  bool departed_ = false;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_SEAM_H_
