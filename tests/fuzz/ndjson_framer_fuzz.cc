// The first byte chooses the cuts, the rest is a body: it must give the same
// lines whole and cut.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "gateway/base/check.h"
#include "gateway/net/ndjson_framer.h"
#include "tests/fuzz/cuts.h"

namespace aigateway {
namespace {

// What a body gave, as one text to compare.
class Reader {
 public:
  void Feed(absl::string_view bytes) {
    if (!status_.ok()) return;
    status_ = framer_.Feed(
        bytes, [this](absl::string_view line) { return Take(line); },
        [this] { seen_ += "life\n"; });
  }
  std::string End() {
    if (status_.ok()) {
      status_ =
          framer_.End([this](absl::string_view line) { return Take(line); });
    }
    AIGW_CHECK(framer_.pending_bytes() == 0 || !status_.ok());
    return absl::StrCat(seen_, status_.message());
  }

 private:
  absl::Status Take(absl::string_view line) {
    AIGW_CHECK(line.find('\n') == absl::string_view::npos);
    absl::StrAppend(&seen_, line.size(), line, "\n");
    return absl::OkStatus();
  }

  NdjsonFramer framer_;
  absl::Status status_;
  std::string seen_;
};

}  // namespace
}  // namespace aigateway

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  if (size == 0) return 0;
  const absl::string_view body(reinterpret_cast<const char*>(bytes) + 1,
                               size - 1);
  aigateway::Reader whole;
  whole.Feed(body);
  aigateway::Reader cut;
  aigateway::FeedInCuts(body, bytes[0],
                        [&cut](absl::string_view piece) { cut.Feed(piece); });
  AIGW_CHECK(whole.End() == cut.End());
  return 0;
}
