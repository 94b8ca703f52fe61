#ifndef AIGATEWAY_TESTS_INTEGRATION_RAW_CONNECTION_H_
#define AIGATEWAY_TESTS_INTEGRATION_RAW_CONNECTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace aigateway {

// A TCP connection of which a test chooses each byte.
class RawConnection {
 public:
  // Connects to "127.0.0.1:PORT".
  explicit RawConnection(absl::string_view address);
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  // Returns whether the other side took it.
  bool Write(absl::string_view bytes);
  // Appends what comes next to `in`. False if nothing came in time or the other
  // side has closed; closed() tells which.
  bool Read(absl::Duration timeout, std::string* in);
  bool closed() const { return closed_; }

 private:
  int fd_ = -1;
  bool closed_ = false;
};

// A frame of HTTP/2 (RFC 9113, section 4.1).
struct Http2Frame {
  enum Type : uint8_t {
    kData = 0,
    kHeaders = 1,
    kReset = 3,
    kSettings = 4,
    kPing = 6,
    kGoAway = 7,
  };
  uint8_t type = 0;
  uint8_t flags = 0;
  uint32_t stream = 0;
  std::string payload;
};
inline constexpr uint8_t kHttp2Ack = 1;
inline constexpr uint8_t kHttp2EndStream = 1;
inline constexpr uint8_t kHttp2EndHeaders = 4;

// The client's end of HTTP/2, for what a proper client does not do. It answers
// the other side's settings and pings, and nothing else by itself.
class RawHttp2 {
 public:
  // Connects and sends the preface.
  explicit RawHttp2(absl::string_view address);

  bool Send(const Http2Frame& frame);
  // Starts the unary gRPC call `path` of `message` on `stream`, with metadata
  // as it stands, unchecked.
  bool SendCall(
      uint32_t stream, absl::string_view path, absl::string_view message,
      const std::vector<std::pair<std::string, std::string>>& metadata);
  // The next frame that is not about settings; nullopt if none came in time or
  // the connection is closed.
  std::optional<Http2Frame> Next(absl::Duration timeout);
  bool closed() const { return connection_.closed(); }

 private:
  std::optional<Http2Frame> TakeFrame();

  RawConnection connection_;
  std::string unread_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_INTEGRATION_RAW_CONNECTION_H_
