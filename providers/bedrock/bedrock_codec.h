#ifndef AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_CODEC_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_CODEC_H_

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
#include "aigateway/v1/gateway.pb.h"
#include "gateway/net/http_message.h"
#include "providers/credential_source.h"
#include "providers/embedder.h"
#include "providers/parameter_policy.h"
#include "providers/prefill.h"
#include "providers/provider.h"
#include "providers/redactor.h"

namespace aigateway {

// Amazon Bedrock: the Converse API, and InvokeModel for vectors.
class BedrockCodec : public Provider, private Embedder {
 public:
  // A key is a key of Bedrock's own and goes as Bearer; without one requests
  // are signed with AWS credentials, of which `options` say where they are.
  //
  // Fails with INVALID_CONFIG and one violation for each fault: an unusable
  // base URL or option, no region where one is needed (for the place or the
  // signature), an unknown `on_unsupported`.
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
  const Embedder* embedder() const override { return this; }
  CredentialSource* credential_source() const override {
    return credential_source_.get();
  }
  Prefill prefill(absl::string_view model) const override;
  absl::string_view base_url() const override { return base_url_; }

 private:
  struct Place {
    std::string base_url;     // Without a slash after.
    std::string control_url;  // Where models are listed.
  };

  BedrockCodec(Place place, OnUnsupported on_unsupported,
               std::unique_ptr<CredentialSource> credential_source,
               const config::v1::ProviderConfig& config);

  int max_inputs(absl::string_view model) const override;
  absl::StatusOr<HttpRequest> BuildRequest(
      const v1::EmbedRequest& embed, const CallOptions& options) const override;
  absl::StatusOr<v1::EmbedResponse> ParseResponse(
      const HttpResponse& response, const v1::EmbedRequest& embed,
      const CallOptions& options) const override;

  HttpRequest NewRequest(absl::string_view method, std::string url,
                         absl::string_view credential,
                         absl::string_view accept) const;

  const std::string base_url_;
  const std::string control_url_;
  const OnUnsupported on_unsupported_;
  const std::unique_ptr<CredentialSource> credential_source_;  // May be null.
  const bool http2_;
  std::vector<std::pair<std::string, std::string>> headers_;  // By name.
  const Redactor redactor_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_CODEC_H_
