#ifndef AIGATEWAY_PLUGINS_PII_KINDS_H_
#define AIGATEWAY_PLUGINS_PII_KINDS_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "re2/re2.h"

namespace aigateway {

// One form in which a kind of personal data is written.
struct PiiForm {
  std::string kind;  // "email"
  std::unique_ptr<re2::RE2> regex;
  // Where what counts ends of what the expression matched in `text`; `begin` if
  // it is none. Null: all of it counts.
  std::function<size_t(absl::string_view text, size_t begin, size_t end)>
      counted;
};

// The names of all kinds: "email", "phone", ...
std::vector<std::string> PiiKinds();
// Those that are looked for where a config does not say: all but those whose
// check lets too many other numbers by.
std::vector<std::string> DefaultPiiKinds();

// The forms of these kinds; names that are none have none.
std::vector<PiiForm> PiiForms(absl::Span<const std::string> kinds);

// Matches, up to the end of a text, what could be the beginning of one of these
// kinds, or one that goes on. Leftmost. `kinds` has at least one.
std::unique_ptr<re2::RE2> PiiBeginnings(absl::Span<const std::string> kinds);

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_PII_KINDS_H_
