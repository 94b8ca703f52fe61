#ifndef AIGATEWAY_GATEWAY_SERVER_SPLIT_DELTA_H_
#define AIGATEWAY_GATEWAY_SERVER_SPLIT_DELTA_H_

#include <cstddef>
#include <vector>

#include "aigateway/v1/chat.pb.h"

namespace aigateway {

// Whether the texts of `delta` together are longer than `max_bytes`. Cheap.
bool IsLong(const v1::Delta& delta, size_t max_bytes);

// Cuts `delta` into several that join to the same: each has at most `max_bytes`
// of text, cut between characters. What is not text is not cut: probabilities,
// parts and blocks of reasoning come last. `delta` is used up.
std::vector<v1::Delta> Split(v1::Delta& delta, size_t max_bytes);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_SPLIT_DELTA_H_
