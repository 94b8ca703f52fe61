#include "gateway/config/config_text.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <unistd.h>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "gateway/base/errors.h"
#include "gateway/base/utf8.h"
#include "gateway/config/faults.h"
#include "gateway/config/place.h"

namespace aigateway {
namespace {

// yaml-cpp reads all of a bracketed value ahead before it hands over the first
// token of it: some 270 bytes of memory for each of these characters. Within
// these bounds it stays under 60 MiB, and no configuration comes near them.
constexpr int kMaxFlowCharacters = 150000;
constexpr int kMaxOpenBrackets = 2000;

constexpr size_t kBlock = 256;

bool Begins(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
}

bool LooksLikeWideText(absl::string_view text) {
  if (absl::StartsWith(text, "\xff\xfe") ||
      absl::StartsWith(text, "\xfe\xff")) {
    return true;
  }
  // "a" in UTF-16 is 'a', 0 or 0, 'a'; in UTF-32 there are more zeros.
  return text.size() >= 2 && (text[0] == '\0' || text[1] == '\0');
}

// What neither YAML nor JSON allows in a text.
bool IsControl(unsigned char c) { return c < 0x20 && c != '\t' && c != '\n'; }

std::string UnifyLineEnds(absl::string_view text) {
  std::string unified;
  unified.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      unified.push_back(text[i]);
      continue;
    }
    unified.push_back('\n');
    if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
  }
  return unified;
}

// The value of `\uXXXX` at `text[at]`, or -1 if that is something else.
int UnicodeEscapeAt(absl::string_view text, size_t at) {
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') {
    return -1;
  }
  int value = 0;
  for (char c : text.substr(at + 2, 4)) {
    if (!absl::ascii_isxdigit(c)) return -1;
    value =
        value * 16 +
        (absl::ascii_isdigit(c) ? c - '0' : absl::ascii_tolower(c) - 'a' + 10);
  }
  return value;
}

// Writes \ud83d\ude00, JSON's way to escape what is beyond 16 bits, as YAML's
// \U0001f600: in a JSON text, where every quote begins or ends a string.
// Columns behind it in its line shift by two.
void JoinSurrogatePairs(std::string* text) {
  const size_t first = text->find_first_not_of(" \t\n");
  if (first == std::string::npos ||
      ((*text)[first] != '{' && (*text)[first] != '[')) {
    return;
  }
  if (!absl::StrContains(*text, "\\ud") && !absl::StrContains(*text, "\\uD")) {
    return;
  }
  std::string joined;
  joined.reserve(text->size());
  bool in_string = false;
  for (size_t i = 0; i < text->size(); ++i) {
    const char c = (*text)[i];
    if (c == '"') in_string = !in_string;
    if (!in_string || c != '\\') {
      joined.push_back(c);
      continue;
    }
    const int high = UnicodeEscapeAt(*text, i);
    const int low = UnicodeEscapeAt(*text, i + 6);
    if (high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
      absl::StrAppendFormat(&joined, "\\U%08x",
                            0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
      i += 11;
      continue;
    }
    // The character behind the backslash is not a quote that ends the string.
    joined.push_back(c);
    if (i + 1 < text->size()) joined.push_back((*text)[++i]);
  }
  *text = std::move(joined);
}

// The fault of `text`, which is UTF-8 with LF line ends, and where; empty if
// it has none.
std::string BadCharacter(absl::string_view text, size_t* offset) {
  int open = 0;
  int flow = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    *offset = i;
    if (c == '[' || c == '{') ++open;
    if ((c == ']' || c == '}') && open > 0) --open;
    if (c == ',' || c == '[' || c == '{' || c == ']' || c == '}') ++flow;
    if (open > kMaxOpenBrackets) {
      return absl::StrCat("more than ", kMaxOpenBrackets,
                          " brackets are open at once: this is no "
                          "configuration");
    }
    if (flow > kMaxFlowCharacters) {
      return absl::StrCat("more than ", kMaxFlowCharacters,
                          " brackets and commas: split the configuration, or "
                          "write lists one entry a line with '-'");
    }
    if (IsControl(static_cast<unsigned char>(c))) {
      return absl::StrFormat(
          "a control character (0x%02x) may not stand in a configuration: "
          "remove it",
          static_cast<unsigned char>(c));
    }
  }
  return "";
}

// The offset of the first character of `text` that is not UTF-8.
size_t FirstInvalidByte(absl::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const size_t length = lead < 0x80   ? 1
                          : lead < 0xe0 ? 2
                          : lead < 0xf0 ? 3
                                        : 4;
    if (!IsValidUtf8(text.substr(at, length))) break;
    at += length;
  }
  return at;
}

}  // namespace

absl::StatusOr<std::string> ReadConfigFile(const std::string& path) {
  const auto fail = [&path](absl::string_view why) {
    Faults faults(path);
    faults.Add("", {}, absl::StrCat("cannot be read: ", why));
    return faults.ToStatus();
  };
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return fail(std::strerror(errno));
  std::string text;
  char buffer[65536];
  int error = 0;
  // One byte more than may be is enough for CheckConfigText to refuse it.
  while (text.size() <= kMaxConfigBytes) {
    const ssize_t n = read(file, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) error = errno;
    if (n <= 0) break;
    text.append(buffer, n);
  }
  close(file);
  if (error != 0) return fail(std::strerror(error));
  return text;
}

std::optional<std::string> CheckConfigText(absl::string_view text,
                                           Faults& faults) {
  if (text.size() > kMaxConfigBytes) {
    faults.Add("", {},
               absl::StrCat("is larger than ", kMaxConfigBytes >> 20,
                            " MiB: split it, or take out what is no "
                            "configuration"));
    return std::nullopt;
  }
  absl::ConsumePrefix(&text, "\xef\xbb\xbf");
  if (LooksLikeWideText(text)) {
    faults.Add("", {1, 1}, "looks like UTF-16 or UTF-32: save it as UTF-8");
    return std::nullopt;
  }
  if (!IsValidUtf8(text)) {
    faults.Add("", PlaceIndex(text).At(FirstInvalidByte(text)),
               "a byte that is not UTF-8: save the text as UTF-8");
    return std::nullopt;
  }
  std::string checked = UnifyLineEnds(text);
  size_t offset = 0;
  if (std::string what = BadCharacter(checked, &offset); !what.empty()) {
    faults.Add("", PlaceIndex(checked).At(offset), what);
    return std::nullopt;
  }
  JoinSurrogatePairs(&checked);
  return checked;
}

PlaceIndex::PlaceIndex(absl::string_view text) : text_(text) {
  line_starts_.push_back(0);
  uint32_t characters = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i % kBlock == 0) characters_.push_back(characters);
    if (Begins(text[i])) ++characters;
    if (text[i] == '\n') line_starts_.push_back(i + 1);
  }
  characters_.push_back(characters);
}

Place PlaceIndex::At(size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto next =
      std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const size_t line = next - line_starts_.begin();
  const size_t start = line_starts_[line - 1];
  return {
      static_cast<int>(line),
      static_cast<int>(CharactersBefore(offset) - CharactersBefore(start)) + 1};
}

size_t PlaceIndex::CharactersBefore(size_t offset) const {
  const size_t block = offset / kBlock;
  size_t characters = characters_[std::min(block, characters_.size() - 1)];
  for (size_t i = block * kBlock; i < offset; ++i) {
    if (Begins(text_[i])) ++characters;
  }
  return characters;
}

}  // namespace aigateway
