#include "providers/gemini_contents.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/utf8.h"
#include "providers/gemini_media.h"
#include "providers/gemini_seals.h"

namespace aigateway {
namespace {

constexpr size_t kMaxShownId = 64;
// ai.google.dev, thought signatures: what stands for one that does not exist.
constexpr absl::string_view kNoSignature = "skip_thought_signature_validator";

std::string MessageField(int index) {
  return absl::StrCat("chat.messages[", index, "]");
}

bool IsSystem(const v1::Message& message) {
  return message.role() == v1::ROLE_SYSTEM ||
         message.role() == v1::ROLE_DEVELOPER;
}

void WriteText(absl::string_view text, absl::string_view signature,
               JsonWriter& out) {
  out.StartObject();
  out.Field("text", text);
  if (!signature.empty()) out.Field("thoughtSignature", signature);
  out.EndObject();
}

// The arguments of a call as the text of a JSON object; nullopt if they are
// none.
std::optional<absl::string_view> ArgumentsOf(const v1::ToolCall& call) {
  const absl::string_view arguments =
      absl::StripAsciiWhitespace(call.arguments());
  if (arguments.empty() || arguments == "null") return "{}";
  if (!absl::StartsWith(arguments, "{") || !IsJson(arguments)) {
    return std::nullopt;
  }
  return arguments;
}

// A call that was made earlier in the conversation.
struct EarlierCall {
  absl::string_view name;
  int order = 0;  // Among all calls.
};

class Conversation {
 public:
  Conversation(const GeminiCall& call, JsonWriter& out)
      : call_(call), out_(out) {}

  absl::Status WriteSystem() {
    bool is_open = false;
    const auto write = [&](absl::string_view text) {
      if (!is_open) {
        out_.Key("systemInstruction");
        out_.StartObject();
        out_.Key("parts");
        out_.StartArray();
        is_open = true;
      }
      WriteText(text, "", out_);
    };
    for (int i = 0; i < call_.chat().messages_size(); ++i) {
      const v1::Message& message = call_.chat().messages(i);
      if (!IsSystem(message)) continue;
      if (!message.content().empty()) write(message.content());
      for (int j = 0; j < message.parts_size(); ++j) {
        if (!message.parts(j).has_text()) {
          AIGW_RETURN_IF_ERROR(call_.policy().LeaveOut(
              Weight::kEssence,
              absl::StrCat(MessageField(i), ".parts[", j, "]"),
              "can only be text in a system message to Gemini"));
        }
        if (!message.parts(j).text().empty()) write(message.parts(j).text());
      }
    }
    if (is_open) {
      out_.EndArray();
      out_.EndObject();
    }
    return absl::OkStatus();
  }

  absl::Status WriteTurns() {
    out_.Key("contents");
    out_.StartArray();
    const int size = call_.chat().messages_size();
    int last = -1;
    for (int i = 0; i < size; ++i) {
      const v1::Message& message = call_.chat().messages(i);
      if (IsSystem(message)) continue;
      last = i;
      AIGW_RETURN_IF_ERROR(NoteHints(message, i));
      switch (message.role()) {
        case v1::ROLE_USER:
          AIGW_RETURN_IF_ERROR(WriteUser(message, i));
          break;
        case v1::ROLE_ASSISTANT:
          AIGW_RETURN_IF_ERROR(WriteModel(message, i));
          break;
        case v1::ROLE_TOOL: {
          const int begin = i;
          while (i + 1 < size &&
                 call_.chat().messages(i + 1).role() == v1::ROLE_TOOL) {
            ++i;
          }
          AIGW_RETURN_IF_ERROR(WriteResults(begin, i + 1));
          break;
        }
        default:
          return FieldError(absl::StrCat(MessageField(i), ".role"),
                            "must be one of system, developer, user, "
                            "assistant and tool");
      }
    }
    EndTurn();
    out_.EndArray();
    if (last < 0) {
      return FieldError("chat.messages",
                        "must have one that is not a system message: Gemini "
                        "answers to no instructions alone");
    }
    if (call_.chat().messages(last).role() == v1::ROLE_ASSISTANT &&
        !call_.profile().prefill) {
      return call_.policy().LeaveOut(
          Weight::kEssence, MessageField(last),
          "cannot be the assistant's: this model does not go on from one");
    }
    return absl::OkStatus();
  }

