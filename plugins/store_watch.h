#ifndef AIGATEWAY_PLUGINS_STORE_WATCH_H_
#define AIGATEWAY_PLUGINS_STORE_WATCH_H_

#include <atomic>

#include "absl/status/status.h"

#include "gateway/base/log.h"

namespace aigateway {

// Tells the log when a plugin's store goes away and when it is back: a line
// each, not one for every request. Thread-safe.
class StoreWatch {
 public:
  // What the lines say, constant phrases that must outlive this object.
  StoreWatch(const char* lost, const char* back) : lost_(lost), back_(back) {}

  // What became of asking it. `logger` may be null.
  void Note(const absl::Status& status, const Logger* logger) {
    const bool is_away = !status.ok();
    // Mostly nothing has changed, and then nothing is written.
    if (is_away_.load(std::memory_order_relaxed) == is_away ||
        is_away_.exchange(is_away) == is_away || logger == nullptr) {
      return;
    }
    if (is_away) {
      logger->Warning(lost_, {{"error", status.message()}});
    } else {
      logger->Info(back_);
    }
  }

 private:
  const char* const lost_;
  const char* const back_;
  std::atomic<bool> is_away_ = false;
};

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_STORE_WATCH_H_
