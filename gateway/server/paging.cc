#include "gateway/server/paging.h"

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/utf8.h"

namespace aigateway {
namespace {

constexpr size_t kDefaultPageSize = 100;
constexpr size_t kMaxPageSize = 1000;
// More than any name that can be in a list.
constexpr size_t kMaxTokenBytes = 4096;

absl::Status BadToken() {
  return FieldError("page_token",
                    "is not one that this server gave: leave it empty to begin "
                    "with the first page");
}

}  // namespace

absl::StatusOr<size_t> PageSize(int32_t page_size) {
  if (page_size < 0) {
    return FieldError("page_size", "is below 0: leave it out for the default");
  }
  if (page_size == 0) return kDefaultPageSize;
  return std::min(static_cast<size_t>(page_size), kMaxPageSize);
}

std::string EncodePageToken(const PageStart& start) {
  return absl::WebSafeBase64Escape(
      absl::StrCat("1:", start.index, ":", start.last));
}

absl::StatusOr<PageStart> DecodePageToken(absl::string_view token) {
  if (token.empty()) return PageStart();
  std::string text;
  if (token.size() > kMaxTokenBytes ||
      !absl::WebSafeBase64Unescape(token, &text) || !IsValidUtf8(text)) {
    return BadToken();
  }
  const absl::string_view view = text;
  const size_t colon = view.find(':', 2);
  PageStart start;
  uint64_t index = 0;
  if (view.substr(0, 2) != "1:" || colon == absl::string_view::npos ||
      !absl::SimpleAtoi(view.substr(2, colon - 2), &index)) {
    return BadToken();
  }
  start.index = static_cast<size_t>(index);
  start.last = std::string(view.substr(colon + 1));
  return start;
}

}  // namespace aigateway
