#ifndef AIGATEWAY_GATEWAY_NET_EVENTSTREAM_FRAMER_H_
#define AIGATEWAY_GATEWAY_NET_EVENTSTREAM_FRAMER_H_

#include <cstddef>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace aigateway {

// One message of an AWS event stream. The views are valid during the callback
// only; a header that is missing or no string is empty.
struct EventstreamMessage {
  absl::string_view message_type;    // "event", "exception" or "error".
  absl::string_view event_type;      // Of an event.
  absl::string_view exception_type;  // Of an exception.
  absl::string_view error_code;      // Of an error, as is error_message.
  absl::string_view error_message;
  absl::string_view content_type;
  absl::string_view payload;
};

// Finds the messages in an application/vnd.amazon.eventstream body (Bedrock).
//
// A message is: total length and headers' length (32 bits, big-endian), CRC-32
// of those eight bytes, headers, payload, CRC-32 of all before. Both sums are
// checked, the first before anything is believed that it covers. The messages
// do not depend on how the bytes were cut. Pure: no I/O, no clock. Nothing is
// copied if a message lies whole in one Feed().
class EventstreamFramer {
 public:
  static constexpr size_t kMaxMessageBytes = size_t{16} << 20;
  static constexpr int kMaxHeaders = 64;  // In one message.

  // Hands each message that `bytes` completes to `on_message`.
  //
  // Returns what `on_message` returned if that was not OK, at once;
  // PROVIDER_PROTOCOL_ERROR for a length, sum or header that is wrong or a
  // limit that is passed (the message names it). Must not be called again
  // after an error.
  absl::Status Feed(
      absl::string_view bytes,
      absl::FunctionRef<absl::Status(const EventstreamMessage& message)>
          on_message);

  // How many bytes of a message are waiting for its rest. A stream that ends
  // while this is not 0 was cut.
  size_t pending_bytes() const { return held_.size(); }

 private:
  std::string held_;  // The beginning of a message that is not complete.
  size_t total_ = 0;  // Its length, once its prelude was checked; else 0.
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_NET_EVENTSTREAM_FRAMER_H_
