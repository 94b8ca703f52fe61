#include "providers/anthropic_conversation.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"
#include "providers/anthropic_thoughts.h"
#include "providers/model_name.h"
#include "providers/parameter_policy.h"
#include "providers/tool_arguments.h"

namespace aigateway {
namespace {

bool IsBlank(absl::string_view text) {
  return absl::StripAsciiWhitespace(text).empty();
}

bool IsThought(const AnthropicBlock& block) {
  return std::holds_alternative<AnthropicThinking>(block.kind) ||
         std::holds_alternative<AnthropicRedacted>(block.kind);
}

// Adds a text, unless the API would refuse it for being blank.
void AddText(absl::string_view text, std::vector<AnthropicBlock>& blocks) {
  if (!IsBlank(text)) blocks.push_back({AnthropicText{text}});
}

void Append(std::vector<AnthropicBlock> from, std::vector<AnthropicBlock>& to) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
}

// A reasoning block that goes back, and where it stood if it says so.
struct Thought {
  int64_t order = 0;  // Among the blocks of its answer.
  int position = 0;   // Among the reasoning blocks; where `order` is equal.
  std::optional<AnthropicPlace> place;
  AnthropicBlock block;
};

class Reader {
 public:
  Reader(bool keep_bound, AnthropicCall& call)
      : keep_bound_(keep_bound), call_(call) {}

  absl::StatusOr<AnthropicConversation> Read() {
    for (int i = 0; i < call_.chat().messages_size(); ++i) {
      AIGW_RETURN_IF_ERROR(Add(call_.chat().messages(i),
                               absl::StrCat("chat.messages[", i, "]")));
    }
    CloseUserTurn();
    if (conversation_.turns.empty()) {
      return FieldError("chat.messages",
                        "have nothing to answer: Claude wants a message of "
                        "the user beside instructions");
    }
    TrimLastTurn();
    conversation_.loop_without_thinking = LoopsWithoutThinking();
    WarnOfChanges();
    return std::move(conversation_);
  }

 private:
  absl::Status Add(const v1::Message& message, const std::string& path) {
    switch (message.role()) {
      case v1::ROLE_SYSTEM:
      case v1::ROLE_DEVELOPER:
        return AddInstructions(message, path);
      case v1::ROLE_USER: {
        if (!message.name().empty() && !told_of_names_) {
          told_of_names_ = true;
          AIGW_RETURN_IF_ERROR(call_.policy().LeaveOut(
              Weight::kHint, absl::StrCat(path, ".name"),
              "is not known to Claude"));
        }
        AIGW_ASSIGN_OR_RETURN(std::vector<AnthropicBlock> blocks,
                              ContentOf(message, path));
        AIGW_RETURN_IF_ERROR(Mark(message, path, blocks));
        Append(std::move(blocks), said_);
        return absl::OkStatus();
      }
      case v1::ROLE_TOOL:
        return AddResult(message, path);
      case v1::ROLE_ASSISTANT:
        return AddAssistant(message, path);
      default:
        return FieldError(absl::StrCat(path, ".role"), "is not known");
    }
  }

  // The text or the parts of a message.
  absl::StatusOr<std::vector<AnthropicBlock>> ContentOf(
      const v1::Message& message, const std::string& path) {
    std::vector<AnthropicBlock> blocks;
    AddText(message.content(), blocks);
    for (int i = 0; i < message.parts_size(); ++i) {
      const v1::ContentPart& part = message.parts(i);
      if (part.part_case() == v1::ContentPart::kText && IsBlank(part.text())) {
        continue;
      }
      AIGW_ASSIGN_OR_RETURN(
          AnthropicBlock block,
          AnthropicBlockOf(part, absl::StrCat(path, ".parts[", i, "]"), call_));
      blocks.push_back(std::move(block));
    }
    return blocks;
  }

  // Puts the message's own cache_control on the last block that can have one.
  absl::Status Mark(const v1::Message& message, const std::string& path,
                    std::vector<AnthropicBlock>& blocks) {
    if (!message.has_cache_control()) return absl::OkStatus();
    AIGW_ASSIGN_OR_RETURN(
        const v1::CacheControl* const cache,
        AnthropicCacheControl(message.cache_control(), path, call_));
    for (auto it = blocks.rbegin(); it != blocks.rend(); ++it) {
      if (IsThought(*it) ||
          std::holds_alternative<AnthropicVerbatim>(it->kind)) {
        continue;
      }
      if (it->cache == nullptr) it->cache = cache;
      break;
    }
    return absl::OkStatus();
  }

