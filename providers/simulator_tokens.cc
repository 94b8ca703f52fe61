#include "providers/simulator_tokens.h"

#include <algorithm>

namespace aigateway {
namespace {

constexpr absl::string_view kWhiteSpace = " \t\r\n";

bool ContinuesCharacter(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

}  // namespace

absl::string_view TakeSimulatorToken(absl::string_view* text) {
  const size_t begin =
      std::min(text->find_first_not_of(kWhiteSpace), text->size());
  // Not a byte further than a token goes: to look for the end of a word of
  // megabytes once for each of its tokens held a loop up for hours.
  const absl::string_view word = text->substr(begin, kSimulatorTokenBytes + 1);
  size_t length = std::min(word.find_first_of(kWhiteSpace), word.size());
  if (length > kSimulatorTokenBytes) {
    length = kSimulatorTokenBytes;
    // Text may be no UTF-8: a character has at most three more bytes.
    for (int i = 0; i < 3 && ContinuesCharacter(word[length]); ++i) --length;
  }
  const size_t end = begin + length;
  const absl::string_view token = text->substr(0, end);
  text->remove_prefix(end);
  return token;
}

std::vector<absl::string_view> SplitSimulatorTokens(absl::string_view text) {
  std::vector<absl::string_view> tokens;
  while (!text.empty()) tokens.push_back(TakeSimulatorToken(&text));
  return tokens;
}

int64_t CountSimulatorTokens(absl::string_view text) {
  int64_t count = 0;
  while (!text.empty()) {
    TakeSimulatorToken(&text);
    ++count;
  }
  return count;
}

}  // namespace aigateway
