#ifndef AIGATEWAY_GATEWAY_CORE_EMBED_PROGRESS_H_
#define AIGATEWAY_GATEWAY_CORE_EMBED_PROGRESS_H_

#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"

#include "aigateway/v1/gateway.pb.h"

namespace aigateway {

class Target;

// The vectors that one target gives as they come in, piece by piece: a batch
// that is longer than its provider takes is split, in order.
class EmbedProgress {
 public:
  // The most that the vectors of one request may take.
  static constexpr size_t kMaxBytes = size_t{256} * 1024 * 1024;

  // How many entries of the request have their vector.
  int done() const { return vectors_.embeddings_size(); }

  // The request for what comes next, at most `max_inputs` entries of `all`,
  // which has some left.
  v1::EmbedRequest Next(const v1::EmbedRequest& all, int max_inputs) const;

  // Takes the answer to a piece of `count` entries: indexes become those of the
  // whole, usage is added up. PROVIDER_PROTOCOL_ERROR if it has not a vector
  // for each entry, or one of another length; INVALID_REQUEST if all together
  // pass kMaxBytes.
  absl::Status Add(v1::EmbedResponse& piece, int count);

  // Takes all of it.
  v1::EmbedResponse Take();

 private:
  v1::EmbedResponse vectors_;
};

// What each target has given of the vectors of one request: kept for its next
// try, so that nothing is asked for, or billed, twice. Vectors of two targets
// are never mixed, though both be asked at once.
class EmbedProgresses {
 public:
  // Valid as long as this object.
  EmbedProgress& Of(const Target& target, const std::string& upstream_model);

 private:
  std::map<std::pair<const Target*, std::string>, EmbedProgress> by_target_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_EMBED_PROGRESS_H_