  absl::Status AddInstructions(const v1::Message& message,
                               const std::string& path) {
    AIGW_ASSIGN_OR_RETURN(std::vector<AnthropicBlock> blocks,
                          ContentOf(message, path));
    for (const AnthropicBlock& block : blocks) {
      if (!std::holds_alternative<AnthropicText>(block.kind)) {
        return call_.policy().LeaveOut(
            Weight::kEssence, path,
            "has more than text, which Claude does not take as instructions");
      }
    }
    AIGW_RETURN_IF_ERROR(Mark(message, path, blocks));
    const bool leads =
        conversation_.turns.empty() && said_.empty() && results_.empty();
    if (!leads && call_.profile().system_midway) {
      Append(std::move(blocks), instructions_);
    } else {
      if (!leads) lifted_ += static_cast<int>(blocks.size());
      Append(std::move(blocks), conversation_.system);
    }
    return absl::OkStatus();
  }

  absl::Status AddResult(const v1::Message& message, const std::string& path) {
    if (message.tool_call_id().empty()) {
      return FieldError(absl::StrCat(path, ".tool_call_id"),
                        "is required in a tool message");
    }
    AnthropicToolResult result;
    result.tool_use_id = AnthropicToolId(message.tool_call_id());
    AIGW_ASSIGN_OR_RETURN(result.content, ContentOf(message, path));
    std::vector<AnthropicBlock> blocks;
    blocks.push_back({std::move(result)});
    AIGW_RETURN_IF_ERROR(Mark(message, path, blocks));
    Append(std::move(blocks), results_);
    return absl::OkStatus();
  }

  absl::Status AddAssistant(const v1::Message& message,
                            const std::string& path) {
    std::vector<AnthropicBlock> uses;
    for (int i = 0; i < message.tool_calls_size(); ++i) {
      const v1::ToolCall& call = message.tool_calls(i);
      const std::string call_path = absl::StrCat(path, ".tool_calls[", i, "]");
      if (call.id().empty()) {
        return FieldError(absl::StrCat(call_path, ".id"), "is required");
      }
      AnthropicToolUse use;
      use.id = AnthropicToolId(call.id());
      use.name = call.name();
      AIGW_ASSIGN_OR_RETURN(use.input, ToolArgumentsObject(call, call_path));
      uses.push_back({std::move(use)});
    }

    // What came before each thought, then what is left.
    std::vector<AnthropicBlock> blocks;
    absl::string_view text = message.content();
    size_t taken_text = 0;
    size_t taken_uses = 0;
    for (Thought& thought : ThoughtsOf(message)) {
      if (thought.place.has_value() && message.parts().empty()) {
        const auto end = static_cast<size_t>(thought.place->text_bytes);
        if (end > taken_text && end <= text.size() &&
            IsValidUtf8(text.substr(taken_text, end - taken_text))) {
          AddText(text.substr(taken_text, end - taken_text), blocks);
          taken_text = end;
        }
        const size_t calls =
            std::min(static_cast<size_t>(thought.place->calls), uses.size());
        while (taken_uses < calls) blocks.push_back(uses[taken_uses++]);
      }
      blocks.push_back(std::move(thought.block));
    }
    if (message.parts().empty()) {
      AddText(text.substr(taken_text), blocks);
    } else {
      AIGW_ASSIGN_OR_RETURN(std::vector<AnthropicBlock> content,
                            ContentOf(message, path));
      Append(std::move(content), blocks);
    }
    AddText(message.refusal(), blocks);
    while (taken_uses < uses.size()) blocks.push_back(uses[taken_uses++]);
    AIGW_RETURN_IF_ERROR(Mark(message, path, blocks));

    // An answer without content is no turn; what stands around it is one.
    if (blocks.empty()) return absl::OkStatus();
    CloseUserTurn();
    if (conversation_.turns.empty() ||
        conversation_.turns.back().role != "assistant") {
      conversation_.turns.push_back({"assistant", {}});
    }
    Append(std::move(blocks), conversation_.turns.back().blocks);
    return absl::OkStatus();
  }

  // Those reasoning blocks that this model may be sent, in their order.
  std::vector<Thought> ThoughtsOf(const v1::Message& message) {
    std::vector<Thought> thoughts;
    for (int i = 0; i < message.reasoning_blocks_size(); ++i) {
      const v1::ReasoningBlock& block = message.reasoning_blocks(i);
      std::optional<Thought> thought;
      if (IsOfThisModel(block)) thought = ThoughtOf(block);
      if (!thought.has_value()) {
        ++foreign_thoughts_;
        continue;
      }
      thought->order = thought->place.has_value() ? thought->place->index : i;
      thought->position = i;
      thoughts.push_back(*std::move(thought));
    }
    std::sort(thoughts.begin(), thoughts.end(),
              [](const Thought& a, const Thought& b) {
                return std::tie(a.order, a.position) <
                       std::tie(b.order, b.position);
              });
    return thoughts;
  }

