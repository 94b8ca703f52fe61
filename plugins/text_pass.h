#ifndef AIGATEWAY_PLUGINS_TEXT_PASS_H_
#define AIGATEWAY_PLUGINS_TEXT_PASS_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "plugins/text_places.h"
#include "plugins/text_scanner.h"

namespace aigateway {

// What a scanner wants in the place of a whole text; nullopt: it stays. What it
// looks at in JSON are the strings without their escapes, and what it puts
// there is escaped.
absl::StatusOr<std::optional<std::string>> PassWhole(const TextScanner& scanner,
                                                     TextForm form,
                                                     absl::string_view text);

// One text that comes in pieces, on its way past a scanner: lets out what is
// settled and holds the rest, at most 16 KiB. Every character leaves whole.
class TextPass {
 public:
  // `scanner` must outlive this object.
  TextPass(const TextScanner& scanner, TextForm form)
      : scanner_(&scanner), form_(form) {}

  // Takes the next piece and leaves in it what may go out. `complete`: the text
  // ends with it, and nothing is held any more. A refusal is the scanner's, or
  // that too much would have to be held.
  absl::Status Pass(std::string& piece, bool complete);

  bool holds() const { return !held_.empty(); }
  // Whether anything that went out is not as it came.
  bool changed() const { return changed_; }

 private:
  const TextScanner* scanner_;
  TextForm form_;
  std::string context_;  // The last that went out, as it came, unescaped.
  std::string held_;
  bool changed_ = false;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_TEXT_PASS_H_
