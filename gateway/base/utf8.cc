#include "gateway/base/utf8.h"

#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/string_view.h"

namespace aigateway {
namespace {

constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr absl::string_view kEllipsis = "\xE2\x80\xA6";     // U+2026

// A whole character, or the bytes that one U+FFFD stands for.
struct Piece {
  size_t length;  // At least 1.
  bool valid;
};

// The first piece of `text`, which is not empty. Unicode Standard, table 3-7.
Piece FirstPiece(absl::string_view text) {
  const auto byte = [text](size_t i) {
    return static_cast<unsigned char>(text[i]);
  };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {1, true};
  if (lead < 0xC2 || lead > 0xF4) return {1, false};
  const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  // The second byte's range excludes overlong forms, surrogates and what is
  // above U+10FFFF.
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  for (size_t i = 1; i < length; ++i) {
    if (i >= text.size() || byte(i) < low || byte(i) > high) return {i, false};
    low = 0x80;
    high = 0xBF;
  }
  return {length, true};
}

// How many bytes at the beginning of `text` are ASCII, give or take seven.
size_t SkipAscii(absl::string_view text) {
  size_t skipped = 0;
  for (; skipped + sizeof(uint64_t) <= text.size();
       skipped += sizeof(uint64_t)) {
    uint64_t word;
    std::memcpy(&word, text.data() + skipped, sizeof(word));
    if ((word & 0x8080808080808080u) != 0) break;
  }
  return skipped;
}

// How many bytes at the beginning of `text` are whole characters.
size_t ValidPrefix(absl::string_view text) {
  size_t valid = 0;
  while (true) {
    valid += SkipAscii(text.substr(valid));
    // A few at a time, lest each letter of a text that is not ASCII pay for a
    // look at the next eight.
    for (int i = 0; i < 8; ++i) {
      if (valid == text.size()) return valid;
      const Piece piece = FirstPiece(text.substr(valid));
      if (!piece.valid) return valid;
      valid += piece.length;
    }
  }
}

}  // namespace

bool IsValidUtf8(absl::string_view text) {
  return ValidPrefix(text) == text.size();
}

std::string ValidUtf8(absl::string_view text) {
  std::string valid;
  AppendValidUtf8(text, &valid);
  return valid;
}

void AppendValidUtf8(absl::string_view text, std::string* out) {
  while (true) {
    const size_t valid = ValidPrefix(text);
    out->append(text.data(), valid);
    text.remove_prefix(valid);
    if (text.empty()) return;
    text.remove_prefix(FirstPiece(text).length);
    out->append(kReplacement.data(), kReplacement.size());
  }
}

std::string Truncate(absl::string_view text, size_t max_bytes) {
  std::string result;
  size_t cut = 0;  // How much of `result` leaves room for the ellipsis.
  while (!text.empty()) {
    const Piece piece = FirstPiece(text);
    const absl::string_view character =
        piece.valid ? text.substr(0, piece.length) : kReplacement;
    if (result.size() + character.size() > max_bytes) {
      if (max_bytes < kEllipsis.size()) return "";
      result.resize(cut);
      result.append(kEllipsis.data(), kEllipsis.size());
      return result;
    }
    result.append(character.data(), character.size());
    text.remove_prefix(piece.length);
    if (result.size() + kEllipsis.size() <= max_bytes) cut = result.size();
  }
  return result;
}

}  // namespace aigateway
