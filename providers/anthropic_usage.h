#ifndef AIGATEWAY_PROVIDERS_ANTHROPIC_USAGE_H_
#define AIGATEWAY_PROVIDERS_ANTHROPIC_USAGE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/json_reader.h"
#include "providers/anthropic_metadata.h"

namespace aigateway {

// Token counts as Anthropic reports them: a stream does so several times, and
// each report holds for what it names. Counts that make no sense (below 0, no
// numbers) are taken as not reported.
class AnthropicUsage {
 public:
  // Reads the object `usage`.
  absl::Status Read(JsonValue& usage);
  // Takes over what `later` has.
  void Update(const AnthropicUsage& later);

  // Writes the counts in the common way: prompt tokens with those read from
  // and written to the cache. False if there were none.
  bool Write(v1::Usage* usage) const;
  const std::string& service_tier() const { return service_tier_; }
  // Adds what v1 has no field for as the member "usage".
  void Write(AnthropicMetadata* metadata) const;

 private:
  using Count = std::optional<int64_t>;

  Count input_;  // What was neither read from nor written to the cache.
  Count output_;
  Count cache_read_;
  Count cache_write_;
  Count thinking_;
  std::string service_tier_;
  std::map<std::string, std::string> others_;  // JSON text by name.
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_ANTHROPIC_USAGE_H_
