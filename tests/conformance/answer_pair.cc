#include "tests/conformance/answer_pair.h"

#include <cstddef>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "zlib.h"

namespace aigateway {
namespace {

// A number as it stands in a frame: the highest byte first.
std::string Number(size_t value, int bytes) {
  std::string text;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    text.push_back(static_cast<char>(value >> shift & 0xFF));
  }
  return text;
}

std::string Checksum(absl::string_view bytes) {
  return Number(crc32(0, reinterpret_cast<const Bytef*>(bytes.data()),
                      static_cast<uInt>(bytes.size())),
                4);
}

// A header whose value is a text, which is type 7.
std::string FrameHeader(absl::string_view name, absl::string_view value) {
  return absl::StrCat(Number(name.size(), 1), name, "\x07",
                      Number(value.size(), 2), value);
}

// application/vnd.amazon.eventstream, of {"type":payload}.
std::string Frame(absl::string_view event) {
  const size_t colon = event.find(':');
  const absl::string_view type = event.substr(2, colon - 3);
  const absl::string_view payload =
      event.substr(colon + 1, event.size() - colon - 2);
  const std::string headers =
      absl::StrCat(FrameHeader(":event-type", type),
                   FrameHeader(":content-type", "application/json"),
                   FrameHeader(":message-type", "event"));
  std::string frame =
      absl::StrCat(Number(16 + headers.size() + payload.size(), 4),
                   Number(headers.size(), 4));
  absl::StrAppend(&frame, Checksum(frame), headers, payload);
  return absl::StrCat(frame, Checksum(frame));
}

// The value of the first member "type".
absl::string_view TypeOf(absl::string_view event) {
  constexpr absl::string_view kMember = "\"type\":\"";
  const size_t begin = event.find(kMember) + kMember.size();
  return event.substr(begin, event.find('"', begin) - begin);
}

}  // namespace

void PrintTo(const AnswerPair& pair, std::ostream* out) {
  *out << pair.type << ": " << pair.name;
}

std::string WithoutLineBreaks(absl::string_view json) {
  std::string joined;
  for (const absl::string_view line : absl::StrSplit(json, '\n')) {
    absl::StrAppend(&joined, absl::StripLeadingAsciiWhitespace(line));
  }
  return joined;
}

std::string StreamBody(StreamFraming framing,
                       absl::Span<const std::string> events) {
  std::string body;
  for (const std::string& event : events) {
    const std::string data =
        framing == StreamFraming::kPlain ? event : WithoutLineBreaks(event);
    switch (framing) {
      case StreamFraming::kDone:
        absl::StrAppend(&body, "data: ", data, "\n\n");
        break;
      case StreamFraming::kUntilClosed:
        absl::StrAppend(&body, "data: ", data, "\r\n\r\n");
        break;
      case StreamFraming::kNamed:
      case StreamFraming::kNamedDone:
        absl::StrAppend(&body, "event: ", TypeOf(data), "\ndata: ", data,
                        "\n\n");
        break;
      case StreamFraming::kPlain:
        absl::StrAppend(&body, data, "\n\n");
        break;
      case StreamFraming::kLines:
        absl::StrAppend(&body, data, "\n");
        break;
      case StreamFraming::kFrames:
        absl::StrAppend(&body, Frame(data));
        break;
    }
  }
  const bool says_done =
      framing == StreamFraming::kDone || framing == StreamFraming::kNamedDone;
  return says_done ? absl::StrCat(body, "data: [DONE]\n\n") : body;
}

HttpHeaders WholeHeaders() {
  HttpHeaders headers;
  headers.Add("content-type", "application/json");
  headers.Add("request-id", "req_1");
  headers.Add("x-amzn-requestid", "req_1");
  return headers;
}

HttpHeaders StreamHeaders(StreamFraming framing) {
  HttpHeaders headers = WholeHeaders();
  headers.Set("content-type", framing == StreamFraming::kLines
                                  ? "application/x-ndjson"
                              : framing == StreamFraming::kFrames
                                  ? "application/vnd.amazon.eventstream"
                                  : "text/event-stream");
  return headers;
}

}  // namespace aigateway
