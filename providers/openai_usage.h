#ifndef AIGATEWAY_PROVIDERS_OPENAI_USAGE_H_
#define AIGATEWAY_PROVIDERS_OPENAI_USAGE_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/json_reader.h"
#include "providers/provider_metadata.h"

namespace aigateway {

// The counts of a usage object in OpenAI's shape, under whatever name a vendor
// has for them. A count that is no whole number from 0 is taken for missing.
struct OpenAiUsage {
  std::optional<int64_t> prompt;
  std::optional<int64_t> completion;
  std::optional<int64_t> total;
  std::optional<int64_t> cached;
  std::optional<int64_t> cache_write;
  std::optional<int64_t> reasoning;

  bool empty() const {
    return !prompt && !completion && !total && !cached && !cache_write &&
           !reasoning;
  }

  // In our terms: completion with the reasoning in it, where the vendor counts
  // it beside, or where its total shows that it did.
  void To(bool reasoning_beside_completion, v1::Usage* usage) const;
};

// Reads a usage object into `usage`; what is no count of tokens (cost, timings)
// goes into `metadata` under "usage".
absl::Status ReadOpenAiUsage(JsonValue& value, OpenAiUsage* usage,
                             ProviderMetadata* metadata);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_OPENAI_USAGE_H_
