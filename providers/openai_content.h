#ifndef AIGATEWAY_PROVIDERS_OPENAI_CONTENT_H_
#define AIGATEWAY_PROVIDERS_OPENAI_CONTENT_H_

#include "absl/status/status.h"

#include "gateway/base/json_reader.h"
#include "providers/openai_chunk.h"
#include "providers/provider_metadata.h"

namespace aigateway {

// Reads a `message`, or the `delta` of a chunk, into `piece`; what no field has
// goes into `extras`. Fails with a plain InvalidArgument for a member of a kind
// that gives no sense.
absl::Status ReadOpenAiMessage(JsonValue& value, OpenAiPiece* piece,
                               ProviderMetadata* extras);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OPENAI_CONTENT_H_
