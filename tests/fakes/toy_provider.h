#ifndef AIGATEWAY_TESTS_FAKES_TOY_PROVIDER_H_
#define AIGATEWAY_TESTS_FAKES_TOY_PROVIDER_H_

#include <memory>
#include <string>

#include "providers/provider.h"

namespace aigateway {

// The smallest provider there can be, for tests of what is above codecs.
//
// It sends the first message's text as the body, takes a whole body for the
// answer's text, and of a stream each line for a delta; a line "." is the end.
// Usage is one token a delta and one for the end.
//
// Models: "NAME WINDOW" in a line each; "> TOKEN" asks for the next page.
// Vectors: two inputs a request, a line each; each line of the answer is a
// vector of one number, and usage one token a line.
class ToyProvider final : public Provider, private Embedder {
 public:
  static absl::StatusOr<std::unique_ptr<Provider>> Create(
      const config::v1::ProviderConfig& config);

  explicit ToyProvider(std::string base_url,
                       Prefill prefill = Prefill::kUnknown)
      : base_url_(std::move(base_url)), prefill_(prefill) {}

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
  Prefill prefill(absl::string_view model) const override { return prefill_; }
  absl::string_view base_url() const override { return base_url_; }

 private:
  int max_inputs(absl::string_view model) const override { return 2; }
  absl::StatusOr<HttpRequest> BuildRequest(
      const v1::EmbedRequest& embed, const CallOptions& options) const override;
  absl::StatusOr<v1::EmbedResponse> ParseResponse(
      const HttpResponse& response, const v1::EmbedRequest& embed,
      const CallOptions& options) const override;

  const std::string base_url_;
  const Prefill prefill_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_FAKES_TOY_PROVIDER_H_
