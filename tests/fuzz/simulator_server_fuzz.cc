// The input is the body of a chat completion: whatever it is, the simulator
// answers with a head and, unless it was told to misbehave, with JSON.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "gateway/base/check.h"
#include "gateway/base/json_reader.h"
#include "gateway/net/http_message.h"
#include "gateway/net/simulated_http_client.h"
#include "providers/simulator_faults.h"
#include "providers/simulator_server.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  static auto* const counts = new aigateway::SimulatorFaultCounts();
  aigateway::HttpRequest request;
  request.url = "simulator://local/v1/chat/completions";
  request.body.assign(reinterpret_cast<const char*>(bytes), size);
  aigateway::SimulatedAnswer answer = aigateway::AnswerAsSimulator(
      request, absl::FromUnixSeconds(1'700'000'000), *counts);

  const bool told_to_misbehave = absl::StrContains(request.body, "fault") ||
                                 absl::StrContains(request.body, "\\u");
  if (!told_to_misbehave && !answer.body.empty()) {
    AIGW_CHECK(aigateway::IsJson(answer.body.front().bytes));
  }
  aigateway::SimulatedPiece piece;
  int pieces = 0;
  while (answer.more && pieces < 200 && answer.more(piece)) {
    ++pieces;
    AIGW_CHECK(told_to_misbehave || absl::StartsWith(piece.bytes, "data: "));
  }
  return 0;
}
