#ifndef AIGATEWAY_GATEWAY_CORE_EMBED_PROGRESS_H_
#define AIGATEWAY_GATEWAY_CORE_EMBED_PROGRESS_H_

#include <string>

#include "absl/status/status.h"

#include "aigateway/v1/gateway.pb.h"

namespace aigateway {

class Target;

// The vectors of one request as they come in, piece by piece: a batch that is
// longer than its provider takes is split, in order. What a target has given is
// kept for its next try, so that nothing is asked for, or billed, twice;
// vectors of two targets are never mixed.
class EmbedProgress {
 public:
  // A try at `target` begins: what others gave is dropped.
  void Begin(const Target& target, const std::string& upstream_model);

  // How many entries of the request have their vector.
  int done() const { return vectors_.embeddings_size(); }

  // The request for what comes next, at most `max_inputs` entries of `all`,
  // which has some left.
  v1::EmbedRequest Next(const v1::EmbedRequest& all, int max_inputs) const;

  // Takes the answer to a piece of `count` entries: indexes become those of the
  // whole, usage is added up. PROVIDER_PROTOCOL_ERROR if it has not a vector
  // for each entry, or one of another length.
  absl::Status Add(v1::EmbedResponse& piece, int count);

  // Takes all of it.
  v1::EmbedResponse Take();

 private:
  const Target* target_ = nullptr;
  std::string upstream_model_;
  v1::EmbedResponse vectors_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_EMBED_PROGRESS_H_
