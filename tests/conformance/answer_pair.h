#ifndef AIGATEWAY_TESTS_CONFORMANCE_ANSWER_PAIR_H_
#define AIGATEWAY_TESTS_CONFORMANCE_ANSWER_PAIR_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "gateway/net/http_message.h"

namespace aigateway {

// In what a vendor wraps the events of a stream.
enum class StreamFraming {
  kDone,         // Server-sent events without a name, and [DONE] behind them.
  kUntilClosed,  // The same, with CRLF and no end but the body's.
  kNamed,        // Server-sent events, named by their member "type".
  kNamedDone,    // The same, and [DONE] behind them.
  kPlain,        // Server-sent events as they stand in the list.
  kLines,        // A line each.
  kFrames,       // AWS's binary frames: {"type of the event": payload}.
};

// One answer as a vendor gives it whole, and the same as it streams it. JSON
// may be broken into lines.
struct AnswerPair {
  std::string name;  // What it shows.
  std::string type;  // The provider type.
  std::string api;   // The option of that name; may be empty.
  std::string model;
  std::string asked;  // What the request has beside a text, as text format.
  StreamFraming framing = StreamFraming::kDone;
  std::string whole;
  // What leads to the stream, where that takes an exchange of its own.
  std::string before_stream;
  std::vector<std::string> events;
  // What the answer must have, as text format writes it: so that nothing passes
  // for equal because neither side has it.
  std::vector<std::string> has;
  // Fields of ChatResponse that the vendor does not stream, or streams
  // otherwise; each of them must differ. "create_time" is nowhere in a stream
  // of ours and need not be named.
  std::vector<std::string> differs;
};

// Prints its type and name where a test fails.
void PrintTo(const AnswerPair& pair, std::ostream* out);

// `json` without line ends and the white space that follows each.
std::string WithoutLineBreaks(absl::string_view json);

// The body of a stream of `events`.
std::string StreamBody(StreamFraming framing,
                       absl::Span<const std::string> events);

// The headers that such an answer comes with, whole or streamed. They name a
// request, for vendors whose answers have no id of their own.
HttpHeaders WholeHeaders();
HttpHeaders StreamHeaders(StreamFraming framing);

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_CONFORMANCE_ANSWER_PAIR_H_
