#ifndef AIGATEWAY_PROVIDERS_EMBEDDER_H_
#define AIGATEWAY_PROVIDERS_EMBEDDER_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/gateway.pb.h"
#include "gateway/net/http_message.h"

namespace aigateway {

struct CallOptions;

// The part of a provider's API that turns texts into vectors, as a codec. What
// is said of Provider holds here too; failures are read by its ParseError.
class Embedder {
 public:
  virtual ~Embedder() = default;

  // The most entries of `input` or `token_inputs` that one request to `model`
  // may have, from 1. A longer batch is split by the gateway, in order.
  virtual int max_inputs(absl::string_view model) const = 0;

  // Writes the request for at most max_inputs() entries. INVALID_REQUEST with a
  // field path for what the caller got wrong; UNSUPPORTED_PARAMETER for what
  // this provider cannot do and `on_unsupported` does not let it drop.
  virtual absl::StatusOr<HttpRequest> BuildRequest(
      const v1::EmbedRequest& embed, const CallOptions& options) const = 0;

  // Reads an answer with a 2xx status: a vector for each entry, in the order
  // of the request, `index` set, every number as near as a float is to what was
  // sent. PROVIDER_PROTOCOL_ERROR if one is missing or there are too many.
  // `route` is left alone.
  virtual absl::StatusOr<v1::EmbedResponse> ParseResponse(
      const HttpResponse& response, const v1::EmbedRequest& embed,
      const CallOptions& options) const = 0;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_EMBEDDER_H_
