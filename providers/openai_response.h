#ifndef AIGATEWAY_PROVIDERS_OPENAI_RESPONSE_H_
#define AIGATEWAY_PROVIDERS_OPENAI_RESPONSE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/json_reader.h"
#include "gateway/net/http_message.h"
#include "providers/openai_chunk.h"
#include "providers/openai_instance.h"
#include "providers/provider.h"

namespace aigateway {

// Reads the body of a whole answer with status 2xx into `chunk`, which then has
// choices and no error. Fails with PROVIDER_PROTOCOL_ERROR for what is no
// answer (a page, nothing, another shape), or with what an error in it means.
absl::Status ReadWholeOpenAiAnswer(const OpenAiInstance& instance,
                                   int http_status, absl::string_view body,
                                   absl::string_view credential,
                                   JsonReader& reader, OpenAiChunk* chunk);

// Makes our answer of a whole one.
absl::StatusOr<v1::ChatResponse> ReadOpenAiResponse(
    const OpenAiInstance& instance, const HttpResponse& response,
    const CallOptions& options);

// What goes into the ids of tool calls that came without one: the answer's own
// id, else what else is its own.
std::string ToolIdSeed(const OpenAiChunk& chunk);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OPENAI_RESPONSE_H_
