#include "plugins/text_places.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/struct.pb.h"

#include "gateway/base/check.h"
#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Struct;

// How a field is looked at, if not as plain text.
enum class Look { kNot, kPlain, kJson, kFixed };

struct Row {
  const char* field;
  Look look;
};

constexpr Row kRows[] = {
    // Never sent to a provider, or chosen by the gateway.
    {"aigateway.v1.ChatRequest.model", Look::kNot},
    {"aigateway.v1.ChatRequest.metadata", Look::kNot},
    {"aigateway.v1.EmbedRequest.model", Look::kNot},
    {"aigateway.v1.EmbedRequest.metadata", Look::kNot},
    {"aigateway.v1.EmbedRequest.options", Look::kNot},
    // Token ids.
    {"aigateway.v1.ChatRequest.logit_bias", Look::kNot},
    // Seals, which only the provider that made them can read.
    {"aigateway.v1.ToolCall.signature", Look::kNot},
    {"aigateway.v1.ToolCallDelta.signature", Look::kNot},
    // Facts about an answer; its choices have what it says.
    {"aigateway.v1.ChatResponse.id", Look::kNot},
    {"aigateway.v1.ChatResponse.model", Look::kNot},
    {"aigateway.v1.ChatResponse.system_fingerprint", Look::kNot},
    {"aigateway.v1.ChatResponse.service_tier", Look::kNot},
    {"aigateway.v1.Choice.provider_finish_reason", Look::kNot},
    // The text once more, token by token: goes with the text.
    {"aigateway.v1.Choice.logprobs", Look::kNot},
    // Come in pieces.
    {"aigateway.v1.Delta.text", Look::kNot},
    {"aigateway.v1.Delta.reasoning", Look::kNot},
    {"aigateway.v1.Delta.refusal", Look::kNot},
    {"aigateway.v1.Delta.logprobs", Look::kNot},
    {"aigateway.v1.ToolCallDelta.arguments", Look::kNot},

    {"aigateway.v1.ToolCall.arguments", Look::kJson},
    {"aigateway.v1.Tool.parameters", Look::kJson},
    {"aigateway.v1.JsonSchemaFormat.schema", Look::kJson},

    {"aigateway.v1.ChatRequest.stop", Look::kFixed},
    {"aigateway.v1.ChatRequest.service_tier", Look::kFixed},
    {"aigateway.v1.EmbedRequest.input_type", Look::kFixed},
    {"aigateway.v1.Message.name", Look::kFixed},
    {"aigateway.v1.Message.tool_call_id", Look::kFixed},
    {"aigateway.v1.ToolCall.id", Look::kFixed},
    {"aigateway.v1.ToolCall.name", Look::kFixed},
    {"aigateway.v1.ToolCallDelta.id", Look::kFixed},
    {"aigateway.v1.ToolCallDelta.name", Look::kFixed},
    {"aigateway.v1.Tool.name", Look::kFixed},
    {"aigateway.v1.ToolChoice.name", Look::kFixed},
    {"aigateway.v1.JsonSchemaFormat.name", Look::kFixed},
    {"aigateway.v1.Reasoning.effort", Look::kFixed},
    {"aigateway.v1.CacheControl.type", Look::kFixed},
    {"aigateway.v1.ImagePart.media_type", Look::kFixed},
    {"aigateway.v1.ImagePart.detail", Look::kFixed},
    {"aigateway.v1.AudioPart.media_type", Look::kFixed},
    {"aigateway.v1.FilePart.media_type", Look::kFixed},
    {"aigateway.v1.FilePart.file_id", Look::kFixed},
};

Look LookOf(const FieldDescriptor* field) {
  static const auto* const looks = [] {
    auto* rows = new absl::flat_hash_map<const FieldDescriptor*, Look>;
    // Links the contract's descriptors, which are found by name.
    AIGW_CHECK(v1::ChatRequest::descriptor() != nullptr);
    AIGW_CHECK(v1::EmbedRequest::descriptor() != nullptr);
    for (const Row& row : kRows) {
      const FieldDescriptor* found =
          DescriptorPool::generated_pool()->FindFieldByName(row.field);
      AIGW_CHECK(found != nullptr);
      rows->emplace(found, row.look);
    }
    return rows;
  }();
  const auto row = looks->find(field);
  return row == looks->end() ? Look::kPlain : row->second;
}