 private:
  void BeginTurn(absl::string_view role) {
    if (role == role_) return;
    EndTurn();
    role_ = role;
    out_.StartObject();
    out_.Field("role", role);
    out_.Key("parts");
    out_.StartArray();
  }

  void EndTurn() {
    if (role_.empty()) return;
    out_.EndArray();
    out_.EndObject();
    role_ = "";
  }

  // What Gemini has no field for, once for the whole conversation.
  absl::Status NoteHints(const v1::Message& message, int index) {
    if (message.has_name() && message.role() != v1::ROLE_TOOL && !said_name_) {
      said_name_ = true;
      AIGW_RETURN_IF_ERROR(call_.policy().LeaveOut(
          Weight::kHint, absl::StrCat(MessageField(index), ".name"),
          "is not known to Gemini"));
    }
    return absl::OkStatus();
  }

  absl::Status WriteUser(const v1::Message& message, int index) {
    BeginTurn("user");
    if (message.parts().empty()) WriteText(message.content(), "", out_);
    for (int j = 0; j < message.parts_size(); ++j) {
      const v1::ContentPart& part = message.parts(j);
      if (part.has_text()) {
        WriteText(part.text(), "", out_);
        continue;
      }
      AIGW_RETURN_IF_ERROR(WriteGeminiMedia(
          part, absl::StrCat(MessageField(index), ".parts[", j, "]"), call_, "",
          out_));
    }
    return absl::OkStatus();
  }

  absl::Status WriteModel(const v1::Message& message, int index) {
    const GeminiSeals seals(message);
    const bool has_text = !message.content().empty() ||
                          !message.refusal().empty() ||
                          !message.parts().empty();
    if (!has_text && message.tool_calls().empty() && seals.empty()) {
      return absl::OkStatus();  // A turn without parts is refused.
    }
    BeginTurn("model");
    for (size_t i = 0; i < seals.thoughts().size(); ++i) {
      out_.StartObject();
      // The thought's own words, as far as they can be told apart.
      out_.Field("text", i == 0 ? message.reasoning_content() : "");
      out_.BoolField("thought", true);
      out_.Field("thoughtSignature", seals.thoughts()[i]);
      out_.EndObject();
    }
    for (const std::string& part : seals.parts()) out_.Raw(part);
    AIGW_RETURN_IF_ERROR(WriteModelText(message, index, seals));
    for (int j = 0; j < message.tool_calls_size(); ++j) {
      AIGW_RETURN_IF_ERROR(WriteCall(message.tool_calls(j), index, j));
    }
    return absl::OkStatus();
  }

  // The last seal on text goes to the last text; others, of texts that were
  // joined to it, go before it on nothing, as Gemini itself has it in streams.
  absl::Status WriteModelText(const v1::Message& message, int index,
                              const GeminiSeals& seals) {
    for (size_t i = 0; i + 1 < seals.texts().size(); ++i) {
      WriteText("", seals.texts()[i], out_);
    }
    absl::string_view seal;
    if (!seals.texts().empty()) seal = seals.texts().back();
    int last_text = -1;
    for (int j = 0; j < message.parts_size(); ++j) {
      if (message.parts(j).has_text()) last_text = j;
    }
    int media = 0;
    for (int j = 0; j < message.parts_size(); ++j) {
      const v1::ContentPart& part = message.parts(j);
      if (part.has_text()) {
        WriteText(part.text(), j == last_text ? seal : "", out_);
        continue;
      }
      AIGW_RETURN_IF_ERROR(WriteGeminiMedia(
          part, absl::StrCat(MessageField(index), ".parts[", j, "]"), call_,
          seals.OnMedia(media++), out_));
    }
    if (last_text >= 0) seal = "";
    const std::string& text =
        message.content().empty() ? message.refusal() : message.content();
    if (!text.empty() || !seal.empty()) WriteText(text, seal, out_);
    return absl::OkStatus();
  }

