#ifndef AIGATEWAY_GATEWAY_SERVER_PROCESS_LOG_H_
#define AIGATEWAY_GATEWAY_SERVER_PROCESS_LOG_H_

#include <string>

#include "gateway/base/background_log_sink.h"
#include "gateway/base/log.h"

namespace aigateway {

// What a server process logs to, gRPC's own lines included.
//
// Standard error may be a pipe that nobody reads: neither a loop nor the end of
// the process waits for it. What the lines pass through is never freed, since
// gRPC may log until the last moment. Thread-safe.
class ProcessLog {
 public:
  // `sink` must live for ever. One in a process.
  ProcessLog(LogLevel level, LogSink* sink);
  // Flushes.
  ~ProcessLog();
  ProcessLog(const ProcessLog&) = delete;
  ProcessLog& operator=(const ProcessLog&) = delete;

  // Lives for ever.
  const Logger& logger() const { return logger_; }

  // Waits until the sink has taken what was logged before, for a second at
  // most.
  void Flush();

  // The count of lines that were dropped, in Prometheus' text format.
  std::string RenderDropped() const;

 private:
  BackgroundLogSink& sink_;
  const Logger& logger_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_PROCESS_LOG_H_
