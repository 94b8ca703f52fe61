#ifndef AIGATEWAY_PLUGINS_TEXT_GUARD_H_
#define AIGATEWAY_PLUGINS_TEXT_GUARD_H_

#include <memory>
#include <utility>

#include "absl/status/statusor.h"

#include "plugins/plugin.h"
#include "plugins/text_scanner.h"

namespace aigateway {

// Takes every text of a request past `scanner`, as TextGuard does.
absl::StatusOr<Verdict> PassRequest(const TextScanner& scanner,
                                    PluginRequest& request);

// Takes every text of requests and answers past one scanner, streams too. What
// the scanner refuses is denied, what it changes leaves changed. Inputs of
// Embed that are tokens, not text, cannot be looked at and are denied.
// Immutable.
class TextGuard final : public Plugin {
 public:
  explicit TextGuard(std::unique_ptr<const TextScanner> scanner)
      : scanner_(std::move(scanner)) {}

  Task<absl::StatusOr<Verdict>> BeforeRequest(PluginRequest& request) override;
  Task<absl::StatusOr<Verdict>> AfterRequest(
      PluginRequest& request, v1::ChatResponse& response) override;
  std::unique_ptr<ChunkFilter> NewChunkFilter(PluginRequest& request) override;

 private:
  const std::unique_ptr<const TextScanner> scanner_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_TEXT_GUARD_H_