  bool IsOfThisModel(const v1::ReasoningBlock& block) const {
    if (call_.profile().bound_thinking && !keep_bound_) return false;
    if (block.model().empty()) return true;  // Its form will tell.
    if (MayBeSameModel(block.model(), call_.model())) return true;
    // A deployment may have a name of its own.
    return IsClaude(block.model()) && !IsClaude(call_.model());
  }

  static std::optional<Thought> ThoughtOf(const v1::ReasoningBlock& block) {
    Thought thought;
    if (std::optional<AnthropicOpaque> ours =
            ReadAnthropicOpaque(block.opaque())) {
      thought.place = ours->place;
      if (!ours->block.empty()) {
        thought.block.kind = AnthropicVerbatim{std::move(ours->block)};
        return thought;
      }
    } else if (!block.opaque().empty()) {
      // Other providers' items are JSON; Anthropic's is not.
      if (block.has_signature() || absl::StartsWith(block.opaque(), "{") ||
          absl::StartsWith(block.opaque(), "[")) {
        return std::nullopt;
      }
      thought.block.kind = AnthropicRedacted{block.opaque()};
      return thought;
    }
    // A signature without a text, not even an empty one, is Gemini's.
    if (!block.has_text() || block.signature().empty()) return std::nullopt;
    thought.block.kind = AnthropicThinking{block.text(), block.signature()};
    return thought;
  }

  // Ends the user's turn: results first, then what was said, then instructions
  // that came meanwhile, for these must follow a turn of the user and stand
  // before one of the assistant.
  void CloseUserTurn() {
    const bool has_turn = !results_.empty() || !said_.empty();
    if (has_turn) {
      AnthropicTurn turn{"user", std::exchange(results_, {})};
      Append(std::exchange(said_, {}), turn.blocks);
      conversation_.turns.push_back(std::move(turn));
    }
    if (instructions_.empty()) return;
    if (has_turn) {
      conversation_.turns.push_back(
          {"system", std::exchange(instructions_, {})});
    } else {
      lifted_ += static_cast<int>(instructions_.size());
      Append(std::exchange(instructions_, {}), conversation_.system);
    }
  }

  // The API refuses an assistant's last text that ends in white space.
  void TrimLastTurn() {
    AnthropicTurn& last = conversation_.turns.back();
    if (last.role != "assistant") return;
    auto* const text = std::get_if<AnthropicText>(&last.blocks.back().kind);
    if (text != nullptr) {
      text->text = absl::StripTrailingAsciiWhitespace(text->text);
    }
  }

  bool LoopsWithoutThinking() const {
    const std::vector<AnthropicTurn>& turns = conversation_.turns;
    size_t last = turns.size() - 1;
    if (turns[last].role == "system" && last > 0) --last;
    if (last == 0 || turns[last].role != "user" ||
        turns[last - 1].role != "assistant") {
      return false;
    }
    return std::holds_alternative<AnthropicToolResult>(
               turns[last].blocks.front().kind) &&
           !IsThought(turns[last - 1].blocks.front());
  }

  void WarnOfChanges() {
    if (lifted_ > 0) {
      call_.policy().Note(absl::StrCat(
          lifted_, lifted_ == 1 ? " instruction was" : " instructions were",
          " moved to the beginning: this model takes none where they stood"));
    }
    if (foreign_thoughts_ > 0) {
      call_.policy().Note(
          absl::StrCat(foreign_thoughts_,
                       foreign_thoughts_ == 1 ? " reasoning block was"
                                              : " reasoning blocks were",
                       " left out: this model would refuse them"));
    }
  }

  const bool keep_bound_;
  AnthropicCall& call_;
  AnthropicConversation conversation_;
  // The user's turn that is open.
  std::vector<AnthropicBlock> results_;
  std::vector<AnthropicBlock> said_;
  std::vector<AnthropicBlock> instructions_;
  bool told_of_names_ = false;
  int lifted_ = 0;
  int foreign_thoughts_ = 0;
};

}  // namespace

absl::StatusOr<AnthropicConversation> ReadAnthropicConversation(
    bool keep_bound, AnthropicCall& call) {
  return Reader(keep_bound, call).Read();
}

}  // namespace aigateway
