#ifndef AIGATEWAY_PLUGINS_TEXT_SCANNER_H_
#define AIGATEWAY_PLUGINS_TEXT_SCANNER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace aigateway {

// A place in a text, in bytes, and what is to stand there instead.
struct Finding {
  size_t begin = 0;
  size_t end = 0;
  std::string replacement;
};

// What a scanner made of a text.
struct Scan {
  std::vector<Finding> findings;  // In order, apart, all before `settled`.
  // Up to here no text that may follow changes anything. What stands behind
  // could be the beginning of a match. Between two characters.
  size_t settled = 0;
};

// Looks for something in a text that may come in pieces. Immutable and
// thread-safe: one for all requests.
class TextScanner {
 public:
  virtual ~TextScanner() = default;

  // Looks at `text`, valid UTF-8, from `begin` on; what stands before was
  // settled and is there because what surrounds a match may count. `complete`:
  // nothing follows, so all is settled. GUARDRAIL_REJECTED if it must not be
  // let by; the message is shown to callers and has nothing of the text.
  virtual absl::StatusOr<Scan> Look(absl::string_view text, size_t begin,
                                    bool complete) const = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_TEXT_SCANNER_H_
