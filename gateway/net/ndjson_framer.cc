#include "gateway/net/ndjson_framer.h"

#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "gateway/net/clear_buffer.h"

namespace aigateway {
namespace {

bool IsBlank(absl::string_view line) {
  return line.find_first_not_of(" \t\r") == absl::string_view::npos;
}

absl::Status CheckSize(size_t line_bytes) {
  if (line_bytes <= NdjsonFramer::kMaxLineBytes) return absl::OkStatus();
  const std::string limit = absl::StrCat(NdjsonFramer::kMaxLineBytes);
  return Error(ErrorReason::kProviderProtocolError,
               absl::StrCat("a line of the stream is longer than the limit of ",
                            limit, " bytes"),
               {{"limit_bytes", limit}});
}

absl::Status TakeLine(
    absl::string_view line,
    absl::FunctionRef<absl::Status(absl::string_view line)> on_line,
    absl::FunctionRef<void()> on_life) {
  AIGW_RETURN_IF_ERROR(CheckSize(line.size()));
  if (IsBlank(line)) {
    on_life();
    return absl::OkStatus();
  }
  absl::ConsumeSuffix(&line, "\r");
  return on_line(line);
}

}  // namespace

absl::Status NdjsonFramer::Feed(
    absl::string_view bytes,
    absl::FunctionRef<absl::Status(absl::string_view line)> on_line,
    absl::FunctionRef<void()> on_life) {
  while (!bytes.empty()) {
    const void* found = std::memchr(bytes.data(), '\n', bytes.size());
    if (found == nullptr) break;
    const size_t length = static_cast<const char*>(found) - bytes.data();
    const absl::string_view line = bytes.substr(0, length);
    bytes.remove_prefix(length + 1);
    if (line_.empty()) {
      AIGW_RETURN_IF_ERROR(TakeLine(line, on_line, on_life));
      continue;
    }
    AIGW_RETURN_IF_ERROR(CheckSize(line_.size() + line.size()));
    line_.append(line.data(), line.size());
    AIGW_RETURN_IF_ERROR(TakeLine(line_, on_line, on_life));
    ClearBuffer(line_);
  }
  AIGW_RETURN_IF_ERROR(CheckSize(line_.size() + bytes.size()));
  line_.append(bytes.data(), bytes.size());
  return absl::OkStatus();
}

absl::Status NdjsonFramer::End(
    absl::FunctionRef<absl::Status(absl::string_view line)> on_line) {
  const std::string line = std::move(line_);
  line_.clear();
  return TakeLine(line, on_line, /*on_life=*/[] {});
}

}  // namespace aigateway
