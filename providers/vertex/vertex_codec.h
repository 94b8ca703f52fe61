#ifndef AIGATEWAY_PROVIDERS_VERTEX_VERTEX_CODEC_H_
#define AIGATEWAY_PROVIDERS_VERTEX_VERTEX_CODEC_H_

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
#include "providers/credential_source.h"
#include "providers/gemini_call.h"
#include "providers/parameter_policy.h"
#include "providers/provider.h"
#include "providers/redactor.h"
#include "providers/vertex/vertex_embedder.h"

namespace aigateway {

// Google's Vertex AI: Gemini, in the form that it has there, and Claude, which
// is Anthropic's Messages API but for the URL.
//
// A key (express mode) goes into the header x-goog-api-key, never into the URL,
// and to paths without a project; without one each request carries an access
// token, which the credential source fetches.
class VertexCodec final : public Provider {
 public:
  // Fails with INVALID_CONFIG and one violation for each fault.
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
  CredentialSource* credential_source() const override {
    return credential_source_.get();
  }
  Prefill prefill(absl::string_view model) const override;
  absl::string_view base_url() const override { return base_url_; }

 private:
  // Where requests go.
  struct Place {
    std::string base_url;  // With the version, without a slash after.
    std::string parent;    // "/projects/p/locations/l"; empty with a key.
  };

  VertexCodec(Place place, OnUnsupported on_unsupported,
              std::unique_ptr<CredentialSource> credential_source,
              const config::v1::ProviderConfig& config);

  // A whole request but for its body, and for the headers of the config.
  HttpRequest NewRequest(absl::string_view method, std::string url,
                         absl::string_view credential,
                         absl::string_view accept) const;
  void SetOwnHeaders(HttpRequest* request) const;
  // The URL of a model's `method`, which begins with a colon.
  std::string UrlOf(absl::string_view path, absl::string_view method) const;
  absl::StatusOr<HttpRequest> BuildClaudeRequest(
      const v1::ChatRequest& chat, const CallOptions& options) const;

  const std::string base_url_;
  const std::string parent_;
  const GeminiApi api_;
  const OnUnsupported on_unsupported_;
  const std::unique_ptr<CredentialSource> credential_source_;
  const bool http2_;
  std::vector<std::pair<std::string, std::string>> headers_;  // By name.
  const Redactor redactor_;
  const VertexEmbedder embedder_;  // Uses this.
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_VERTEX_VERTEX_CODEC_H_
