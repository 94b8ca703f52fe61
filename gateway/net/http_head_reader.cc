#include "gateway/net/http_head_reader.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace aigateway {

void HttpHeadReader::Reset(size_t max_bytes) {
  max_bytes_ = max_bytes;
  bytes_ = 0;
  done_ = false;
  in_head_ = false;
  status_ = 0;
  last_.name.clear();
  last_.value.clear();
  headers_.clear();
}

HttpHeadReader::Result HttpHeadReader::Take(absl::string_view line) {
  bytes_ += line.size();
  if (bytes_ > max_bytes_) return Result::kTooLarge;
  if (done_) return Result::kMore;  // A trailer: nothing a provider promises.
  absl::ConsumeSuffix(&line, "\n");
  absl::ConsumeSuffix(&line, "\r");
  if (!in_head_) {
    if (!TakeStatusLine(line)) return Result::kMalformed;
    in_head_ = true;
    return Result::kMore;
  }
  if (!line.empty()) {
    return TakeHeader(line) ? Result::kMore : Result::kMalformed;
  }
  if (status_ / 100 == 1) {
    // 101 speaks another protocol from here on, which nobody asked for.
    if (status_ == 101) return Result::kMalformed;
    in_head_ = false;
    last_.name.clear();
    headers_.clear();
    return Result::kMore;
  }
  Flush();
  done_ = true;
  return Result::kDone;
}

// "HTTP/1.1 200 OK", or "HTTP/2 200 " as libcurl writes it.
bool HttpHeadReader::TakeStatusLine(absl::string_view line) {
  if (!absl::StartsWith(line, "HTTP/")) return false;
  const size_t space = line.find(' ');
  if (space == absl::string_view::npos) return false;
  line.remove_prefix(space + 1);
  if (line.size() < 3 || (line.size() > 3 && line[3] != ' ')) return false;
  status_ = 0;
  for (char c : line.substr(0, 3)) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
    status_ = status_ * 10 + (c - '0');
  }
  return status_ >= 100;
}

bool HttpHeadReader::TakeHeader(absl::string_view line) {
  if (line.front() == ' ' || line.front() == '\t') {
    // RFC 9112 5.2: a folded line goes on with the value before it.
    if (last_.name.empty()) return false;
    absl::StrAppend(&last_.value, " ", absl::StripAsciiWhitespace(line));
    return true;
  }
  Flush();
  const size_t colon = line.find(':');
  if (colon == absl::string_view::npos || colon == 0) return false;
  last_.name =
      std::string(absl::StripTrailingAsciiWhitespace(line.substr(0, colon)));
  last_.value = std::string(absl::StripAsciiWhitespace(line.substr(colon + 1)));
  return !last_.name.empty();
}

void HttpHeadReader::Flush() {
  if (last_.name.empty()) return;
  headers_.Add(last_.name, last_.value);
  last_.name.clear();
}

}  // namespace aigateway
