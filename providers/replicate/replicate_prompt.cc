#include "providers/replicate/replicate_prompt.h"

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"

namespace aigateway {
namespace {

bool IsInstruction(const v1::Message& message) {
  return message.role() == v1::ROLE_SYSTEM ||
         message.role() == v1::ROLE_DEVELOPER;
}

absl::string_view SpeakerOf(const v1::Message& message) {
  if (IsInstruction(message)) return "System";
  return message.role() == v1::ROLE_ASSISTANT ? "Assistant" : "User";
}

void AppendParagraph(absl::string_view text, std::string* all) {
  absl::StrAppend(all, all->empty() ? "" : "\n\n", text);
}

class PromptMaker {
 public:
  explicit PromptMaker(const ReplicateCall& call) : call_(call) {}

  absl::StatusOr<ReplicatePrompt> Make() {
    const auto& messages = call_.chat.messages();
    int begin = 0;
    std::string system;
    for (; begin < messages.size() && IsInstruction(messages[begin]); ++begin) {
      AIGW_ASSIGN_OR_RETURN(const std::string text, TextOf(begin));
      AppendParagraph(text, &system);
    }
    const bool is_question =
        messages.size() - begin == 1 && messages[begin].role() == v1::ROLE_USER;
    for (int i = begin; i < messages.size(); ++i) {
      AIGW_ASSIGN_OR_RETURN(const std::string text, TextOf(i));
      AppendParagraph(
          is_question ? text : absl::StrCat(SpeakerOf(messages[i]), ": ", text),
          &made_.prompt);
    }
    if (!is_question) {
      // An answer that was begun is gone on with.
      if (begin == messages.size() ||
          messages[messages.size() - 1].role() != v1::ROLE_ASSISTANT) {
        AppendParagraph("Assistant:", &made_.prompt);
      }
      call_.policy.Note(
          "chat.messages: models at Replicate take one text; the conversation "
          "was sent as a transcript");
    }
    if (call_.inputs.system.empty()) {
      AppendParagraph(made_.prompt, &system);
      made_.prompt = std::move(system);
    } else {
      made_.system = std::move(system);
    }
    return std::move(made_);
  }

 private:
  absl::Status LeaveOut(Weight weight, absl::string_view field,
                        absl::string_view why) const {
    return call_.policy.LeaveOut(weight, field, why);
  }

  // The text of a message, whose images are kept.
  absl::StatusOr<std::string> TextOf(int index) {
    const v1::Message& message = call_.chat.messages(index);
    const std::string path = absl::StrCat("chat.messages[", index, "]");
    if (message.role() == v1::ROLE_TOOL) {
      AIGW_RETURN_IF_ERROR(LeaveOut(Weight::kEssence, path,
                                    "is a tool's result, and models at "
                                    "Replicate are given no tools"));
    }
    if (!message.tool_calls().empty()) {
      AIGW_RETURN_IF_ERROR(LeaveOut(
          Weight::kEssence, absl::StrCat(path, ".tool_calls"),
          "cannot be said to models at Replicate, which are given no tools"));
    }
    if (!message.name().empty()) {
      AIGW_RETURN_IF_ERROR(LeaveOut(Weight::kHint, absl::StrCat(path, ".name"),
                                    "is not known to Replicate"));
    }
    std::string text =
        message.content().empty() ? message.refusal() : message.content();
    for (int i = 0; i < message.parts_size(); ++i) {
      AIGW_RETURN_IF_ERROR(AddPart(
          message.parts(i), absl::StrCat(path, ".parts[", i, "]"), &text));
    }
    return text;
  }

  absl::Status AddPart(const v1::ContentPart& part, const std::string& path,
                       std::string* text) {
    switch (part.part_case()) {
      case v1::ContentPart::kText:
        absl::StrAppend(text, text->empty() ? "" : "\n", part.text());
        return absl::OkStatus();
      case v1::ContentPart::kImage:
        return AddImage(part.image(), absl::StrCat(path, ".image"));
      case v1::ContentPart::kAudio:
        return LeaveOut(Weight::kEssence, absl::StrCat(path, ".audio"),
                        "is not taken by this model");
      case v1::ContentPart::kFile:
        return LeaveOut(Weight::kEssence, absl::StrCat(path, ".file"),
                        "is not taken by this model; give its text");
      case v1::ContentPart::PART_NOT_SET:
        break;
    }
    return FieldError(path, "has nothing in it");
  }

  absl::Status AddImage(const v1::ImagePart& image, const std::string& path) {
    const ReplicateInputs& inputs = call_.inputs;
    if (inputs.image.empty() && inputs.images.empty()) {
      return LeaveOut(Weight::kEssence, path, "is not taken by this model");
    }
    if (inputs.images.empty() && !made_.images.empty()) {
      return LeaveOut(Weight::kEssence, path,
                      "is one too many: this model takes one image");
    }
    if (!image.detail().empty()) {
      AIGW_RETURN_IF_ERROR(LeaveOut(Weight::kHint,
                                    absl::StrCat(path, ".detail"),
                                    "is not known to Replicate"));
    }
    if (image.source_case() != v1::ImagePart::kData) {
      if (image.url().empty()) return FieldError(path, "has no image in it");
      made_.images.push_back(image.url());
      return absl::OkStatus();
    }
    if (image.media_type().empty()) {
      return FieldError(absl::StrCat(path, ".media_type"),
                        "is required with data");
    }
    made_.images.push_back(absl::StrCat("data:", image.media_type(), ";base64,",
                                        absl::Base64Escape(image.data())));
    return absl::OkStatus();
  }

  const ReplicateCall& call_;
  ReplicatePrompt made_;
};

}  // namespace

absl::StatusOr<ReplicatePrompt> MakeReplicatePrompt(const ReplicateCall& call) {
  return PromptMaker(call).Make();
}

}  // namespace aigateway
