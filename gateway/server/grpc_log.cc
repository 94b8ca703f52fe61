#include "gateway/server/grpc_log.h"

#include <atomic>

#include "absl/strings/str_cat.h"
#include "grpc/support/log.h"

namespace aigateway {
namespace {

std::atomic<const Logger*> grpc_logger{nullptr};

void Write(gpr_log_func_args* args) {
  const Logger* const logger = grpc_logger.load(std::memory_order_acquire);
  if (logger == nullptr) return;
  // What gRPC calls an error is mostly one peer's connection.
  const LogLevel level = args->severity == GPR_LOG_SEVERITY_ERROR
                             ? LogLevel::kWarning
                             : LogLevel::kDebug;
  logger->Log(level, "grpc",
              {{"text", args->message},
               {"source", absl::StrCat(args->file, ":", args->line)}});
}

}  // namespace

void SendGrpcLogTo(const Logger* logger) {
  grpc_logger.store(logger, std::memory_order_release);
  gpr_set_log_function(&Write);
}

}  // namespace aigateway
