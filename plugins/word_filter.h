#ifndef AIGATEWAY_PLUGINS_WORD_FILTER_H_
#define AIGATEWAY_PLUGINS_WORD_FILTER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

#include "plugins/plugin.h"

namespace aigateway {

// The plugin `word-filter`: refuses requests, and answers if asked to, that
// have a blocked word in them. `settings` is a WordFilterSettings.
absl::StatusOr<std::unique_ptr<Plugin>> CreateWordFilter(
    const google::protobuf::Message& settings);

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_WORD_FILTER_H_
