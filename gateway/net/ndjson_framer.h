#ifndef AIGATEWAY_GATEWAY_NET_NDJSON_FRAMER_H_
#define AIGATEWAY_GATEWAY_NET_NDJSON_FRAMER_H_

#include <cstddef>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace aigateway {

// Finds the lines in a body of newline-delimited JSON (Ollama).
//
// A line ends in LF or CRLF; one that has only white space is skipped. Whether
// a line is JSON is for its reader to say. The lines do not depend on how the
// bytes were cut. Pure: no I/O, no clock. Nothing is copied if a line lies
// whole in one Feed().
class NdjsonFramer {
 public:
  // The most that one line may have, its end not counted.
  static constexpr size_t kMaxLineBytes = size_t{8} << 20;

  // Hands each line that `bytes` completes to `on_line`, without its end and
  // valid during the call only; calls `on_life` for each blank line.
  //
  // Returns what `on_line` returned if that was not OK, at once;
  // PROVIDER_PROTOCOL_ERROR that names the limit if a line passes it. Must not
  // be called again after an error.
  absl::Status Feed(
      absl::string_view bytes,
      absl::FunctionRef<absl::Status(absl::string_view line)> on_line,
      absl::FunctionRef<void()> on_life);

  // The body has ended: hands over a last line that has no end. Whether it was
  // cut its reader can tell, for half a JSON text is none.
  absl::Status End(
      absl::FunctionRef<absl::Status(absl::string_view line)> on_line);

  // How many bytes of a line are waiting for its end.
  size_t pending_bytes() const { return line_.size(); }

 private:
  std::string line_;  // The line that is not complete.
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_NET_NDJSON_FRAMER_H_
