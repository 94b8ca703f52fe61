#ifndef AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_CODEC_H_
#define AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_CODEC_H_

#include <memory>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "aigateway/config/v1/config.pb.h"
#include "aigateway/v1/chat.pb.h"
#include "gateway/net/http_message.h"
#include "providers/provider.h"
#include "providers/replicate/replicate_instance.h"

namespace aigateway {

// Replicate's predictions: language models that are run by jobs, whose output
// is waited for or streamed.
class ReplicateCodec : public Provider {
 public:
  // Fails as ReplicateInstance::Create() does.
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
  absl::string_view base_url() const override { return instance_.base_url; }

 private:
  explicit ReplicateCodec(ReplicateInstance instance)
      : instance_(std::move(instance)) {}

  const ReplicateInstance instance_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_REPLICATE_REPLICATE_CODEC_H_
