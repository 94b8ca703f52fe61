#include "providers/bedrock/bedrock_conversation.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "gateway/base/errors.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"
#include "providers/bedrock/bedrock_thoughts.h"
#include "providers/tool_arguments.h"

namespace aigateway {
namespace {

bool IsBlank(absl::string_view text) {
  return absl::StripAsciiWhitespace(text).empty();
}

bool IsThought(const BedrockContent& block) {
  return std::holds_alternative<BedrockThought>(block.kind) ||
         std::holds_alternative<BedrockRedacted>(block.kind);
}

// Adds a text, unless the API would refuse it for being blank.
void AddText(absl::string_view text, std::vector<BedrockContent>& blocks) {
  if (!IsBlank(text)) blocks.push_back({BedrockText{text}});
}

void Append(std::vector<BedrockContent> from, std::vector<BedrockContent>& to) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
}

class Reader {
 public:
  explicit Reader(const BedrockCall& call) : call_(call) {}

  absl::StatusOr<BedrockConversation> Read() {
    for (int i = 0; i < call_.chat.messages_size(); ++i) {
      AIGW_RETURN_IF_ERROR(
          Add(call_.chat.messages(i), absl::StrCat("chat.messages[", i, "]")));
    }
    CloseUserTurn();
    if (conversation_.turns.empty() ||
        conversation_.turns.front().role != "user") {
      return FieldError("chat.messages",
                        "must begin with a message of the user, beside "
                        "instructions, for Bedrock to answer");
    }
    SayInstructionsAsUser();
    TrimLastTurn();
    conversation_.loop_without_thinking = LoopsWithoutThinking();
    WarnOfChanges();
    return std::move(conversation_);
  }

