#ifndef AIGATEWAY_PROVIDERS_GEMINI_EMBEDDER_H_
#define AIGATEWAY_PROVIDERS_GEMINI_EMBEDDER_H_

#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/gateway.pb.h"
#include "gateway/net/http_message.h"
#include "providers/embedder.h"
#include "providers/parameter_policy.h"
#include "providers/provider.h"
#include "providers/redactor.h"

namespace aigateway {

// Google's word for what a vector is for.
std::string GeminiTaskType(absl::string_view input_type);

// Gemini's batchEmbedContents.
class GeminiEmbedder : public Embedder {
 public:
  // Makes a POST for a model, with the credential, but for its body.
  using NewPost = std::function<HttpRequest(absl::string_view model,
                                            absl::string_view credential)>;

  // `redactor` must outlive this object.
  GeminiEmbedder(NewPost new_post, OnUnsupported on_unsupported,
                 const Redactor& redactor)
      : new_post_(std::move(new_post)),
        on_unsupported_(on_unsupported),
        redactor_(redactor) {}

  int max_inputs(absl::string_view model) const override;
  absl::StatusOr<HttpRequest> BuildRequest(
      const v1::EmbedRequest& embed, const CallOptions& options) const override;
  absl::StatusOr<v1::EmbedResponse> ParseResponse(
      const HttpResponse& response, const v1::EmbedRequest& embed,
      const CallOptions& options) const override;

 private:
  const NewPost new_post_;
  const OnUnsupported on_unsupported_;
  const Redactor& redactor_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_GEMINI_EMBEDDER_H_