  absl::Status WriteCall(const v1::ToolCall& call, int index, int number) {
    const std::optional<absl::string_view> arguments = ArgumentsOf(call);
    if (!arguments.has_value()) {
      return FieldError(
          absl::StrCat(MessageField(index), ".tool_calls[", number,
                       "].arguments"),
          absl::StrCat("of call '", Truncate(call.id(), kMaxShownId),
                       "' must be the text of a JSON object"));
    }
    earlier_[call.id()] = {call.name(), next_order_++};
    out_.StartObject();
    out_.Key("functionCall");
    out_.StartObject();
    if (call_.profile().call_ids && !call.id().empty()) {
      out_.Field("id", call.id());
    }
    out_.Field("name", call.name());
    out_.RawField("args", *arguments);
    out_.EndObject();
    if (!call.signature().empty()) {
      out_.Field("thoughtSignature", call.signature());
    } else if (number == 0 && call_.profile().signed_calls) {
      out_.Field("thoughtSignature", kNoSignature);
    }
    out_.EndObject();
    return absl::OkStatus();
  }

  // The messages from `begin` to before `end`, all of tools.
  absl::Status WriteResults(int begin, int end) {
    struct Result {
      int index;
      absl::string_view name;
      int order;
    };
    std::vector<Result> results;
    for (int i = begin; i < end; ++i) {
      const v1::Message& message = call_.chat().messages(i);
      const auto found = earlier_.find(message.tool_call_id());
      if (found == earlier_.end() && message.name().empty()) {
        return FieldError(absl::StrCat(MessageField(i), ".tool_call_id"),
                          "names no call of an earlier assistant message");
      }
      const bool known = found != earlier_.end();
      results.push_back({i,
                         message.name().empty()
                             ? found->second.name
                             : absl::string_view(message.name()),
                         known ? found->second.order : next_order_});
    }
    // Without ids the order is all that tells two calls of one tool apart.
    std::sort(results.begin(), results.end(),
              [](const Result& a, const Result& b) {
                return std::tie(a.order, a.index) < std::tie(b.order, b.index);
              });
    BeginTurn("user");
    for (const Result& result : results) WriteResult(result.index, result.name);
    for (const Result& result : results) {
      const v1::Message& message = call_.chat().messages(result.index);
      for (int j = 0; j < message.parts_size(); ++j) {
        if (message.parts(j).has_text()) continue;
        AIGW_RETURN_IF_ERROR(WriteGeminiMedia(
            message.parts(j),
            absl::StrCat(MessageField(result.index), ".parts[", j, "]"), call_,
            "", out_));
      }
    }
    return absl::OkStatus();
  }

  void WriteResult(int index, absl::string_view name) {
    const v1::Message& message = call_.chat().messages(index);
    std::string text = message.content();
    for (const v1::ContentPart& part : message.parts()) {
      if (!part.has_text()) continue;
      absl::StrAppend(&text, text.empty() ? "" : "\n", part.text());
    }
    out_.StartObject();
    out_.Key("functionResponse");
    out_.StartObject();
    if (call_.profile().call_ids && !message.tool_call_id().empty()) {
      out_.Field("id", message.tool_call_id());
    }
    out_.Field("name", name);
    out_.Key("response");
    out_.StartObject();
    out_.Field("output", text);
    out_.EndObject();
    out_.EndObject();
    out_.EndObject();
  }

  const GeminiCall& call_;
  JsonWriter& out_;
  absl::string_view role_;  // Of the turn that is open; empty if none is.
  absl::flat_hash_map<absl::string_view, EarlierCall> earlier_;  // By id.
  int next_order_ = 0;
  bool said_name_ = false;
};

}  // namespace

absl::Status WriteGeminiContents(const GeminiCall& call, JsonWriter& out) {
  Conversation conversation(call, out);
  AIGW_RETURN_IF_ERROR(conversation.WriteSystem());
  return conversation.WriteTurns();
}

}  // namespace aigateway
