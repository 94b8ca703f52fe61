// The first byte chooses the cuts; each further line is an event of a Bedrock
// stream, its type and then its payload, put into a frame with right checksums
// (a fuzzer does not guess a CRC). A payload of "!" makes it an exception. The
// stream must be read the same whole and cut.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

#include "gateway/base/check.h"
#include "gateway/base/utf8.h"
#include "gateway/net/http_message.h"
#include "providers/bedrock/bedrock_stream.h"
#include "providers/provider.h"
#include "providers/redactor.h"
#include "tests/fuzz/cuts.h"
#include "zlib.h"

namespace aigateway {
namespace {

std::string Number(uint64_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(value >> shift & 0xFF));
  }
  return bytes;
}

std::string Sum(absl::string_view bytes) {
  return Number(crc32(0, reinterpret_cast<const Bytef*>(bytes.data()),
                      static_cast<uInt>(bytes.size())));
}

std::string Header(absl::string_view name, absl::string_view value) {
  return absl::StrCat(std::string(1, static_cast<char>(name.size())), name,
                      "\x07", Number(value.size()).substr(2), value);
}

std::string Frame(absl::string_view line) {
  const size_t space = line.find(' ');
  const absl::string_view type = line.substr(0, std::min<size_t>(space, 64));
  const absl::string_view payload =
      space == absl::string_view::npos ? "" : line.substr(space + 1);
  const bool is_exception = payload == "!";
  const std::string head = absl::StrCat(
      Header(is_exception ? ":exception-type" : ":event-type", type),
      Header(":message-type", is_exception ? "exception" : "event"));
  std::string frame = absl::StrCat(Number(16 + head.size() + payload.size()),
                                   Number(head.size()));
  absl::StrAppend(&frame, Sum(frame), head, payload);
  return absl::StrCat(frame, Sum(frame));
}

// What a stream gave, as one text to compare.
class Reader final : public ProviderEvents {
 public:
  Reader() : decoder_(NewBedrockStreamDecoder(headers_, options_, redactor_)) {}

  void Feed(absl::string_view bytes) {
    if (status_.ok() && !decoder_->done()) {
      status_ = decoder_->Feed(bytes, *this);
    }
  }
  std::string Seen() {
    if (status_.ok()) status_ = decoder_->End(/*clean=*/true, *this);
    // The text form, for that of bytes has no order of a map's keys.
    return absl::StrCat(seen_,
                        status_.ok() ? decoder_->end().ShortDebugString() : "",
                        status_.message(), warnings_.size());
  }

 private:
  absl::Status OnDelta(v1::Delta& delta) override {
    AIGW_CHECK(IsValidUtf8(delta.text()));
    absl::StrAppend(&seen_, delta.SerializeAsString(), "|");
    return absl::OkStatus();
  }
  absl::Status OnFinish(v1::Finish& finish) override {
    absl::StrAppend(&seen_, finish.SerializeAsString(), "|");
    return absl::OkStatus();
  }
  void OnLife() override { seen_ += "."; }

  HttpHeaders headers_;
  std::vector<std::string> warnings_;
  const CallOptions options_{
      .model = "m", .stream = true, .warnings = &warnings_};
  const Redactor redactor_;
  const std::unique_ptr<StreamDecoder> decoder_;
  absl::Status status_;
  std::string seen_;
};

}  // namespace
}  // namespace aigateway

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  if (size == 0) return 0;
  const absl::string_view lines(reinterpret_cast<const char*>(bytes) + 1,
                                size - 1);
  std::string stream;
  for (absl::string_view line : absl::StrSplit(lines, '\n')) {
    stream += aigateway::Frame(line);
  }
  aigateway::Reader whole;
  whole.Feed(stream);
  aigateway::Reader cut;
  aigateway::FeedInCuts(stream, bytes[0],
                        [&cut](absl::string_view piece) { cut.Feed(piece); });
  AIGW_CHECK(whole.Seen() == cut.Seen());
  return 0;
}
