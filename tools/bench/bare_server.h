#ifndef AIGATEWAY_TOOLS_BENCH_BARE_SERVER_H_
#define AIGATEWAY_TOOLS_BENCH_BARE_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "aigateway/v1/gateway.pb.h"
#include "tools/bench/http_loop.h"

namespace aigateway::bench {

// The floors: servers of Route and RouteStream that do nothing but carry bytes
// between gRPC and the upstream. None of them returns; all are ended by a
// signal. Each listens on `port` of loopback.

// Answers Route by itself, from gRPC's async API, without an upstream.
[[noreturn]] void ServeEcho(int port);

// Carries calls by the async API; the completion queue of each loop is drained
// by the loop itself, as the gateway does it.
[[noreturn]] void ServeByQueue(int port, const std::string& upstream,
                               int loops);

// Carries calls by the callback API.
[[noreturn]] void ServeByCallbacks(int port, const std::string& upstream,
                                   int loops);

// What the two have in common.

std::vector<std::unique_ptr<HttpLoop>> StartLoops(const std::string& upstream,
                                                  int count);

// The body to send upstream for a request.
std::string BodyOf(const v1::ChatRequest& chat, bool stream);

// Makes an answer of the size that the gateway's has, whose text is `text`.
void FillAnswer(absl::string_view text, v1::RouteResponse* response);

// Finds the tokens in the bytes of a stream, however they are cut.
class TokenReader {
 public:
  // Appends the texts of what is complete to `text`.
  void Read(absl::string_view bytes, std::string* text);

 private:
  std::string rest_;
};

}  // namespace aigateway::bench

#endif  // AIGATEWAY_TOOLS_BENCH_BARE_SERVER_H_
