#ifndef AIGATEWAY_PROVIDERS_ANTHROPIC_TOOLS_H_
#define AIGATEWAY_PROVIDERS_ANTHROPIC_TOOLS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/json_writer.h"
#include "providers/anthropic_call.h"
#include "providers/anthropic_content.h"

namespace aigateway {

// The tools of a request and what is said about their choice.
//
// Beside the caller's own there are Anthropic's, which v1 has no field for:
// `provider_options.anthropic.server_tools`, a list of tools as the API takes
// them ({"type":"web_search_20250305","name":"web_search"}).
class AnthropicTools {
 public:
  // `can_force` is false where a forced choice would be refused: then the model
  // is left to decide, with only the wanted tools, and a warning says so.
  // INVALID_REQUEST for a schema that is none, or a choice without its tool.
  static absl::StatusOr<AnthropicTools> Create(bool can_force,
                                               AnthropicCall& call);

  // Writes the members "tools" and "tool_choice", if there are any.
  void Write(AnthropicCacheMarks& marks, JsonWriter& out) const;
  int CountCacheMarks() const;

 private:
  struct Own {
    absl::string_view name;
    absl::string_view description;
    std::string schema;  // JSON text.
    bool strict = false;
    const v1::CacheControl* cache = nullptr;
  };

  AnthropicTools() = default;
  absl::Status AddOwn(int index, AnthropicCall& call);
  absl::Status AddServerTools(const AnthropicCall& call);
  absl::Status Choose(bool can_force, AnthropicCall& call);
  absl::Status ChooseMode(v1::ToolChoiceMode mode, bool can_force,
                          AnthropicCall& call);
  absl::Status ChooseTool(const std::string& name, bool can_force,
                          AnthropicCall& call);

  std::vector<Own> own_;
  std::vector<std::string> server_;  // JSON text of each.
  int strict_tools_ = 0;
  absl::string_view choice_;  // "auto", "any", "tool", "none"; empty: unsaid.
  absl::string_view chosen_;  // The name, of "tool".
  bool one_at_a_time_ = false;
};

// Whether `choice` names a tool that a model which cannot be forced would be
// given alone: it then sees another prompt than before.
bool NarrowsAnthropicTools(const AnthropicCall& call);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_ANTHROPIC_TOOLS_H_