// "%66" as "f"; what is none of that stays.
std::string WithoutPercents(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    std::string byte;
    if (text[i] == '%' && i + 2 < text.size() &&
        absl::ascii_isxdigit(text[i + 1]) &&
        absl::ascii_isxdigit(text[i + 2])) {
      byte = absl::HexStringToBytes(text.substr(i + 1, 2));
      i += 2;
    } else {
      byte = text[i];
    }
    out += byte;
  }
  return out;
}

// Whether a data URL's head says that the rest is base64, wherever it says so.
bool SaysBase64(absl::string_view head) {
  for (const absl::string_view piece : absl::StrSplit(head, ';')) {
    if (absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(piece), "base64")) {
      return true;
    }
  }
  return false;
}

class Walker {
 public:
  explicit Walker(TextEditor editor) : editor_(editor) {}

  // Null `mutable_message`: nothing is changed, only found; else it is
  // `message`.
  absl::Status Walk(const Message& message, Message* mutable_message) {
    const Descriptor* type = message.GetDescriptor();
    if (type == Struct::descriptor()) {
      return WalkStruct(static_cast<const Struct&>(message),
                        static_cast<Struct*>(mutable_message));
    }
    if (type == v1::ImagePart::descriptor()) {
      return WalkMedia(static_cast<const v1::ImagePart&>(message),
                       static_cast<v1::ImagePart*>(mutable_message));
    }
    if (type == v1::AudioPart::descriptor()) {
      return WalkMedia(static_cast<const v1::AudioPart&>(message),
                       static_cast<v1::AudioPart*>(mutable_message));
    }
    if (type == v1::FilePart::descriptor()) {
      return WalkMedia(static_cast<const v1::FilePart&>(message),
                       static_cast<v1::FilePart*>(mutable_message));
    }
    return WalkFields(message, mutable_message);
  }

  // Whether a text is to be changed, or was.
  bool changed() const { return changed_; }

 private:
  using Setter = absl::FunctionRef<void(std::string)>;

  // `set` is null where the text cannot be changed, or is not yet.
  absl::Status Text(TextForm form, absl::string_view text, const Setter* set) {
    if (text.empty()) return absl::OkStatus();
    AIGW_ASSIGN_OR_RETURN(std::optional<std::string> edited,
                          editor_(form, text));
    if (!edited.has_value()) return absl::OkStatus();
    if (form == TextForm::kFixed) {
      return Error(ErrorReason::kGuardrailRejected,
                   "what was found stands where it cannot be taken out");
    }
    changed_ = true;
    if (set != nullptr) (*set)(*std::move(edited));
    return absl::OkStatus();
  }

