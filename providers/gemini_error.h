#ifndef AIGATEWAY_PROVIDERS_GEMINI_ERROR_H_
#define AIGATEWAY_PROVIDERS_GEMINI_ERROR_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/net/http_message.h"
#include "providers/redactor.h"

namespace aigateway {

// A failure as Gemini or Vertex AI reports it.
struct GeminiFailure {
  int http_status = 0;  // 0: it came in an answer with a 2xx status.
  const HttpHeaders* headers = nullptr;  // Null: none that matter.
  absl::string_view body;  // {"error":{...}}, [{"error":{...}}], or anything.
  absl::Time now = absl::UnixEpoch();  // For waits that are given as a date.
};

// Makes the error, by status, body and details: which of Google's answers mean
// that the key is refused (also a 400), that a quota is used up (a 429 that is
// counted by the day) or only a rate passed, that the prompt is too long, was
// refused, or that the model is not there. Never OK. `credential` is cleaned
// out of the words beside what `redactor` knows.
absl::Status GeminiError(const GeminiFailure& failure, const Redactor& redactor,
                         absl::string_view credential = {});

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_GEMINI_ERROR_H_
