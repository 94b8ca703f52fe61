#ifndef AIGATEWAY_GATEWAY_CORE_PIPELINE_H_
#define AIGATEWAY_GATEWAY_CORE_PIPELINE_H_

#include <cstdint>
#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/task.h"
#include "gateway/core/plan.h"
#include "gateway/core/reply_builder.h"
#include "gateway/core/reply_sink.h"
#include "gateway/core/request_context.h"

namespace aigateway {

// How one request ended: what its account needs beside the context.
struct PipelineResult {
  absl::Status status;
  std::optional<v1::Usage> usage;
  int64_t text_bytes = 0;
  int64_t events = 0;
  FinishReasons finish_reasons;
};

// Starts a copy of the request; returns at once.
using CopySender = absl::FunctionRef<void(const PlannedCopy& copy)>;

// Takes one request through its stages: validate, plugins before, plan,
// attempts, plugins after, reply; on failure the plugins for errors. Route and
// RouteStream run the same. What `send_copy` refers to outlives the call.
Task<PipelineResult> RunPipeline(RequestContext& request, ReplySink& reply,
                                 CopySender send_copy);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_PIPELINE_H_