  absl::Status WalkFields(const Message& message, Message* mutable_message) {
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      const Look look = LookOf(field);
      if (look == Look::kNot) continue;
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        // Bytes are looked at where their type is known.
        if (field->type() != FieldDescriptor::TYPE_STRING) continue;
        AIGW_RETURN_IF_ERROR(
            WalkText(message, mutable_message, field, FormOf(look)));
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        AIGW_RETURN_IF_ERROR(WalkMessages(message, mutable_message, field));
      }
    }
    return absl::OkStatus();
  }

  static TextForm FormOf(Look look) {
    return look == Look::kJson    ? TextForm::kJson
           : look == Look::kFixed ? TextForm::kFixed
                                  : TextForm::kPlain;
  }

  absl::Status WalkText(const Message& message, Message* mutable_message,
                        const FieldDescriptor* field, TextForm form) {
    const Reflection& reflection = *message.GetReflection();
    std::string scratch;
    if (!field->is_repeated()) {
      const auto assign = [&](std::string text) {
        reflection.SetString(mutable_message, field, std::move(text));
      };
      const Setter set = assign;
      return Text(form, reflection.GetStringReference(message, field, &scratch),
                  mutable_message == nullptr ? nullptr : &set);
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      const auto assign = [&](std::string text) {
        reflection.SetRepeatedString(mutable_message, field, i,
                                     std::move(text));
      };
      const Setter set = assign;
      AIGW_RETURN_IF_ERROR(Text(
          form,
          reflection.GetRepeatedStringReference(message, field, i, &scratch),
          mutable_message == nullptr ? nullptr : &set));
    }
    return absl::OkStatus();
  }

  absl::Status WalkMessages(const Message& message, Message* mutable_message,
                            const FieldDescriptor* field) {
    const Reflection& reflection = *message.GetReflection();
    if (!field->is_repeated()) {
      return Walk(reflection.GetMessage(message, field),
                  mutable_message == nullptr
                      ? nullptr
                      : reflection.MutableMessage(mutable_message, field));
    }
    if (field->message_type() == v1::ReasoningBlock::descriptor()) {
      return WalkBlocks(message, mutable_message, field);
    }
    for (const int i : OrderOf(message, field)) {
      AIGW_RETURN_IF_ERROR(Walk(
          reflection.GetRepeatedMessage(message, field, i),
          mutable_message == nullptr
              ? nullptr
              : reflection.MutableRepeatedMessage(mutable_message, field, i)));
    }
    return absl::OkStatus();
  }

  // A map's entries by key, all else as it comes.
  static std::vector<int> OrderOf(const Message& message,
                                  const FieldDescriptor* field) {
    const Reflection& reflection = *message.GetReflection();
    std::vector<int> order(reflection.FieldSize(message, field));
    for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
    if (!field->is_map()) return order;
    const auto key = [&](int i) {
      const Message& entry = reflection.GetRepeatedMessage(message, field, i);
      return entry.GetReflection()->GetString(entry,
                                              field->message_type()->map_key());
    };
    std::sort(order.begin(), order.end(),
              [&](int a, int b) { return key(a) < key(b); });
    return order;
  }

  // A block is as its provider made it, or not there.
  absl::Status WalkBlocks(const Message& message, Message* mutable_message,
                          const FieldDescriptor* field) {
    const Reflection& reflection = *message.GetReflection();
    for (int i = reflection.FieldSize(message, field) - 1; i >= 0; --i) {
      const auto& block = static_cast<const v1::ReasoningBlock&>(
          reflection.GetRepeatedMessage(message, field, i));
      const bool changed_before = std::exchange(changed_, false);
      AIGW_RETURN_IF_ERROR(Text(TextForm::kSealed, block.text(), nullptr));
      AIGW_RETURN_IF_ERROR(Text(TextForm::kSealed, block.opaque(), nullptr));
      if (changed_ && mutable_message != nullptr) {
        RemoveAt(mutable_message, field, i);
      }
      changed_ = changed_ || changed_before;
    }
    return absl::OkStatus();
  }

  static void RemoveAt(Message* message, const FieldDescriptor* field, int at) {
    const Reflection& reflection = *message->GetReflection();
    for (int i = at; i + 1 < reflection.FieldSize(*message, field); ++i) {
      reflection.SwapElements(message, field, i, i + 1);
    }
    reflection.RemoveLast(message, field);
  }

  absl::Status WalkStruct(const Struct& message, Struct* mutable_message) {
    std::vector<const std::string*> keys;
    for (const auto& [key, value] : message.fields()) keys.push_back(&key);
    std::sort(keys.begin(), keys.end(),
              [](const auto* a, const auto* b) { return *a < *b; });
    for (const std::string* key : keys) {
      AIGW_RETURN_IF_ERROR(Text(TextForm::kFixed, *key, nullptr));
      AIGW_RETURN_IF_ERROR(
          Walk(message.fields().at(*key),
               mutable_message == nullptr
                   ? nullptr
                   : &mutable_message->mutable_fields()->at(*key)));
    }
    return absl::OkStatus();
  }

  template <typename Part>
  absl::Status WalkMedia(const Part& part, Part* mutable_part) {
    AIGW_RETURN_IF_ERROR(WalkUrl(part.url(), part.media_type()));
    if (part.has_data() && MayBeText(part.media_type())) {
      const auto assign = [&](std::string text) {
        mutable_part->set_data(std::move(text));
      };
      const Setter set = assign;
      AIGW_RETURN_IF_ERROR(Text(TextForm::kPlain, part.data(),
                                mutable_part == nullptr ? nullptr : &set));
    }
    // The rest: names. `url` is none of these.
    std::vector<const FieldDescriptor*> fields;
    part.GetReflection()->ListFields(part, &fields);
    for (const FieldDescriptor* field : fields) {
      if (field->type() != FieldDescriptor::TYPE_STRING) continue;
      if (field->name() == "url") continue;
      AIGW_RETURN_IF_ERROR(
          WalkText(part, mutable_part, field, FormOf(LookOf(field))));
    }
    return absl::OkStatus();
  }

  // `media_type` is what the part says beside the URL; codecs go by either.
  absl::Status WalkUrl(absl::string_view url, absl::string_view media_type) {
    url = absl::StripLeadingAsciiWhitespace(url);
    if (!absl::StartsWithIgnoreCase(url, "data:")) {
      return Text(TextForm::kFixed, url, nullptr);
    }
    // RFC 2397: data:[type][;parameters][;base64],the document
    const size_t comma = std::min(url.find(','), url.size());
    const absl::string_view head = url.substr(5, comma - 5);
    const absl::string_view type = head.substr(0, head.find(';'));
    if (!MayBeText(type) && (media_type.empty() || !MayBeText(media_type))) {
      return absl::OkStatus();
    }
    const std::string written =
        WithoutPercents(url.substr(std::min(comma + 1, url.size())));
    std::string document;
    if (SaysBase64(head) && (absl::Base64Unescape(written, &document) ||
                             absl::WebSafeBase64Unescape(written, &document))) {
      return Text(TextForm::kFixed, document, nullptr);
    }
    return Text(TextForm::kFixed, written, nullptr);
  }

  TextEditor editor_;
  bool changed_ = false;
};

