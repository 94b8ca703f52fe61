#ifndef AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_EMBEDDER_H_
#define AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_EMBEDDER_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/gateway.pb.h"
#include "gateway/net/http_message.h"
#include "providers/embedder.h"
#include "providers/ollama/ollama_instance.h"
#include "providers/provider.h"

namespace aigateway {

// POST /api/embed: a batch of texts to a vector each.
class OllamaEmbedder : public Embedder {
 public:
  // `instance` must outlive this object.
  explicit OllamaEmbedder(const OllamaInstance& instance)
      : instance_(instance) {}

  int max_inputs(absl::string_view model) const override;
  absl::StatusOr<HttpRequest> BuildRequest(
      const v1::EmbedRequest& embed, const CallOptions& options) const override;
  absl::StatusOr<v1::EmbedResponse> ParseResponse(
      const HttpResponse& response, const v1::EmbedRequest& embed,
      const CallOptions& options) const override;

 private:
  const OllamaInstance& instance_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_EMBEDDER_H_
