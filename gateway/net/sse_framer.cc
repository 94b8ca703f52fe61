#include "gateway/net/sse_framer.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "gateway/net/clear_buffer.h"

namespace aigateway {
namespace {

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Finds line ends in one read. Each of the two searches goes over the bytes
// once, however many lines there are.
class LineEnds {
 public:
  explicit LineEnds(absl::string_view bytes)
      : end_(bytes.data() + bytes.size()),
        lf_(Find(bytes.data(), '\n')),
        cr_(Find(bytes.data(), '\r')) {}

  // The first CR or LF at `from` or after it; the end of the bytes if there is
  // none. `from` never goes back.
  const char* Next(const char* from) {
    if (lf_ < from) lf_ = Find(from, '\n');
    if (cr_ < from) cr_ = Find(from, '\r');
    return std::min(lf_, cr_);
  }

 private:
  const char* Find(const char* from, char wanted) const {
    const void* found =
        from == end_ ? nullptr : std::memchr(from, wanted, end_ - from);
    return found == nullptr ? end_ : static_cast<const char*>(found);
  }

  const char* const end_;
  const char* lf_;
  const char* cr_;
};

bool IsDigits(absl::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("0123456789") == absl::string_view::npos;
}

}  // namespace

absl::Status SseFramer::Feed(
    absl::string_view bytes,
    absl::FunctionRef<absl::Status(const SseEvent& event)> on_event,
    absl::FunctionRef<void()> on_life) {
  if (after_cr_ && !bytes.empty()) {
    after_cr_ = false;
    absl::ConsumePrefix(&bytes, "\n");
  }
  LineEnds ends(bytes);
  const char* const end = bytes.data() + bytes.size();
  const char* begin = bytes.data();
  for (const char* stop = ends.Next(begin); stop != end;
       stop = ends.Next(begin)) {
    const absl::string_view line(begin, stop - begin);
    begin = stop + 1;
    if (*stop == '\r') {
      // A CR ends the line now: the LF that may follow can take its time.
      if (begin == end) {
        after_cr_ = true;
      } else if (*begin == '\n') {
        ++begin;
      }
    }
    if (line_.empty()) {
      AIGW_RETURN_IF_ERROR(TakeLine(line, /*stable=*/true, on_event, on_life));
      continue;
    }
    AIGW_RETURN_IF_ERROR(CheckSize(line_.size() + line.size()));
    line_.append(line.data(), line.size());
    AIGW_RETURN_IF_ERROR(TakeLine(line_, /*stable=*/false, on_event, on_life));
    ClearBuffer(line_);
  }
  const absl::string_view rest(begin, end - begin);
  AIGW_RETURN_IF_ERROR(CheckSize(line_.size() + rest.size()));
  line_.append(rest.data(), rest.size());
  if (at_start_ && line_.size() >= kByteOrderMark.size()) {
    at_start_ = false;
    if (absl::StartsWith(line_, kByteOrderMark)) {
      line_.erase(0, kByteOrderMark.size());
    }
  }
  OwnData();
  return absl::OkStatus();
}

absl::Status SseFramer::TakeLine(
    absl::string_view line, bool stable,
    absl::FunctionRef<absl::Status(const SseEvent& event)> on_event,
    absl::FunctionRef<void()> on_life) {
  if (at_start_) {
    at_start_ = false;
    absl::ConsumePrefix(&line, kByteOrderMark);
  }
  if (line.empty()) return EndBlock(on_event, on_life);
  AIGW_RETURN_IF_ERROR(CheckSize(line.size()));
  if (line[0] == ':') {
    on_life();
    return absl::OkStatus();
  }
  block_bytes_ += line.size() + 1;
  TakeField(line, stable);
  return absl::OkStatus();
}

void SseFramer::TakeField(absl::string_view line, bool stable) {
  const size_t colon = absl::StartsWith(line, "data:") ? 4 : line.find(':');
  const absl::string_view name = line.substr(0, colon);
  absl::string_view value;
  if (colon != absl::string_view::npos) {
    value = line.substr(colon + 1);
    absl::ConsumePrefix(&value, " ");
  }
  if (name == "data") {
    TakeData(value, stable);
  } else if (name == "event") {
    type_.assign(value.data(), value.size());
  } else if (name == "id") {
    if (value.find('\0') == absl::string_view::npos) {
      id_.assign(value.data(), value.size());
    }
  } else if (name == "retry" && IsDigits(value)) {
    int64_t milliseconds = 0;
    // Too many digits leave the largest value behind.
    (void)absl::SimpleAtoi(value, &milliseconds);
    retry_ = absl::Milliseconds(milliseconds);
  }
}

void SseFramer::TakeData(absl::string_view value, bool stable) {
  if (!has_data_) {
    has_data_ = true;
    view_ = value;
    if (!stable) OwnData();
    return;
  }
  OwnData();
  absl::StrAppend(&data_, "\n", value);
  view_ = data_;
}

void SseFramer::OwnData() {
  if (!has_data_ || view_.data() == data_.data()) return;
  data_.assign(view_.data(), view_.size());
  view_ = data_;
}

absl::Status SseFramer::EndBlock(
    absl::FunctionRef<absl::Status(const SseEvent& event)> on_event,
    absl::FunctionRef<void()> on_life) {
  absl::Status status;
  if (has_data_) {
    status = on_event({.type = type_.empty() ? absl::string_view("message")
                                             : absl::string_view(type_),
                       .data = view_,
                       .id = id_});
  } else if (block_bytes_ > 0) {
    on_life();
  }
  has_data_ = false;
  view_ = {};
  ClearBuffer(data_);
  ClearBuffer(type_);
  block_bytes_ = 0;
  return status;
}

absl::Status SseFramer::CheckSize(size_t line_bytes) const {
  if (HeldBytes() + line_bytes <= kMaxEventBytes) return absl::OkStatus();
  const std::string limit = absl::StrCat(kMaxEventBytes);
  return Error(
      ErrorReason::kProviderProtocolError,
      absl::StrCat("an event of the stream is larger than the limit of ", limit,
                   " bytes"),
      {{"limit_bytes", limit}});
}

}  // namespace aigateway
