#ifndef AIGATEWAY_PLUGINS_TEXT_PLACES_H_
#define AIGATEWAY_PLUGINS_TEXT_PLACES_H_

#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/gateway.pb.h"

namespace aigateway {

// Every text that a guard must look at, since a model or a caller reads it.
//
// Of a request that is all that a provider is sent: messages of every role with
// their parts, calls, names, thoughts and refusals; tools with their schemas,
// the form of the answer, `stop`, `user`, and every text and key in
// `provider_options` at any depth. Not looked at, since it is not sent or not
// read: `model` (there is a plugin for it), `metadata`, seals (`signature`),
// numbers, and pictures, sound and documents that are not text. Documents that
// are text, as bytes or in a `data:` URL, are looked at.
//
// A field that is added to the contract is looked at unless it is listed here
// as one that is not.

// What may be done with a text.
enum class TextForm {
  kPlain,   // May be changed.
  kJson,    // JSON text: may be changed within its strings.
  kFixed,   // Names something; changed, it would name something else.
  kSealed,  // A provider's block of reasoning: may be left out, not changed.
};

inline bool IsChangeable(TextForm form) {
  return form == TextForm::kPlain || form == TextForm::kJson;
}

// Gets a text and returns what is to stand in its place; nullopt: it stays. An
// error ends the walk, which returns it.
using TextEditor = absl::FunctionRef<absl::StatusOr<std::optional<std::string>>(
    TextForm form, absl::string_view text)>;
using TextReader =
    absl::FunctionRef<absl::Status(TextForm form, absl::string_view text)>;

// Looks at every text, in the order of the message; a map's, by key. A change
// of a fixed text is GUARDRAIL_REJECTED; a block of reasoning that would be
// changed is left out. `editor` is called a second time for each text if
// anything is to be changed.
absl::Status EditTexts(TextEditor editor, v1::ChatRequest& chat);
absl::Status EditTexts(TextEditor editor, v1::EmbedRequest& embed);
// A choice that was changed loses its logprobs, which spell out its text.
absl::Status EditTexts(TextEditor editor, v1::ChatResponse& response);
// What comes whole in a delta: parts, blocks of reasoning, names of calls.
absl::Status EditWholeTexts(TextEditor editor, v1::Delta& delta);

absl::Status ReadTexts(TextReader reader, const v1::ChatRequest& chat);
absl::Status ReadTexts(TextReader reader, const v1::Message& message);
absl::Status ReadTexts(TextReader reader, const v1::EmbedRequest& embed);
absl::Status ReadTexts(TextReader reader, const v1::ChatResponse& response);

// Whether a model may be given a document of that type to read as text: any
// that is not known for something else; of none, too.
bool MayBeText(absl::string_view media_type);

}  // namespace aigateway

#endif  // AIGATEWAY_PLUGINS_TEXT_PLACES_H_
