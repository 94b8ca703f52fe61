#ifndef AIGATEWAY_TESTS_CONFORMANCE_INDEPENDENT_FRAMES_H_
#define AIGATEWAY_TESTS_CONFORMANCE_INDEPENDENT_FRAMES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace aigateway {

// A message of an AWS event stream, read by code that shares nothing with the
// gateway's, not even its CRC-32.
struct IndependentFrame {
  std::string kind;  // "event", "exception", "error".
  std::string type;  // ":event-type", or ":exception-type".
  std::string payload;
};

// The messages of `body` up to the first one that is cut or damaged; `whole`
// says whether there was none such.
std::vector<IndependentFrame> ReadFrames(absl::string_view body, bool* whole);

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_CONFORMANCE_INDEPENDENT_FRAMES_H_
