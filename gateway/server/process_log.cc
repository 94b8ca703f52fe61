#include "gateway/server/process_log.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "gateway/base/clock.h"
#include "gateway/server/grpc_log.h"

namespace aigateway {
namespace {

// How long the sink has, at the end, to take the last lines.
constexpr absl::Duration kLastLines = absl::Seconds(1);

}  // namespace

ProcessLog::ProcessLog(LogLevel level, LogSink* sink)
    : sink_(*new BackgroundLogSink(sink)),
      logger_(*new Logger({.level = level, .format = Logger::FormatForStderr()},
                          Clock::Real(), &sink_)) {
  SendGrpcLogTo(&logger_);
}

ProcessLog::~ProcessLog() { Flush(); }

void ProcessLog::Flush() { (void)sink_.Flush(kLastLines); }

std::string ProcessLog::RenderDropped() const {
  constexpr char kName[] = "aigateway_log_lines_dropped_total";
  return absl::StrCat(
      "# HELP ", kName, " Log lines that standard error was too slow for.\n",
      "# TYPE ", kName, " counter\n", kName, " ", sink_.dropped(), "\n");
}

}  // namespace aigateway
