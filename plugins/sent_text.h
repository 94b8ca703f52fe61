#ifndef AIGATEWAY_PLUGINS_SENT_TEXT_H_
#define AIGATEWAY_PLUGINS_SENT_TEXT_H_

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

#include "plugins/plugin.h"

namespace aigateway {

// Visits every text of `request` that a model may read, wherever it stands, so
// that nothing passes a limit by standing elsewhere: of messages the content,
// text parts, names, tool calls, reasoning, refusals and words of sounds;
// documents that may be text; stop texts; the definitions of tools and of the
// answer's form; the names and texts in provider_options; the inputs of Embed.
// A document's `data:` URL is visited as it is written. The views are valid
// during the visit.
void ForEachSentText(const PluginRequest& request,
                     absl::FunctionRef<void(absl::string_view text)> visit);

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_SENT_TEXT_H_
