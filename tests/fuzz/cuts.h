#ifndef AIGATEWAY_TESTS_FUZZ_CUTS_H_
#define AIGATEWAY_TESTS_FUZZ_CUTS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

#include "gateway/base/random.h"

namespace aigateway {

// Feeds `bytes` in pieces whose lengths follow from `seed`. Each piece is a
// copy of its own that is freed after the call, so that ASan sees a view that
// was kept.
inline void FeedInCuts(absl::string_view bytes, uint8_t seed,
                       absl::FunctionRef<void(absl::string_view)> feed) {
  Random random(seed);
  while (!bytes.empty()) {
    const uint64_t longest = random.Next() % 8 == 0 ? 200 : 6;
    const size_t length =
        std::min<size_t>(random.Next() % longest, bytes.size());
    const std::vector<char> piece(bytes.begin(), bytes.begin() + length);
    feed(absl::string_view(piece.data(), piece.size()));
    bytes.remove_prefix(length);
  }
}

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_FUZZ_CUTS_H_
