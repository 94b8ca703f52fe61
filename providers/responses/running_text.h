#ifndef AIGATEWAY_PROVIDERS_RESPONSES_RUNNING_TEXT_H_
#define AIGATEWAY_PROVIDERS_RESPONSES_RUNNING_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace aigateway {

// Remembers a text that was handed over in pieces, by its length and a hash, so
// that the whole, which an API repeats at the end, can be held against it.
// Costs a few bytes however long the text is.
class RunningText {
 public:
  void Add(absl::string_view piece) {
    bytes_ += piece.size();
    hash_ = Hash(hash_, piece);
  }

  // What `whole` has after what was added; nullopt if it begins otherwise.
  std::optional<absl::string_view> RestOf(absl::string_view whole) const {
    if (whole.size() < bytes_ ||
        Hash(kEmpty, whole.substr(0, bytes_)) != hash_) {
      return std::nullopt;
    }
    return whole.substr(bytes_);
  }

  // Whether what was added to both is the same, as far as a hash tells.
  bool operator==(const RunningText& other) const {
    return bytes_ == other.bytes_ && hash_ == other.hash_;
  }

  bool empty() const { return bytes_ == 0; }
  size_t bytes() const { return bytes_; }

 private:
  static constexpr uint64_t kEmpty = 14695981039346656037u;  // FNV-1a.

  static uint64_t Hash(uint64_t hash, absl::string_view text) {
    for (char c : text) {
      hash ^= static_cast<unsigned char>(c);
      hash *= 1099511628211u;
    }
    return hash;
  }

  size_t bytes_ = 0;
  uint64_t hash_ = kEmpty;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_RESPONSES_RUNNING_TEXT_H_
