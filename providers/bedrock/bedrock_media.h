#ifndef AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_MEDIA_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_MEDIA_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "providers/bedrock/bedrock_call.h"

namespace aigateway {

// An image, a document, sound or a film.
struct BedrockMedia {
  absl::string_view kind;    // "image", "document", "audio", "video".
  absl::string_view format;  // "png", "pdf", "mp3"; a literal.
  std::string name;          // Of a document.
  absl::string_view base64;  // One of these three:
  absl::string_view bytes;
  absl::string_view s3_uri;
  std::string decoded;  // Counts instead of `bytes` if it is not empty.
};

// The media of a part, which is at `path`. The bytes come from the part, from a
// data: URL or from a place in S3: Bedrock fetches nothing else.
// INVALID_REQUEST for a part that makes no sense, UNSUPPORTED_PARAMETER for one
// that Bedrock or the model does not take.
absl::StatusOr<BedrockMedia> BedrockImageOf(const v1::ImagePart& image,
                                            const std::string& path,
                                            const BedrockCall& call);
absl::StatusOr<BedrockMedia> BedrockSoundOf(const v1::AudioPart& audio,
                                            const std::string& path,
                                            const BedrockCall& call);
// An image and a film can be files too. `documents` counts the documents of a
// conversation, no two of which may have one name.
absl::StatusOr<BedrockMedia> BedrockFileOf(const v1::FilePart& file,
                                           const std::string& path,
                                           const BedrockCall& call,
                                           int* documents);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_MEDIA_H_
