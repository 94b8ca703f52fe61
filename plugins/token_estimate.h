#ifndef AIGATEWAY_PLUGINS_TOKEN_ESTIMATE_H_
#define AIGATEWAY_PLUGINS_TOKEN_ESTIMATE_H_

#include <cstdint>

#include "plugins/plugin.h"

namespace aigateway {

// About how many tokens the prompt has, rather too many than too few, for no
// tokenizer is asked: one for 3 letters of ASCII and for each other letter, 4
// for each message and 3 for the whole, 1000 for each picture, sound or
// document. Of Embed the texts' alone, and token ids as they are.
int64_t EstimatePromptTokens(const PluginRequest& request);

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_TOKEN_ESTIMATE_H_
