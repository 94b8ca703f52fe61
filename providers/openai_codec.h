#ifndef AIGATEWAY_PROVIDERS_OPENAI_CODEC_H_
#define AIGATEWAY_PROVIDERS_OPENAI_CODEC_H_

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
#include "providers/credential_source.h"
#include "providers/embedding/openai_embedder.h"
#include "providers/openai_instance.h"
#include "providers/provider.h"

namespace aigateway {

// OpenAI's chat completions and its Responses API, and every vendor that speaks
// them, and embeddings: what one does otherwise stands in its Dialect. Which of
// the two is spoken is decided for each request (ChooseOpenAiApi).
//
// Bytes of a text that are not UTF-8 become U+FFFD, also where a server cuts a
// character between the texts of two events: each event is a JSON text of its
// own. A character cut between two reads of the network is whole again.
class OpenAiCodec : public Provider {
 public:
  // Makes the codec of one instance. `dialect` must outlive it. Fails with
  // INVALID_CONFIG and one violation for each fault: an unusable base URL, an
  // unknown or ill-typed option, an unknown `on_unsupported`.
  static absl::StatusOr<std::unique_ptr<Provider>> Create(
      const Dialect& dialect, const config::v1::ProviderConfig& config);

  explicit OpenAiCodec(OpenAiInstance instance);

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
  const Embedder* embedder() const override;
  Prefill prefill(absl::string_view model) const override;
  CredentialSource* credential_source() const override {
    return credential_source_.get();
  }
  absl::string_view base_url() const override;

 private:
  bool UsesResponses(const v1::ChatRequest& chat,
                     const CallOptions& options) const;

  // Null where requests carry a key.
  const std::unique_ptr<CredentialSource> credential_source_;
  const OpenAiInstance instance_;  // Its redactor asks the source.
  const OpenAiEmbedder embedder_;  // Reads `instance_`.
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OPENAI_CODEC_H_