 private:
  absl::Status Add(const v1::Message& message, const std::string& path) {
    if (!message.name().empty() && message.role() != v1::ROLE_TOOL &&
        !told_of_names_) {
      told_of_names_ = true;
      AIGW_RETURN_IF_ERROR(call_.policy.LeaveOut(Weight::kHint,
                                                 absl::StrCat(path, ".name"),
                                                 "is not known to Bedrock"));
    }
    switch (message.role()) {
      case v1::ROLE_SYSTEM:
      case v1::ROLE_DEVELOPER:
        return AddInstructions(message, path);
      case v1::ROLE_USER: {
        if (call_.model.profile.results_alone && !results_.empty()) {
          AIGW_RETURN_IF_ERROR(PartResults());
        }
        AIGW_ASSIGN_OR_RETURN(std::vector<BedrockContent> blocks,
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

  // The text or the parts of a message, with their cache points.
  absl::StatusOr<std::vector<BedrockContent>> ContentOf(
      const v1::Message& message, const std::string& path) {
    std::vector<BedrockContent> blocks;
    AddText(message.content(), blocks);
    for (int i = 0; i < message.parts_size(); ++i) {
      const v1::ContentPart& part = message.parts(i);
      const std::string part_path = absl::StrCat(path, ".parts[", i, "]");
      if (part.part_case() != v1::ContentPart::kText || !IsBlank(part.text())) {
        AIGW_ASSIGN_OR_RETURN(
            BedrockContent block,
            BedrockContentOf(part, part_path, call_, &documents_));
        blocks.push_back(std::move(block));
      }
      if (!part.has_cache_control()) continue;
      AIGW_RETURN_IF_ERROR(
          AddCachePoint(part.cache_control(), part_path, blocks));
    }
    return blocks;
  }

  absl::Status AddCachePoint(const v1::CacheControl& cache,
                             const std::string& path,
                             std::vector<BedrockContent>& blocks) {
    AIGW_ASSIGN_OR_RETURN(
        const std::optional<BedrockCachePoint> point,
        BedrockCachePointFor(cache, path, call_.model.profile.cache, call_));
    // There must be something before it, and no two stand together.
    if (point.has_value() && !blocks.empty() &&
        !std::holds_alternative<BedrockCachePoint>(blocks.back().kind)) {
      blocks.push_back({*point});
    }
    return absl::OkStatus();
  }

  absl::Status Mark(const v1::Message& message, const std::string& path,
                    std::vector<BedrockContent>& blocks) {
    return message.has_cache_control()
               ? AddCachePoint(message.cache_control(), path, blocks)
               : absl::OkStatus();
  }

  absl::Status AddInstructions(const v1::Message& message,
                               const std::string& path) {
    AIGW_ASSIGN_OR_RETURN(std::vector<BedrockContent> blocks,
                          ContentOf(message, path));
    for (const BedrockContent& block : blocks) {
      if (!std::holds_alternative<BedrockText>(block.kind) &&
          !std::holds_alternative<BedrockCachePoint>(block.kind)) {
        return call_.policy.LeaveOut(
            Weight::kEssence, path,
            "has more than text, which Bedrock does not take as instructions");
      }
    }
    AIGW_RETURN_IF_ERROR(Mark(message, path, blocks));
    const bool leads =
        conversation_.turns.empty() && said_.empty() && results_.empty();
    if (!leads) ++lifted_;
    Append(std::move(blocks), conversation_.system);
    return absl::OkStatus();
  }

  absl::Status AddResult(const v1::Message& message, const std::string& path) {
    if (message.tool_call_id().empty()) {
      return FieldError(absl::StrCat(path, ".tool_call_id"),
                        "is required in a tool message");
    }
    BedrockResult result;
    result.use_id = BedrockToolId(message.tool_call_id());
    AIGW_ASSIGN_OR_RETURN(std::vector<BedrockContent> content,
                          ContentOf(message, path));
    // Cache points stand beside results, never in them.
    std::optional<BedrockCachePoint> point;
    for (BedrockContent& block : content) {
      if (auto* found = std::get_if<BedrockCachePoint>(&block.kind)) {
        point = *found;
      } else {
        result.content.push_back(std::move(block));
      }
    }
    // An empty list is refused, and so is a blank text.
    if (result.content.empty()) {
      result.content.push_back({BedrockText{"(empty)"}});
    }
    conversation_.has_tool_blocks = true;
    results_.push_back({std::move(result)});
    if (point.has_value()) results_.push_back({*point});
    return Mark(message, path, results_);
  }

  absl::Status AddAssistant(const v1::Message& message,
                            const std::string& path) {
    std::vector<BedrockContent> uses;
    for (int i = 0; i < message.tool_calls_size(); ++i) {
      const v1::ToolCall& call = message.tool_calls(i);
      const std::string call_path = absl::StrCat(path, ".tool_calls[", i, "]");
      if (call.id().empty()) {
        return FieldError(absl::StrCat(call_path, ".id"), "is required");
      }
      BedrockUse use;
      use.id = BedrockToolId(call.id());
      use.name = call.name();
      AIGW_ASSIGN_OR_RETURN(use.input, ToolArgumentsObject(call, call_path));
      uses.push_back({std::move(use)});
      conversation_.has_tool_blocks = true;
      std::vector<absl::string_view>& called = conversation_.called;
      if (std::find(called.begin(), called.end(), call.name()) ==
          called.end()) {
        called.push_back(call.name());
      }
    }

    // What came before each thought, then what is left.
    std::vector<BedrockContent> blocks;
    const absl::string_view text = message.content();
    size_t taken_text = 0;
    size_t taken_uses = 0;
    for (BedrockPlacedThought& thought :
         ReadBedrockThoughts(message, call_, &foreign_thoughts_)) {
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
      AIGW_ASSIGN_OR_RETURN(std::vector<BedrockContent> content,
                            ContentOf(message, path));
      Append(std::move(content), blocks);
    }
    AddText(message.refusal(), blocks);
    while (taken_uses < uses.size()) blocks.push_back(uses[taken_uses++]);
    AIGW_RETURN_IF_ERROR(Mark(message, path, blocks));

    // An answer without content is no turn; what stands around it is one.
    if (blocks.empty()) return absl::OkStatus();
    CloseUserTurn();
    AddTurn("assistant", std::move(blocks));
    return absl::OkStatus();
  }

  void AddTurn(absl::string_view role, std::vector<BedrockContent> blocks) {
    if (conversation_.turns.empty() ||
        conversation_.turns.back().role != role) {
      conversation_.turns.push_back({role, {}});
    }
    Append(std::move(blocks), conversation_.turns.back().blocks);
  }

  // Ends the user's turn: results first, then what was said.
  void CloseUserTurn() {
    if (results_.empty() && said_.empty()) return;
    std::vector<BedrockContent> blocks = std::exchange(results_, {});
    Append(std::exchange(said_, {}), blocks);
    AddTurn("user", std::move(blocks));
  }

  // Some models want the results of tools alone in a turn: a word of the
  // assistant stands between them and what the user says next.
  absl::Status PartResults() {
    CloseUserTurn();
    AddTurn("assistant", {{BedrockText{"(results of tools received)"}}});
    if (!std::exchange(parted_, true)) {
      call_.policy.Note(
          "a turn of the assistant was put between the results of tools and "
          "what the user said then: this model takes them only apart");
    }
    return absl::OkStatus();
  }

  // For a model without instructions the user says them first.
  void SayInstructionsAsUser() {
    if (call_.model.profile.system || conversation_.system.empty()) return;
    std::vector<BedrockContent> blocks =
        std::exchange(conversation_.system, {});
    std::vector<BedrockContent>& first = conversation_.turns.front().blocks;
    Append(std::move(first), blocks);
    first = std::move(blocks);
    call_.policy.Note(
        "instructions were put into the first message of the user: this model "
        "takes none");
  }

  // Claude refuses an assistant's last text that ends in white space.
  void TrimLastTurn() {
    BedrockTurn& last = conversation_.turns.back();
    if (last.role != "assistant") return;
    auto* const text = std::get_if<BedrockText>(&last.blocks.back().kind);
    if (text != nullptr) {
      text->text = absl::StripTrailingAsciiWhitespace(text->text);
    }
  }

  bool LoopsWithoutThinking() const {
    const std::vector<BedrockTurn>& turns = conversation_.turns;
    if (turns.size() < 2 || turns.back().role != "user") return false;
    return std::holds_alternative<BedrockResult>(
               turns.back().blocks.front().kind) &&
           !IsThought(turns[turns.size() - 2].blocks.front());
  }

  void WarnOfChanges() {
    if (lifted_ > 0) {
      call_.policy.Note(absl::StrCat(
          lifted_, lifted_ == 1 ? " instruction was" : " instructions were",
          " moved to the beginning: Bedrock takes none where they stood"));
    }
    if (foreign_thoughts_ > 0) {
      call_.policy.Note(
          absl::StrCat(foreign_thoughts_,
                       foreign_thoughts_ == 1 ? " reasoning block was"
                                              : " reasoning blocks were",
                       " left out: this model would refuse them"));
    }
  }

  const BedrockCall& call_;
  BedrockConversation conversation_;
  // The user's turn that is open.
  std::vector<BedrockContent> results_;
  std::vector<BedrockContent> said_;
  int documents_ = 0;
  bool told_of_names_ = false;
  bool parted_ = false;
  int lifted_ = 0;
  int foreign_thoughts_ = 0;
};

}  // namespace

absl::StatusOr<BedrockConversation> ReadBedrockConversation(
    const BedrockCall& call) {
  return Reader(call).Read();
}

absl::StatusOr<std::optional<BedrockCachePoint>> BedrockCachePointFor(
    const v1::CacheControl& cache, const std::string& path, bool is_taken,
    const BedrockCall& call) {
  const std::string field = absl::StrCat(path, ".cache_control");
  if (!cache.type().empty() && cache.type() != "ephemeral") {
    AIGW_RETURN_IF_ERROR(
        call.policy.LeaveOut(Weight::kHint, absl::StrCat(field, ".type"),
                             "is not 'ephemeral', the only kind there is"));
    return std::nullopt;
  }
  if (!is_taken) {
    AIGW_RETURN_IF_ERROR(call.policy.LeaveOut(
        Weight::kHint, field, "is not known to this model here"));
    return std::nullopt;
  }
  BedrockCachePoint point;
  if (!cache.has_ttl()) return point;
  const absl::Duration ttl = FromProto(cache.ttl());
  point.for_an_hour = ttl > absl::Minutes(5) && call.model.profile.cache_hour;
  if (ttl != absl::Minutes(5) &&
      !(ttl == absl::Hours(1) && point.for_an_hour)) {
    call.policy.Note(
        absl::StrCat(field, ".ttl was taken as ",
                     point.for_an_hour ? "one hour" : "five minutes",
                     ", the nearest that this model has"));
  }
  return point;
}

}  // namespace aigateway
