#ifndef AIGATEWAY_TESTS_SIMULATION_REPLY_CHECK_H_
#define AIGATEWAY_TESTS_SIMULATION_REPLY_CHECK_H_

#include <string>

#include "absl/status/status.h"

#include "aigateway/v1/gateway.pb.h"

namespace aigateway {

// Checks what the caller of one request gets against the contract: events in
// order, and the text, whole or as far as it goes. Each call returns what was
// broken by it; empty if nothing was.
class ReplyCheck {
 public:
  ReplyCheck(int number, bool stream);

  std::string OnResponse(const v1::RouteResponse& response);
  std::string OnEvent(const v1::RouteStreamResponse& event);
  // The request ended.
  std::string OnEnd(const absl::Status& status);

 private:
  std::string OnText(const v1::Delta& delta);
  std::string OnFailover(const v1::Failover& failover);
  std::string AtStreamsEnd(const absl::Status& status) const;

  const std::string expected_;
  const bool stream_;
  std::string text_;
  int responses_ = 0;
  bool started_ = false;
  int finishes_ = 0;
  bool complete_ = false;
};

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_SIMULATION_REPLY_CHECK_H_
