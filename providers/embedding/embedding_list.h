#ifndef AIGATEWAY_PROVIDERS_EMBEDDING_EMBEDDING_LIST_H_
#define AIGATEWAY_PROVIDERS_EMBEDDING_EMBEDDING_LIST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "aigateway/v1/gateway.pb.h"

namespace aigateway {

// How many entries a request has.
int EntryCount(const v1::EmbedRequest& embed);

// Gathers the vectors of an answer, in whatever order they come.
class EmbeddingList {
 public:
  // For an answer that should have `expected` vectors.
  explicit EmbeddingList(int expected) : expected_(expected) {}

  // Returns where the next vector goes. Fails with a plain InvalidArgument if
  // there are more than expected.
  absl::Status Add(v1::Embedding** next);

  // The vector that was added last is the one of this entry. Where no vector
  // says so, they are in the order of the request.
  void Place(std::optional<int64_t> index);

  // Moves the vectors to `response`, in the order of the request. Fails with a
  // plain InvalidArgument if one is missing or there twice, or if their lengths
  // differ.
  absl::Status MoveTo(v1::EmbedResponse* response);

 private:
  const int expected_;
  std::vector<v1::Embedding> vectors_;
  std::vector<std::optional<int64_t>> places_;
};

// Warns if vectors have another length than the `dimensions` asked for: some
// servers pass over that. `warnings` may be null.
void CheckDimensions(const v1::EmbedRequest& embed,
                     const v1::EmbedResponse& response,
                     std::vector<std::string>* warnings);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_EMBEDDING_EMBEDDING_LIST_H_
