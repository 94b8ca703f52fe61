#ifndef AIGATEWAY_TESTS_CONFORMANCE_TWO_TURNS_H_
#define AIGATEWAY_TESTS_CONFORMANCE_TWO_TURNS_H_

#include <ostream>
#include <string>
#include <vector>

#include "tests/conformance/answer_pair.h"

namespace aigateway {

// A conversation that goes on behind an answer which thinks and calls two
// tools.
struct TwoTurns {
  AnswerPair first;
  AnswerPair second;         // Of a text.
  bool takes_images = true;  // Whether the question has a picture.
  // What the caller is told of each turn; empty if nothing.
  std::string note;
  // What stands in the second request byte for byte; may be empty.
  std::string verbatim;
  // Of what the vendor is sent in the second turn: the members that are the
  // conversation, as JSON. "QUESTION" stands for what is asked, "FIRST",
  // "SECOND" and "THIRD" for what the calls of tools gave, in their order.
  std::string conversation;
};

// Prints what the first answer is where a test fails.
inline void PrintTo(const TwoTurns& turns, std::ostream* out) {
  PrintTo(turns.first, out);
}

// One of each family that thinks and has tools.
std::vector<TwoTurns> AllTwoTurns();

// What the words of TwoTurns::conversation stand for.
inline constexpr char kQuestion[] = "Which weather is this, and what time?";
inline constexpr const char* kResults[] = {"Rain in \"Oslo\".", "12:30", "No."};
// The first bytes of a PNG: "iVBORw0KGgo=" in base64.
inline constexpr char kPicture[] = "\x89PNG\r\n\x1a\n";

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_CONFORMANCE_TWO_TURNS_H_
