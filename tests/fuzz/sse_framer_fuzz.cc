// The first byte chooses the cuts, the rest is a stream: it must give the same
// events whole and cut.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "gateway/base/check.h"
#include "gateway/net/sse_framer.h"
#include "tests/fuzz/cuts.h"

namespace aigateway {
namespace {

// What a stream gave, as one text to compare.
class Reader {
 public:
  void Feed(absl::string_view bytes) {
    if (!status_.ok()) return;
    status_ = framer_.Feed(
        bytes,
        [this](const SseEvent& event) {
          absl::StrAppend(&seen_, event.type.size(), event.type, "|",
                          event.data.size(), event.data, "|", event.id, "\n");
          return absl::OkStatus();
        },
        [this] { seen_ += "life\n"; });
  }
  std::string Seen() const {
    return absl::StrCat(seen_, framer_.pending_bytes(), status_.message());
  }

 private:
  SseFramer framer_;
  absl::Status status_;
  std::string seen_;
};

}  // namespace
}  // namespace aigateway

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  if (size == 0) return 0;
  const absl::string_view stream(reinterpret_cast<const char*>(bytes) + 1,
                                 size - 1);
  aigateway::Reader whole;
  whole.Feed(stream);
  aigateway::Reader cut;
  aigateway::FeedInCuts(stream, bytes[0],
                        [&cut](absl::string_view piece) { cut.Feed(piece); });
  AIGW_CHECK(whole.Seen() == cut.Seen());
  return 0;
}
