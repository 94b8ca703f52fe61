#ifndef AIGATEWAY_TESTS_CONFORMANCE_CODEC_READING_H_
#define AIGATEWAY_TESTS_CONFORMANCE_CODEC_READING_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/core/stream_joiner.h"
#include "gateway/net/http_message.h"
#include "providers/provider.h"

namespace aigateway {

// Joins a stream.
class JoiningEvents final : public ProviderEvents {
 public:
  absl::Status OnDelta(v1::Delta& delta) override;
  absl::Status OnFinish(v1::Finish& finish) override;
  void OnLife() override {}

  StreamJoiner joiner;
};

// What a codec made of an answer.
struct WireReading {
  absl::Status status;
  v1::ChatResponse response;
  std::optional<NextExchange> next;  // Instead of a response.
  std::vector<std::string> warnings;
};

// An instance of a type as it is registered, with `api` for the option of that
// name unless it is empty. Null if there is no such type, or it refuses.
std::unique_ptr<Provider> MakeCodec(const std::string& type,
                                    const std::string& api);

// Reads a whole answer to `chat`, which was asked of `model`.
WireReading ReadWholeAnswer(const Provider& codec, const HttpResponse& response,
                            const v1::ChatRequest& chat,
                            const std::string& model);

// Reads a streamed one. Each of `bodies` is an exchange that the one before it
// leads to, with the headers of the first; each is fed in pieces that end at
// every one of `cuts` that is in it. The last one's end is `clean`, as if its
// framing said that the body is complete, or is not.
WireReading ReadStreamedAnswer(const Provider& codec,
                               const HttpHeaders& headers,
                               const std::vector<std::string>& bodies,
                               const v1::ChatRequest& chat,
                               const std::string& model,
                               const std::vector<size_t>& cuts,
                               bool clean = true);

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_CONFORMANCE_CODEC_READING_H_
