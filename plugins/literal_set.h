#ifndef AIGATEWAY_PLUGINS_LITERAL_SET_H_
#define AIGATEWAY_PLUGINS_LITERAL_SET_H_

#include <bitset>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "gateway/base/mutex.h"
#include "hs/hs.h"

namespace aigateway {

// Finds any of many byte strings in a text, in one pass whose cost hardly grows
// with their number: Hyperscan, since RE2::Set gives up on ten thousand.
// Thread-safe.
class LiteralSet {
 public:
  // `literals` are not empty; order and repetition do not matter. Compiling ten
  // thousand takes about a second. FAILED_PRECONDITION if this machine's CPU
  // cannot run Hyperscan (x86-64 with SSSE3), INVALID_ARGUMENT if it does not
  // take the literals.
  static absl::StatusOr<std::unique_ptr<LiteralSet>> Create(
      std::vector<std::string> literals);

  explicit LiteralSet(std::vector<std::string> sorted_literals,
                      hs_database_t* database);
  ~LiteralSet();
  LiteralSet(const LiteralSet&) = delete;
  LiteralSet& operator=(const LiteralSet&) = delete;

  // Calls `found` with the beginning and end of each occurrence, by end, until
  // it returns false. RESOURCE_EXHAUSTED if there is no memory.
  absl::Status Find(absl::string_view text,
                    absl::FunctionRef<bool(size_t begin, size_t end)> found);

  // Where the longest end of `text` begins that a longer literal begins with:
  // what follows could make one of it. The size of the text if none does.
  size_t OpenEnd(absl::string_view text) const;

 private:
  // Each scan needs one to itself.
  hs_scratch_t* TakeScratch() ABSL_LOCKS_EXCLUDED(mutex_);
  void GiveBack(hs_scratch_t* scratch) ABSL_LOCKS_EXCLUDED(mutex_);

  const std::vector<std::string> literals_;  // Sorted.
  size_t longest_ = 0;
  std::bitset<256> first_bytes_;
  hs_database_t* const database_;
  Mutex mutex_;
  std::vector<hs_scratch_t*> scratches_ ABSL_GUARDED_BY(mutex_);  // Unused.
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_LITERAL_SET_H_
