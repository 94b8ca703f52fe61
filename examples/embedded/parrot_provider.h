#ifndef AIGATEWAY_EXAMPLES_EMBEDDED_PARROT_PROVIDER_H_
#define AIGATEWAY_EXAMPLES_EMBEDDED_PARROT_PROVIDER_H_

#include <memory>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "aigateway/config/v1/config.pb.h"
#include "aigateway/v1/chat.pb.h"
#include "gateway/net/http_message.h"
#include "providers/provider.h"

namespace aigateway {

// A vendor of one's own: it says again what it was told.
//
// Its API is as small as one can be. A POST of text to /say is answered by
// text; a POST to /sing, by a word a line and a line "." at the end.
//
// A provider is a codec: it turns messages into bytes and bytes into messages.
// Retries, time limits, cancellation and metrics come around it by themselves.
class ParrotProvider final : public Provider {
 public:
  static absl::StatusOr<std::unique_ptr<Provider>> Create(
      const config::v1::ProviderConfig& config);

  explicit ParrotProvider(std::string base_url)
      : base_url_(std::move(base_url)) {}

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
  absl::string_view base_url() const override { return base_url_; }

 private:
  const std::string base_url_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_EXAMPLES_EMBEDDED_PARROT_PROVIDER_H_
