// The first byte chooses the cuts and whether the checksums are put right (a
// fuzzer does not guess a CRC); the rest is a stream: it must give the same
// messages whole and cut.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "gateway/base/check.h"
#include "gateway/net/eventstream_framer.h"
#include "tests/fuzz/cuts.h"
#include "zlib.h"

namespace aigateway {
namespace {

// What a stream gave, as one text to compare.
class Reader {
 public:
  void Feed(absl::string_view bytes) {
    if (!status_.ok()) return;
    status_ = framer_.Feed(bytes, [this](const EventstreamMessage& message) {
      absl::StrAppend(&seen_, message.message_type, "|", message.event_type,
                      "|", message.exception_type, "|", message.error_code, "|",
                      message.error_message, "|");
      absl::StrAppend(&seen_, message.content_type, "|", message.payload, "\n");
      return absl::OkStatus();
    });
  }
  std::string Seen() const {
    // After an error how much was taken depends on the cut.
    return absl::StrCat(seen_, status_.ok() ? framer_.pending_bytes() : 0,
                        status_.message());
  }

 private:
  EventstreamFramer framer_;
  absl::Status status_;
  std::string seen_;
};

void PutSum(std::string& stream, size_t from, size_t to) {
  const uint32_t sum = static_cast<uint32_t>(crc32(
      0, reinterpret_cast<const Bytef*>(stream.data()) + from, to - from));
  for (int i = 0; i < 4; ++i) {
    stream[to + i] = static_cast<char>(sum >> (24 - 8 * i));
  }
}

// Puts right the checksums of all messages that lie whole in `stream`.
void PutSums(std::string& stream) {
  for (size_t at = 0; at + 16 <= stream.size();) {
    size_t total = 0;
    for (size_t i = 0; i < 4; ++i) {
      total = total << 8 | static_cast<unsigned char>(stream[at + i]);
    }
    PutSum(stream, at, at + 8);
    if (total < 16 || total > stream.size() - at) return;
    PutSum(stream, at, at + total - 4);
    at += total;
  }
}

}  // namespace
}  // namespace aigateway

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  if (size == 0) return 0;
  std::string stream(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  if (bytes[0] % 8 != 0) aigateway::PutSums(stream);
  aigateway::Reader whole;
  whole.Feed(stream);
  aigateway::Reader cut;
  aigateway::FeedInCuts(stream, bytes[0],
                        [&cut](absl::string_view piece) { cut.Feed(piece); });
  AIGW_CHECK(whole.Seen() == cut.Seen());
  return 0;
}
