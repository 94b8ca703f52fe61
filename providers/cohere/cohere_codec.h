#ifndef AIGATEWAY_PROVIDERS_COHERE_COHERE_CODEC_H_
#define AIGATEWAY_PROVIDERS_COHERE_COHERE_CODEC_H_

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "aigateway/config/v1/config.pb.h"
#include "aigateway/v1/chat.pb.h"
#include "gateway/net/http_message.h"
#include "providers/cohere/cohere_embedder.h"
#include "providers/parameter_policy.h"
#include "providers/provider.h"
#include "providers/redactor.h"

namespace aigateway {

// Cohere's own API, version 2: chat and embed.
class CohereCodec : public Provider {
 public:
  // Fails with INVALID_CONFIG and one violation for each fault: an unusable
  // base URL, any option (the type has none), an unknown `on_unsupported`. A
  // base URL may or may not end in a version, /v2 or /v1: both are used.
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
  absl::string_view base_url() const override { return base_url_; }

 private:
  CohereCodec(std::string base_url, OnUnsupported on_unsupported,
              const config::v1::ProviderConfig& config);

  HttpRequest NewRequest(absl::string_view method, absl::string_view path,
                         absl::string_view credential,
                         absl::string_view accept) const;

  const std::string base_url_;  // Without a version and a slash after.
  const OnUnsupported on_unsupported_;
  const bool http2_;
  std::vector<std::pair<std::string, std::string>> headers_;  // By name.
  const Redactor redactor_;
  const CohereEmbedder embedder_;  // Uses this.
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_COHERE_COHERE_CODEC_H_
