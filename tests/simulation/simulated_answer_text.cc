#include "tests/simulation/simulated_answer_text.h"

#include <cstdint>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "gateway/base/random.h"

namespace aigateway {
namespace {

constexpr absl::string_view kAsks = "question ";

// The part of a piece by which it is known. Long enough to be told from chance
// where two texts are joined.
std::string Word(int number, int index) {
  return absl::StrCat("say", number, "t", index, ",");
}

}  // namespace

std::string QuestionText(int number) {
  return absl::StrCat(kAsks, number, "?");
}

std::optional<int> QuestionNumber(absl::string_view body) {
  size_t position = body.find(kAsks);
  if (position == absl::string_view::npos) return std::nullopt;
  position += kAsks.size();
  const size_t end = body.find('?', position);
  int number = 0;
  if (end == absl::string_view::npos ||
      !absl::SimpleAtoi(body.substr(position, end - position), &number)) {
    return std::nullopt;
  }
  return number;
}

std::vector<std::string> AnswerPieces(int number) {
  Random random(static_cast<uint64_t>(number) + 1);
  const int count = 2 + static_cast<int>(random.Next() % 18);
  // Where providers put the space, and what else a text may have.
  const uint64_t style = random.Next() % 4;
  std::vector<std::string> pieces;
  for (int i = 0; i < count; ++i) {
    const std::string word = Word(number, i);
    switch (style) {
      case 0:
        pieces.push_back(absl::StrCat(i == 0 ? "" : " ", word));
        break;
      case 1:
        pieces.push_back(absl::StrCat(word, " "));
        break;
      case 2:
        pieces.push_back(absl::StrCat(word, "\n\n"));
        break;
      default:
        pieces.push_back(absl::StrCat(i == 0 ? "" : " ", word, "日本é"));
        break;
    }
  }
  return pieces;
}

std::string AnswerText(int number) {
  return absl::StrJoin(AnswerPieces(number), "");
}

int PiecesWithin(absl::string_view body, absl::Span<const std::string> pieces) {
  int within = 0;
  for (const std::string& piece : pieces) {
    const size_t begin = piece.find("say");
    const absl::string_view word =
        absl::string_view(piece).substr(begin, piece.find(',') + 1 - begin);
    if (!absl::StrContains(body, word)) break;
    ++within;
  }
  return within;
}

}  // namespace aigateway
