#ifndef AIGATEWAY_GATEWAY_OBSERVE_REQUEST_LOG_H_
#define AIGATEWAY_GATEWAY_OBSERVE_REQUEST_LOG_H_

#include "gateway/base/log.h"
#include "gateway/observe/request_observer.h"

namespace aigateway {

// Writes one line for each finished request: who, what, where it went and how
// it ended. No prompt, answer, key or header is in it. Thread-safe.
class RequestLog final : public RequestObserver {
 public:
  // `logger` must outlive this object.
  explicit RequestLog(const Logger* logger) : logger_(logger) {}

  void OnRequestEnd(const RequestRecord& record) override;

 private:
  const Logger* const logger_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_OBSERVE_REQUEST_LOG_H_
