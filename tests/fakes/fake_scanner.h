#ifndef AIGATEWAY_TESTS_FAKES_FAKE_SCANNER_H_
#define AIGATEWAY_TESTS_FAKES_FAKE_SCANNER_H_

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

#include "gateway/base/errors.h"
#include "plugins/text_scanner.h"

namespace aigateway {

// Refuses one word, or puts another in its place, in the plainest way.
class FakeScanner final : public TextScanner {
 public:
  explicit FakeScanner(std::string refused) : word_(std::move(refused)) {}
  FakeScanner(std::string word, std::string replacement)
      : word_(std::move(word)),
        replacement_(std::move(replacement)),
        replaces_(true) {}

  absl::StatusOr<Scan> Look(absl::string_view text, size_t begin,
                            bool complete) const override {
    Scan scan;
    size_t at = begin;
    for (size_t found; (found = text.find(word_, at)) != text.npos;) {
      if (!replaces_) {
        return Error(ErrorReason::kGuardrailRejected, "the word is there");
      }
      at = found + word_.size();
      scan.findings.push_back({found, at, replacement_});
    }
    scan.settled = text.size();
    if (complete) return scan;
    // The longest end that a match could begin with.
    const size_t most = std::min(text.size() - at, word_.size() - 1);
    for (size_t size = most; size > 0; --size) {
      if (absl::StartsWith(word_, text.substr(text.size() - size))) {
        scan.settled -= size;
        break;
      }
    }
    return scan;
  }

 private:
  const std::string word_;
  const std::string replacement_;
  const bool replaces_ = false;
};

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_FAKES_FAKE_SCANNER_H_