// Finds first, changes then: what stays as it is is not touched, and a map not
// made over.
absl::StatusOr<bool> Edit(TextEditor editor, Message& message) {
  Walker finder(editor);
  AIGW_RETURN_IF_ERROR(finder.Walk(message, nullptr));
  if (!finder.changed()) return false;
  AIGW_RETURN_IF_ERROR(Walker(editor).Walk(message, &message));
  return true;
}

absl::Status Read(TextReader reader, const Message& message) {
  const auto editor = [&](TextForm form, absl::string_view text)
      -> absl::StatusOr<std::optional<std::string>> {
    AIGW_RETURN_IF_ERROR(reader(form, text));
    return std::nullopt;
  };
  return Walker(editor).Walk(message, nullptr);
}

}  // namespace

bool MayBeText(absl::string_view media_type) {
  media_type = absl::StripAsciiWhitespace(media_type);
  if (absl::StartsWithIgnoreCase(media_type, "image/svg")) return true;
  for (const char* other :
       {"image/", "audio/", "video/", "font/", "application/pdf",
        "application/zip", "application/gzip", "application/msword",
        "application/vnd.ms-", "application/vnd.openxmlformats-"}) {
    if (absl::StartsWithIgnoreCase(media_type, other)) return false;
  }
  return true;
}

absl::Status EditTexts(TextEditor editor, v1::ChatRequest& chat) {
  return Edit(editor, chat).status();
}

absl::Status EditTexts(TextEditor editor, v1::EmbedRequest& embed) {
  return Edit(editor, embed).status();
}

absl::Status EditTexts(TextEditor editor, v1::ChatResponse& response) {
  for (v1::Choice& choice : *response.mutable_choices()) {
    AIGW_ASSIGN_OR_RETURN(const bool changed, Edit(editor, choice));
    if (changed) choice.clear_logprobs();
  }
  if (!response.has_provider_metadata()) return absl::OkStatus();
  return Edit(editor, *response.mutable_provider_metadata()).status();
}

absl::Status EditWholeTexts(TextEditor editor, v1::Delta& delta) {
  return Edit(editor, delta).status();
}

absl::Status ReadTexts(TextReader reader, const v1::ChatRequest& chat) {
  return Read(reader, chat);
}

absl::Status ReadTexts(TextReader reader, const v1::Message& message) {
  return Read(reader, message);
}

absl::Status ReadTexts(TextReader reader, const v1::EmbedRequest& embed) {
  return Read(reader, embed);
}

absl::Status ReadTexts(TextReader reader, const v1::ChatResponse& response) {
  return Read(reader, response);
}

}  // namespace aigateway
