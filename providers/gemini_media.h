#ifndef AIGATEWAY_PROVIDERS_GEMINI_MEDIA_H_
#define AIGATEWAY_PROVIDERS_GEMINI_MEDIA_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/json_writer.h"
#include "providers/gemini_call.h"

namespace aigateway {

// Writes a part that is an image, sound or a document, as `inlineData` (bytes,
// `data:` URLs) or `fileData` (gs://, files that were uploaded to the API).
// `signature` is the seal that it came with; empty if there is none.
//
// `field` is its path in the request. Fails with INVALID_REQUEST for what is
// missing or no `data:` URL, with UNSUPPORTED_PARAMETER for other URLs: Gemini
// does not fetch them from everywhere, and the gateway from nowhere.
absl::Status WriteGeminiMedia(const v1::ContentPart& part,
                              absl::string_view field, const GeminiCall& call,
                              absl::string_view signature, JsonWriter& out);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_GEMINI_MEDIA_H_
