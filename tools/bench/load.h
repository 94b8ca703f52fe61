#ifndef AIGATEWAY_TOOLS_BENCH_LOAD_H_
#define AIGATEWAY_TOOLS_BENCH_LOAD_H_

#include <cstdint>
#include <string>

#include "tools/bench/load_options.h"

namespace aigateway::bench {

// The prompt that every request has: 1 KB.
std::string Prompt();

// Another number for each request, so that no cache answers it.
int64_t NextSeed();

LoadResult LoadGrpcUnary(const LoadOptions& options);
LoadResult LoadHttpUnary(const LoadOptions& options);
LoadResult LoadGrpcStreams(const LoadOptions& options);
LoadResult LoadHttpStreams(const LoadOptions& options);

// Opens streams that are read for a moment and then no more; `meanwhile` is
// run until the window is over.
void HoldUnreadStreams(const LoadOptions& options);

}  // namespace aigateway::bench

#endif  // AIGATEWAY_TOOLS_BENCH_LOAD_H_
