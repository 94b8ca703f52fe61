#ifndef AIGATEWAY_GATEWAY_SERVER_PAGING_H_
#define AIGATEWAY_GATEWAY_SERVER_PAGING_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "gateway/base/status_macros.h"

namespace aigateway {

// Where in a list a page begins (AIP-158).
struct PageStart {
  size_t index = 0;  // Of its first entry.
  std::string last;  // The name of the entry before it; empty at index 0.
};

// How many entries a page has: 100 for 0, at most 1000. INVALID_REQUEST for
// less than 0.
absl::StatusOr<size_t> PageSize(int32_t page_size);

// Tokens are opaque to callers and may change with each version.
std::string EncodePageToken(const PageStart& start);
// The first page for an empty token; INVALID_REQUEST for one that
// EncodePageToken() did not make.
absl::StatusOr<PageStart> DecodePageToken(absl::string_view token);

// Cuts `items` down to the page that `request` asks for and sets
// `next_page_token` if there are more. `name_of(item)` is unique. If the list
// changed between two pages, the next begins behind the entry where the last
// ended, or, if that is gone, at its place.
template <typename Item, typename Request, typename NameOf>
absl::Status TakePage(const Request& request, NameOf name_of,
                      std::vector<Item>* items, std::string* next_page_token) {
  AIGW_ASSIGN_OR_RETURN(const size_t size, PageSize(request.page_size()));
  AIGW_ASSIGN_OR_RETURN(const PageStart start,
                        DecodePageToken(request.page_token()));
  auto begin = items->begin() + std::min(start.index, items->size());
  if (!start.last.empty()) {
    const auto last = std::find_if(
        items->begin(), items->end(),
        [&](const Item& item) { return name_of(item) == start.last; });
    if (last != items->end()) begin = last + 1;
  }
  const size_t left = static_cast<size_t>(items->end() - begin);
  const auto end = begin + std::min(size, left);
  if (end != items->end()) {
    *next_page_token = EncodePageToken(
        {static_cast<size_t>(end - items->begin()), name_of(*(end - 1))});
  }
  items->erase(end, items->end());
  items->erase(items->begin(), begin);
  return absl::OkStatus();
}

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_PAGING_H_
