#ifndef AIGATEWAY_PROVIDERS_SHORT_IDS_H_
#define AIGATEWAY_PROVIDERS_SHORT_IDS_H_

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"

namespace aigateway {

// Stands nine letters and digits for every tool call id of a conversation: the
// only ids that Mistral takes. Ids of that form stay; the others are hashed, so
// that a conversation that goes on is sent with the same ids each time (which
// its prompt cache wants). No two ids of one conversation become the same.
class ShortIds {
 public:
  explicit ShortIds(const v1::ChatRequest& chat);

  // The short id for `id`, or `id` if the conversation does not have it. Valid
  // as long as this object and `id`.
  absl::string_view Get(const std::string& id) const;

 private:
  void Reserve(const std::string& id);
  void Add(const std::string& id);

  absl::flat_hash_map<std::string, std::string> short_ids_;
  absl::flat_hash_set<std::string> taken_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_SHORT_IDS_H_
