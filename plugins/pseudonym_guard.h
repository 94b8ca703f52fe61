#ifndef AIGATEWAY_PLUGINS_PSEUDONYM_GUARD_H_
#define AIGATEWAY_PLUGINS_PSEUDONYM_GUARD_H_

#include <memory>
#include <utility>

#include "absl/status/statusor.h"

#include "plugins/plugin.h"
#include "plugins/text_scanner.h"

namespace aigateway {

// Puts pseudonyms in the place of what a scanner finds in a request, and what
// they stand for back into its answer, streams too. Names of an answer and
// blocks of reasoning, which their provider wants back as they were, stay as
// they are. Immutable; what belongs to a request is in its state.
class PseudonymGuard final : public Plugin {
 public:
  // The replacements of `finder` are kinds, as Pseudonyms has them.
  explicit PseudonymGuard(std::unique_ptr<const TextScanner> finder)
      : finder_(std::move(finder)) {}

  Task<absl::StatusOr<Verdict>> BeforeRequest(PluginRequest& request) override;
  Task<absl::StatusOr<Verdict>> AfterRequest(
      PluginRequest& request, v1::ChatResponse& response) override;
  std::unique_ptr<ChunkFilter> NewChunkFilter(PluginRequest& request) override;

 private:
  const std::unique_ptr<const TextScanner> finder_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_PSEUDONYM_GUARD_H_
