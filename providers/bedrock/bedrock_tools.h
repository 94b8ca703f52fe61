#ifndef AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_TOOLS_H_
#define AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_TOOLS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "gateway/base/json_writer.h"
#include "providers/bedrock/bedrock_call.h"
#include "providers/bedrock/bedrock_content.h"
#include "providers/bedrock/bedrock_conversation.h"

namespace aigateway {

// The tools of a request and what is said about their choice.
//
// Converse has no choice "none", and refuses a conversation with calls or
// results whose tools it is not told: then tools that are not offered any more
// are declared by their names all the same, with a warning.
class BedrockTools {
 public:
  // `can_force` is false where a forced choice would be refused for what else
  // is asked: then the model is left to decide, with only the wanted tools, and
  // a warning says so.
  static absl::StatusOr<BedrockTools> Create(
      bool can_force, const BedrockConversation& conversation,
      const BedrockCall& call);

  // Writes the member "toolConfig", if there are any.
  void Write(BedrockCachePoints& points, JsonWriter& out) const;
  int CountCachePoints() const;

 private:
  struct Tool {
    absl::string_view name;
    absl::string_view description;
    std::string schema;  // JSON text.
    bool strict = false;
    std::optional<BedrockCachePoint> point;
  };

  BedrockTools() = default;
  absl::Status Add(int index, const BedrockCall& call);
  absl::Status MakeStrict(const std::string& path, const BedrockCall& call,
                          Tool* tool);
  absl::Status Choose(bool can_force, const BedrockConversation& conversation,
                      const BedrockCall& call);
  absl::Status ChooseTool(bool can_force, const BedrockCall& call);
  void DeclareCalled(const BedrockConversation& conversation,
                     const BedrockCall& call);

  std::vector<Tool> tools_;
  absl::string_view choice_;  // "auto", "any", "tool"; empty: unsaid.
  absl::string_view chosen_;  // The name, of "tool".
};

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_BEDROCK_BEDROCK_TOOLS_H_
