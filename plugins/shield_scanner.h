#ifndef AIGATEWAY_PLUGINS_SHIELD_SCANNER_H_
#define AIGATEWAY_PLUGINS_SHIELD_SCANNER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "re2/set.h"

#include "plugins/text_folding.h"
#include "plugins/text_scanner.h"

namespace aigateway {

// Refuses texts that try to get a model away from its instructions: phrases
// that are known from such attempts, marks of a model's own prompt format, and
// text that people cannot see but models read. A heuristic: it knows what has
// been seen, in few languages. Immutable.
class ShieldScanner final : public TextScanner {
 public:
  // `phrases` are looked for, too, by word, in any case and spacing; none is
  // blank.
  static absl::StatusOr<std::unique_ptr<ShieldScanner>> Create(
      const std::vector<std::string>& phrases);

  ShieldScanner(std::unique_ptr<const re2::RE2::Set> patterns,
                std::vector<std::string> kinds);

  // Whole texts only: nothing is settled before the end.
  absl::StatusOr<Scan> Look(absl::string_view text, size_t begin,
                            bool complete) const override;

 private:
  const std::unique_ptr<const re2::RE2::Set> patterns_;
  const std::vector<std::string> kinds_;  // Of each pattern.
  const TextFolding folding_{/*case_sensitive=*/false};
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_SHIELD_SCANNER_H_
