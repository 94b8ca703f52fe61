#ifndef AIGATEWAY_PROVIDERS_GEMINI_CALL_H_
#define AIGATEWAY_PROVIDERS_GEMINI_CALL_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "providers/gemini_profile.h"
#include "providers/parameter_policy.h"

namespace aigateway {

// What an API that has Gemini's format differs in, by its address and not by
// the model.
struct GeminiApi {
  // The name that `provider_options` are found by.
  absl::string_view type = "gemini";
  // Whether it has the ...JsonSchema fields (v1 has not).
  bool json_schema = true;
  // What stands before the id of an uploaded file in its URI. Empty: the API
  // has no files of its own.
  absl::string_view files_url;
  // Whether it fetches what an http URL names, if it is told the type.
  bool fetches_urls = false;
  // Whether it has the field serviceTier.
  bool service_tier = true;
};

// What the parts of one request share while it is written: the request, what
// the model takes, and what is to be done about what it does not. Borrows all
// that it is given.
class GeminiCall {
 public:
  // `warnings` may be null.
  GeminiCall(const v1::ChatRequest& chat, absl::string_view model,
             const GeminiApi& api, OnUnsupported on_unsupported,
             std::vector<std::string>* warnings)
      : chat_(chat),
        profile_(GeminiProfileFor(model)),
        api_(api),
        policy_(on_unsupported, warnings) {}

  const v1::ChatRequest& chat() const { return chat_; }
  const GeminiProfile& profile() const { return profile_; }
  const GeminiApi& api() const { return api_; }
  const ParameterPolicy& policy() const { return policy_; }
  // Whether schemas go out as JSON schema, and not as the OpenAPI subset.
  bool json_schema() const { return profile_.json_schema && api_.json_schema; }

 private:
  const v1::ChatRequest& chat_;
  const GeminiProfile& profile_;
  const GeminiApi& api_;
  const ParameterPolicy policy_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_GEMINI_CALL_H_
