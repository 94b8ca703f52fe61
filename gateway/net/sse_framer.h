#ifndef AIGATEWAY_GATEWAY_NET_SSE_FRAMER_H_
#define AIGATEWAY_GATEWAY_NET_SSE_FRAMER_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace aigateway {

// One event of an event stream. The views are valid during the callback only.
struct SseEvent {
  absl::string_view type;  // Its `event` field; "message" if it had none.
  absl::string_view data;  // Its data lines, joined by LF. May be empty.
  absl::string_view id;    // The last `id` so far, also an earlier event's.
};

// Finds the events in the bytes of a text/event-stream.
//
// Follows the WHATWG text (HTML, 9.2.6 "Interpreting an event stream"): lines
// end in LF, CRLF or CR; one BOM may come first; an event ends at a blank line
// and counts only if it has a data line. Bytes that are not UTF-8, and NUL,
// pass as they are: who reads the data repairs or refuses them. The events do
// not depend on how the bytes were cut. Pure: no I/O, no clock.
//
// What is held back is at most kMaxEventBytes; nothing is copied if an event
// lies whole in one Feed().
class SseFramer {
 public:
  // The most that one event may have: its data and names so far together with
  // the line that is being read.
  static constexpr size_t kMaxEventBytes = size_t{8} << 20;

  // Hands each event that `bytes` completes to `on_event`, and calls `on_life`
  // for each complete comment, and for each block of fields without data: the
  // other side lives and has nothing to say.
  //
  // Returns what `on_event` returned if that was not OK, at once;
  // PROVIDER_PROTOCOL_ERROR that names the limit if an event passes it. Must
  // not be called again after an error.
  absl::Status Feed(
      absl::string_view bytes,
      absl::FunctionRef<absl::Status(const SseEvent& event)> on_event,
      absl::FunctionRef<void()> on_life);

  // How many bytes since the last blank line belong to an event, or to a line,
  // that is not complete; each line end counts as one. A stream that ends while
  // this is not 0 was cut: by the WHATWG text those bytes are dropped.
  size_t pending_bytes() const { return block_bytes_ + line_.size(); }

  // The last `retry` field: how long to wait before connecting anew.
  std::optional<absl::Duration> retry() const { return retry_; }

 private:
  // Takes a whole line without its end. `stable` says whether it stays valid
  // until Feed() returns.
  absl::Status TakeLine(
      absl::string_view line, bool stable,
      absl::FunctionRef<absl::Status(const SseEvent& event)> on_event,
      absl::FunctionRef<void()> on_life);
  void TakeField(absl::string_view line, bool stable);
  void TakeData(absl::string_view value, bool stable);
  absl::Status EndBlock(
      absl::FunctionRef<absl::Status(const SseEvent& event)> on_event,
      absl::FunctionRef<void()> on_life);
  // Makes data_ own what view_ shows, so that Feed() may return.
  void OwnData();
  absl::Status CheckSize(size_t line_bytes) const;

  size_t HeldBytes() const { return view_.size() + type_.size() + id_.size(); }

  std::string line_;        // The line that is not complete.
  std::string data_;        // Joined data lines, if view_ could not stay.
  absl::string_view view_;  // The data: of data_, or of the bytes being fed.
  std::string type_;
  std::string id_;
  std::optional<absl::Duration> retry_;
  size_t block_bytes_ = 0;  // Of the whole lines since the last blank one.
  bool has_data_ = false;
  bool after_cr_ = false;  // A LF that comes next ends no line.
  bool at_start_ = true;   // A BOM may come.
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_NET_SSE_FRAMER_H_
