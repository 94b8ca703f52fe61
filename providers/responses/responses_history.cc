#include "providers/responses/responses_history.h"

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_reader.h"
#include "gateway/base/status_macros.h"
#include "providers/model_name.h"
#include "providers/responses/responses_block.h"

namespace aigateway {
namespace {

class TurnWriter {
 public:
  TurnWriter(const Dialect& dialect, absl::string_view model,
             const v1::Message& message, const std::string& field,
             JsonWriter& out)
      : dialect_(dialect),
        model_(model),
        message_(message),
        field_(field),
        out_(out) {}

  absl::Status Write() {
    AIGW_RETURN_IF_ERROR(ReadText());
    AIGW_RETURN_IF_ERROR(CheckCalls());
    ReadBlocks();
    const bool splits = MarksFit();
    size_t marks_left = CountMarks();
    for (size_t i = 0; i < blocks_.size(); ++i) {
      const ResponsesBlock& block = blocks_[i];
      switch (block.kind) {
        case ResponsesBlock::Kind::kReasoning:
          out_.Raw(seals_[i]);
          break;
        case ResponsesBlock::Kind::kMessage: {
          --marks_left;
          const auto bytes = static_cast<size_t>(block.bytes);
          if (splits) WriteText(rest_.substr(0, bytes), block.phase);
          if (splits) rest_.remove_prefix(bytes);
          if (!splits && marks_left == 0) TakeRest(block.phase);
          break;
        }
        case ResponsesBlock::Kind::kCall:
          WriteCallOf(block.call_id);
          break;
        case ResponsesBlock::Kind::kOther:
          break;
      }
    }
    TakeRest("");
    WriteRefusal();
    for (int i = 0; i < message_.tool_calls_size(); ++i) WriteCall(i);
    return absl::OkStatus();
  }

 private:
  absl::Status ReadText() {
    text_ = message_.content();
    for (int i = 0; i < message_.parts_size(); ++i) {
      if (!message_.parts(i).has_text()) {
        return FieldError(absl::StrCat(field_, ".parts[", i, "]"),
                          "is not taken by the Responses API in an "
                          "assistant's turn, which is of texts alone",
                          ErrorReason::kUnsupportedParameter);
      }
      absl::StrAppend(&text_, message_.parts(i).text());
    }
    rest_ = text_;
    return absl::OkStatus();
  }

  absl::Status CheckCalls() {
    written_.resize(static_cast<size_t>(message_.tool_calls_size()));
    for (int i = 0; i < message_.tool_calls_size(); ++i) {
      const v1::ToolCall& call = message_.tool_calls(i);
      if (!call.arguments().empty() && !IsJson(call.arguments())) {
        return FieldError(
            absl::StrCat(field_, ".tool_calls[", i, "].arguments"),
            absl::StrCat("of call '", call.id(), "' are not JSON"));
      }
    }
    return absl::OkStatus();
  }

  void ReadBlocks() {
    for (const v1::ReasoningBlock& block : message_.reasoning_blocks()) {
      if (block.has_model() && !MayBeSameModel(block.model(), model_)) continue;
      ResponsesBlock read = ReadResponsesBlock(block.opaque());
      if (read.kind == ResponsesBlock::Kind::kOther) continue;
      if (read.kind == ResponsesBlock::Kind::kReasoning &&
          !dialect_.responses.stateless) {
        continue;
      }
      blocks_.push_back(std::move(read));
      seals_.push_back(block.opaque());
    }
  }

  size_t CountMarks() const {
    size_t marks = 0;
    for (const ResponsesBlock& block : blocks_) {
      marks += block.kind == ResponsesBlock::Kind::kMessage ? 1 : 0;
    }
    return marks;
  }

  // Whether the marks tell how the text was shared out: it is as it was.
  bool MarksFit() const {
    size_t place = 0;
    for (const ResponsesBlock& block : blocks_) {
      if (block.kind != ResponsesBlock::Kind::kMessage) continue;
      if (block.bytes < 0 ||
          static_cast<uint64_t>(block.bytes) > text_.size() - place) {
        return false;
      }
      place += static_cast<size_t>(block.bytes);
      const bool in_character =
          place < text_.size() &&
          (static_cast<unsigned char>(text_[place]) & 0xC0) == 0x80;
      if (in_character) return false;
    }
    return place == text_.size();
  }

  void TakeRest(absl::string_view phase) {
    WriteText(rest_, phase);
    rest_ = {};
  }

  void WriteText(absl::string_view text, absl::string_view phase) {
    if (text.empty()) return;
    StartMessage();
    out_.String(text);
    if (!phase.empty()) out_.Field("phase", phase);
    out_.EndObject();
  }

  void WriteRefusal() {
    if (message_.refusal().empty()) return;
    StartMessage();
    if (dialect_.refusal_history) {
      out_.StartArray();
      out_.StartObject();
      out_.Field("type", "refusal");
      out_.Field("refusal", message_.refusal());
      out_.EndObject();
      out_.EndArray();
    } else {
      out_.String(message_.refusal());
    }
    out_.EndObject();
  }

  void StartMessage() {
    out_.StartObject();
    out_.Field("type", "message");
    out_.Field("role", "assistant");
    out_.Key("content");
  }

  void WriteCallOf(absl::string_view id) {
    for (int i = 0; i < message_.tool_calls_size(); ++i) {
      if (message_.tool_calls(i).id() != id) continue;
      WriteCall(i);
      return;
    }
  }

  void WriteCall(int number) {
    if (written_[static_cast<size_t>(number)]) return;
    written_[static_cast<size_t>(number)] = true;
    const v1::ToolCall& call = message_.tool_calls(number);
    out_.StartObject();
    out_.Field("type", "function_call");
    out_.Field("call_id", call.id());
    out_.Field("name", call.name());
    out_.Field("arguments", call.arguments().empty()
                                ? absl::string_view("{}")
                                : absl::string_view(call.arguments()));
    if (dialect_.responses.call_signatures && !call.signature().empty()) {
      out_.Field("thought_signature", call.signature());
    }
    out_.EndObject();
  }

  const Dialect& dialect_;
  const absl::string_view model_;
  const v1::Message& message_;
  const std::string& field_;
  JsonWriter& out_;
  std::string text_;
  absl::string_view rest_;                // Of the text: what was not written.
  std::vector<ResponsesBlock> blocks_;    // Of this model and API.
  std::vector<absl::string_view> seals_;  // The same as they came.
  std::vector<bool> written_;             // Which calls were.
};

}  // namespace

absl::Status WriteResponsesTurn(const Dialect& dialect, absl::string_view model,
                                const v1::Message& message,
                                const std::string& field, JsonWriter& out) {
  return TurnWriter(dialect, model, message, field, out).Write();
}

}  // namespace aigateway
