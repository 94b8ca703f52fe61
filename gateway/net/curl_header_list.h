#ifndef AIGATEWAY_GATEWAY_NET_CURL_HEADER_LIST_H_
#define AIGATEWAY_GATEWAY_NET_CURL_HEADER_LIST_H_

#include <cstddef>
#include <deque>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "curl/curl.h"

namespace aigateway {

// A list of headers for libcurl, whose nodes and texts are used again: once
// they have grown, a request's headers cost no allocation.
class CurlHeaderList {
 public:
  CurlHeaderList() = default;
  CurlHeaderList(const CurlHeaderList&) = delete;
  CurlHeaderList& operator=(const CurlHeaderList&) = delete;

  void Clear() { used_ = 0; }

  // Adds a header to send. The name is a token, the value has no line end.
  void Add(absl::string_view name, absl::string_view value) {
    value = absl::StripAsciiWhitespace(value);
    std::string& line = Next();
    // For libcurl "name:" means to leave the header out, and "name;" one that
    // is sent without a value.
    value.empty() ? absl::StrAppend(&line, name, ";")
                  : absl::StrAppend(&line, name, ": ", value);
  }

  // Keeps libcurl from adding a header of that name by itself.
  void Suppress(absl::string_view name) { absl::StrAppend(&Next(), name, ":"); }

  // The list; null if it is empty. Valid until the next change.
  curl_slist* list() {
    for (size_t i = 0; i < used_; ++i) {
      lines_[i].node.data = lines_[i].text.data();
      lines_[i].node.next = i + 1 < used_ ? &lines_[i + 1].node : nullptr;
    }
    return used_ == 0 ? nullptr : &lines_.front().node;
  }

 private:
  struct Line {
    curl_slist node = {};
    std::string text;
  };

  std::string& Next() {
    if (used_ == lines_.size()) lines_.emplace_back();
    std::string& text = lines_[used_++].text;
    text.clear();
    return text;
  }

  std::deque<Line> lines_;  // Its elements stay where they are.
  size_t used_ = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_NET_CURL_HEADER_LIST_H_
