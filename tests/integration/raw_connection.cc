#include "tests/integration/raw_connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/check.h"
#include "gateway/base/clock.h"

namespace aigateway {
namespace {

constexpr size_t kFrameHeadBytes = 9;
constexpr char kPreface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

uint32_t BigEndian(absl::string_view bytes) {
  uint32_t number = 0;
  for (const char byte : bytes) {
    number = number << 8 | static_cast<unsigned char>(byte);
  }
  return number;
}

std::string BigEndian(uint32_t number, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) {
    text += static_cast<char>(number >> (8 * i) & 0xFF);
  }
  return text;
}

// A string of HPACK (RFC 7541, 5.2) without Huffman's code.
std::string HpackText(absl::string_view text) {
  constexpr size_t kPrefix = 127;
  std::string out;
  if (text.size() < kPrefix) {
    out += static_cast<char>(text.size());
  } else {
    out += static_cast<char>(kPrefix);
    size_t rest = text.size() - kPrefix;
    for (; rest >= 128; rest /= 128) {
      out += static_cast<char>(rest % 128 + 128);
    }
    out += static_cast<char>(rest);
  }
  absl::StrAppend(&out, text);
  return out;
}

// A field that no table is asked for (6.2.2).
std::string HpackField(absl::string_view name, absl::string_view value) {
  return absl::StrCat(absl::string_view("\0", 1), HpackText(name),
                      HpackText(value));
}

}  // namespace

RawConnection::RawConnection(absl::string_view address) {
  const size_t colon = address.rfind(':');
  int port = 0;
  AIGW_CHECK(colon != address.npos &&
             absl::SimpleAtoi(address.substr(colon + 1), &port));
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  closed_ = connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof(to)) != 0;
}

RawConnection::~RawConnection() { close(fd_); }

bool RawConnection::Write(absl::string_view bytes) {
  while (!bytes.empty() && !closed_) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      closed_ = true;
    } else {
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
  }
  return !closed_;
}

bool RawConnection::Read(absl::Duration timeout, std::string* in) {
  pollfd readable = {fd_, POLLIN, 0};
  if (closed_ ||
      poll(&readable, 1,
           static_cast<int>(absl::ToInt64Milliseconds(timeout))) != 1) {
    return false;
  }
  char bytes[16 * 1024];
  const ssize_t got = recv(fd_, bytes, sizeof(bytes), 0);
  if (got <= 0) {
    closed_ = true;
    return false;
  }
  in->append(bytes, static_cast<size_t>(got));
  return true;
}

RawHttp2::RawHttp2(absl::string_view address) : connection_(address) {
  connection_.Write(kPreface);
  Send({.type = Http2Frame::kSettings});
}

bool RawHttp2::Send(const Http2Frame& frame) {
  return connection_.Write(
      absl::StrCat(BigEndian(static_cast<uint32_t>(frame.payload.size()), 3),
                   BigEndian(frame.type, 1), BigEndian(frame.flags, 1),
                   BigEndian(frame.stream, 4), frame.payload));
}

bool RawHttp2::SendCall(
    uint32_t stream, absl::string_view path, absl::string_view message,
    const std::vector<std::pair<std::string, std::string>>& metadata) {
  std::string fields =
      absl::StrCat(HpackField(":method", "POST"), HpackField(":scheme", "http"),
                   HpackField(":path", path), HpackField(":authority", "test"),
                   HpackField("content-type", "application/grpc"),
                   HpackField("te", "trailers"));
  for (const auto& [name, value] : metadata) {
    absl::StrAppend(&fields, HpackField(name, value));
  }
  return Send({Http2Frame::kHeaders, kHttp2EndHeaders, stream, fields}) &&
         Send({Http2Frame::kData, kHttp2EndStream, stream,
               absl::StrCat(absl::string_view("\0", 1),
                            BigEndian(static_cast<uint32_t>(message.size()), 4),
                            message)});
}

std::optional<Http2Frame> RawHttp2::TakeFrame() {
  if (unread_.size() < kFrameHeadBytes) return std::nullopt;
  const absl::string_view head = unread_;
  const size_t size = BigEndian(head.substr(0, 3));
  if (unread_.size() < kFrameHeadBytes + size) return std::nullopt;
  Http2Frame frame = {.type = static_cast<uint8_t>(head[3]),
                      .flags = static_cast<uint8_t>(head[4]),
                      .stream = BigEndian(head.substr(5, 4)),
                      .payload = unread_.substr(kFrameHeadBytes, size)};
  unread_.erase(0, kFrameHeadBytes + size);
  return frame;
}

std::optional<Http2Frame> RawHttp2::Next(absl::Duration timeout) {
  const absl::Time end = Clock::Real()->Now() + timeout;
  for (;;) {
    while (std::optional<Http2Frame> frame = TakeFrame()) {
      const bool asks = (frame->flags & kHttp2Ack) == 0;
      if (frame->type == Http2Frame::kSettings) {
        if (asks) Send({.type = Http2Frame::kSettings, .flags = kHttp2Ack});
        continue;
      }
      if (frame->type == Http2Frame::kPing && asks) {
        frame->flags = kHttp2Ack;
        Send(*frame);
        continue;
      }
      return frame;
    }
    const absl::Duration left = end - Clock::Real()->Now();
    if (left < absl::ZeroDuration() || !connection_.Read(left, &unread_)) {
      return std::nullopt;
    }
  }
}

}  // namespace aigateway
