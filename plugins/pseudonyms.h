#ifndef AIGATEWAY_PLUGINS_PSEUDONYMS_H_
#define AIGATEWAY_PLUGINS_PSEUDONYMS_H_

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "plugins/text_scanner.h"

namespace aigateway {

// What stands in the place of values in one request, "<email-1>", and the way
// back. One value has one pseudonym. Belongs to the request's loop.
class Pseudonyms {
 public:
  // `text` is sent beside them: what looks like a pseudonym in it is none of
  // these.
  void Avoid(absl::string_view text);

  // The pseudonym of `value`; `kind` is of small letters, digits and dashes.
  std::string For(absl::string_view kind, absl::string_view value);

  bool empty() const { return values_.empty(); }
  // What `pseudonym`, in any case, stands for; null if it is none. Valid until
  // the next For().
  const std::string* ValueOf(absl::string_view pseudonym) const;
  // Whether a pseudonym begins so, in any case.
  bool HasBeginning(absl::string_view text) const;
  size_t longest() const { return longest_; }

 private:
  std::set<std::string> avoided_;  // In small letters.
  std::map<std::pair<std::string, std::string>, std::string> by_value_;
  std::map<std::string, std::string> values_;  // By pseudonym.
  std::map<std::string, int> counts_;          // By kind.
  size_t longest_ = 0;
};

// Finds what another scanner finds, whose replacements are kinds, and puts
// pseudonyms there.
class PseudonymScanner final : public TextScanner {
 public:
  // Both must outlive this object.
  PseudonymScanner(const TextScanner& finder, Pseudonyms& pseudonyms)
      : finder_(finder), pseudonyms_(pseudonyms) {}

  absl::StatusOr<Scan> Look(absl::string_view text, size_t begin,
                            bool complete) const override;

 private:
  const TextScanner& finder_;
  Pseudonyms& pseudonyms_;
};

// Puts back what pseudonyms stand for.
class RestoringScanner final : public TextScanner {
 public:
  // `pseudonyms` must outlive this object.
  explicit RestoringScanner(const Pseudonyms& pseudonyms)
      : pseudonyms_(pseudonyms) {}

  absl::StatusOr<Scan> Look(absl::string_view text, size_t begin,
                            bool complete) const override;

 private:
  const Pseudonyms& pseudonyms_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_PSEUDONYMS_H_
