#ifndef AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_CODEC_H_
#define AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_CODEC_H_

#include <memory>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "aigateway/config/v1/config.pb.h"
#include "aigateway/v1/chat.pb.h"
#include "gateway/net/http_message.h"
#include "providers/ollama/ollama_embedder.h"
#include "providers/ollama/ollama_instance.h"
#include "providers/provider.h"

namespace aigateway {

// Ollama's own API: /api/chat, /api/embed, /api/tags.
class OllamaCodec : public Provider {
 public:
  // Fails as OllamaInstance::Create() does.
  static absl::StatusOr<std::unique_ptr<Provider>> Create(
      const config::v1::ProviderConfig& config);

  absl::StatusOr<HttpRequest> BuildRequest(
      const v1::ChatRequest& chat, const CallOptions& options) const override;
  absl::StatusOr<std::variant<v1::ChatResponse, NextExchange>> ParseResponse(
      const HttpResponse& response, const v1::ChatRequest& chat,
      const CallOptions& options) const override;
  absl::Status ParseError(const HttpResponse& response,
                          absl::Time now) const override;
  std::unique_ptr<StreamDecoder> NewStreamDecoder(
      const HttpHeaders& headers, const v1::ChatRequest& chat,
      const CallOptions& options) const override;
  absl::StatusOr<HttpRequest> BuildModelsRequest(
      absl::string_view credential,
      absl::string_view page_token) const override;
  absl::StatusOr<ModelsPage> ParseModels(
      const HttpResponse& response) const override;
  const Embedder* embedder() const override { return &embedder_; }
  Prefill prefill(absl::string_view /*model*/) const override {
    return instance_.prefill;
  }
  absl::string_view base_url() const override { return instance_.base_url; }

 private:
  explicit OllamaCodec(OllamaInstance instance);

  const OllamaInstance instance_;
  const OllamaEmbedder embedder_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OLLAMA_OLLAMA_CODEC_H_
