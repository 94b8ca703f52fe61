#ifndef AIGATEWAY_PROVIDERS_EMBEDDING_OPENAI_EMBEDDER_H_
#define AIGATEWAY_PROVIDERS_EMBEDDING_OPENAI_EMBEDDER_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/gateway.pb.h"
#include "gateway/net/http_message.h"
#include "providers/embedder.h"
#include "providers/openai_instance.h"
#include "providers/provider.h"

namespace aigateway {

// OpenAI's embeddings, and every vendor that has them in that form: what one
// does otherwise stands in its Dialect.
class OpenAiEmbedder : public Embedder {
 public:
  // `instance` must outlive this object; its dialect has embeddings.
  explicit OpenAiEmbedder(const OpenAiInstance& instance)
      : instance_(instance) {}

  int max_inputs(absl::string_view model) const override;
  absl::StatusOr<HttpRequest> BuildRequest(
      const v1::EmbedRequest& embed, const CallOptions& options) const override;
  absl::StatusOr<v1::EmbedResponse> ParseResponse(
      const HttpResponse& response, const v1::EmbedRequest& embed,
      const CallOptions& options) const override;

 private:
  const OpenAiInstance& instance_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_EMBEDDING_OPENAI_EMBEDDER_H_
