#ifndef AIGATEWAY_GATEWAY_BASE_SECRET_H_
#define AIGATEWAY_GATEWAY_BASE_SECRET_H_

#include <ostream>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace aigateway {

// A credential, which cannot be logged or shown by mistake.
//
// There is no conversion to text and no stream operator; only Reveal() gives
// it out, and that word is what a reviewer looks for. The memory is wiped when
// the object goes.
class Secret {
 public:
  Secret() = default;
  explicit Secret(absl::string_view text) : text_(text) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept {
    text_.swap(other.text_);
    other.Wipe();
  }
  Secret& operator=(const Secret& other) {
    if (this != &other) {
      Wipe();
      text_ = other.text_;
    }
    return *this;
  }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      Wipe();
      text_.swap(other.text_);
      other.Wipe();
    }
    return *this;
  }
  ~Secret() { Wipe(); }

  bool empty() const { return text_.empty(); }
  // The text itself. Valid until this object changes.
  absl::string_view Reveal() const { return text_; }

  // In time that depends on the lengths alone.
  friend bool operator==(const Secret& a, const Secret& b) {
    if (a.text_.size() != b.text_.size()) return false;
    unsigned char difference = 0;
    for (size_t i = 0; i < a.text_.size(); ++i) {
      difference |= static_cast<unsigned char>(a.text_[i] ^ b.text_[i]);
    }
    return difference == 0;
  }
  // A printer of any kind fails to compile.
  friend std::ostream& operator<<(std::ostream&, const Secret&) = delete;

 private:
  void Wipe() {
    // Swapped or shortened text may leave bytes behind the end.
    text_.resize(text_.capacity());
    // Volatile, or the compiler sees that nobody reads it again.
    volatile char* bytes = text_.data();
    for (size_t i = 0; i < text_.size(); ++i) bytes[i] = 0;
    text_.clear();
  }

  std::string text_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_SECRET_H_
