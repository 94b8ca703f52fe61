#include "gateway/net/eventstream_framer.h"

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "gateway/net/clear_buffer.h"
#include "zlib.h"

namespace aigateway {
namespace {

constexpr size_t kPreludeBytes = 12;  // Two lengths and their sum.
constexpr size_t kSumBytes = 4;

absl::Status Malformed(absl::string_view what) {
  return Error(ErrorReason::kProviderProtocolError,
               absl::StrCat("the event stream is malformed: ", what));
}

absl::Status LimitPassed(absl::string_view what, size_t limit) {
  const std::string text = absl::StrCat(limit);
  return Error(
      ErrorReason::kProviderProtocolError,
      absl::StrCat("a message of the event stream has more than the limit of ",
                   text, " ", what),
      {{"limit", text}});
}

// The big-endian number of `bytes` bytes at `at`.
uint32_t Number(absl::string_view text, size_t at, size_t bytes) {
  uint32_t value = 0;
  for (size_t i = at; i < at + bytes; ++i) {
    value = value << 8 | static_cast<unsigned char>(text[i]);
  }
  return value;
}

uint32_t Sum(absl::string_view bytes) {
  return static_cast<uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

// Returns the length of the whole message that begins with `prelude`.
absl::StatusOr<size_t> CheckPrelude(absl::string_view prelude) {
  if (Sum(prelude.substr(0, 8)) != Number(prelude, 8, 4)) {
    return Malformed("the checksum of a message's lengths is wrong");
  }
  const size_t total = Number(prelude, 0, 4);
  const size_t headers = Number(prelude, 4, 4);
  if (total > EventstreamFramer::kMaxMessageBytes) {
    return LimitPassed("bytes", EventstreamFramer::kMaxMessageBytes);
  }
  if (total < kPreludeBytes + kSumBytes ||
      headers > total - kPreludeBytes - kSumBytes) {
    return Malformed("the lengths of a message do not fit each other");
  }
  return total;
}

// Reads headers from left to right.
class HeaderReader {
 public:
  struct Header {
    absl::string_view name;
    absl::string_view text;  // Empty unless the value is a string.
  };

  explicit HeaderReader(absl::string_view bytes) : bytes_(bytes) {}

  bool done() const { return bytes_.empty(); }

  absl::StatusOr<Header> Next() {
    Header header;
    AIGW_ASSIGN_OR_RETURN(header.name, TakeWithLength(1));
    if (header.name.empty()) return Malformed("a header has no name");
    AIGW_ASSIGN_OR_RETURN(const absl::string_view type, Take(1));
    switch (type[0]) {
      case 0:  // true
      case 1:  // false
        return header;
      case 2:  // byte
        return Skip(header, 1);
      case 3:  // short
        return Skip(header, 2);
      case 4:  // integer
        return Skip(header, 4);
      case 5:  // long
      case 8:  // timestamp
        return Skip(header, 8);
      case 9:  // UUID
        return Skip(header, 16);
      case 6:  // bytes
        AIGW_RETURN_IF_ERROR(TakeWithLength(2).status());
        return header;
      case 7: {  // string
        AIGW_ASSIGN_OR_RETURN(header.text, TakeWithLength(2));
        return header;
      }
      default:
        return Malformed("a header has a value of an unknown type");
    }
  }

 private:
  absl::StatusOr<absl::string_view> Take(size_t length) {
    if (length > bytes_.size()) return Malformed("a header is cut");
    const absl::string_view taken = bytes_.substr(0, length);
    bytes_.remove_prefix(length);
    return taken;
  }
  absl::StatusOr<absl::string_view> TakeWithLength(size_t length_bytes) {
    AIGW_ASSIGN_OR_RETURN(const absl::string_view length, Take(length_bytes));
    return Take(Number(length, 0, length_bytes));
  }
  absl::StatusOr<Header> Skip(const Header& header, size_t length) {
    AIGW_RETURN_IF_ERROR(Take(length).status());
    return header;
  }

  absl::string_view bytes_;
};

absl::StatusOr<EventstreamMessage> ReadMessage(absl::string_view message) {
  const absl::string_view summed =
      message.substr(0, message.size() - kSumBytes);
  if (Sum(summed) != Number(message, summed.size(), kSumBytes)) {
    return Malformed("the checksum of a message is wrong");
  }
  const size_t headers_bytes = Number(message, 4, 4);
  EventstreamMessage read;
  read.payload = summed.substr(kPreludeBytes + headers_bytes);
  HeaderReader headers(summed.substr(kPreludeBytes, headers_bytes));
  for (int count = 0; !headers.done(); ++count) {
    if (count == EventstreamFramer::kMaxHeaders) {
      return LimitPassed("headers", EventstreamFramer::kMaxHeaders);
    }
    AIGW_ASSIGN_OR_RETURN(const HeaderReader::Header header, headers.Next());
    if (header.name == ":message-type") read.message_type = header.text;
    if (header.name == ":event-type") read.event_type = header.text;
    if (header.name == ":exception-type") read.exception_type = header.text;
    if (header.name == ":error-code") read.error_code = header.text;
    if (header.name == ":error-message") read.error_message = header.text;
    if (header.name == ":content-type") read.content_type = header.text;
  }
  return read;
}

}  // namespace

absl::Status EventstreamFramer::Feed(
    absl::string_view bytes,
    absl::FunctionRef<absl::Status(const EventstreamMessage& message)>
        on_message) {
  while (!bytes.empty()) {
    if (held_.empty() && bytes.size() >= kPreludeBytes) {
      AIGW_ASSIGN_OR_RETURN(const size_t total,
                            CheckPrelude(bytes.substr(0, kPreludeBytes)));
      if (total <= bytes.size()) {
        AIGW_ASSIGN_OR_RETURN(const EventstreamMessage message,
                              ReadMessage(bytes.substr(0, total)));
        AIGW_RETURN_IF_ERROR(on_message(message));
        bytes.remove_prefix(total);
        continue;
      }
    }
    const size_t wanted = total_ == 0 ? kPreludeBytes : total_;
    const absl::string_view part = bytes.substr(0, wanted - held_.size());
    held_.append(part.data(), part.size());
    bytes.remove_prefix(part.size());
    if (held_.size() < wanted) break;
    if (total_ == 0) {
      AIGW_ASSIGN_OR_RETURN(total_, CheckPrelude(held_));
      continue;
    }
    AIGW_ASSIGN_OR_RETURN(const EventstreamMessage message, ReadMessage(held_));
    AIGW_RETURN_IF_ERROR(on_message(message));
    ClearBuffer(held_);
    total_ = 0;
  }
  return absl::OkStatus();
}

}  // namespace aigateway
