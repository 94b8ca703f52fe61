#include "plugins/text_places.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::TextFormat;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::UnorderedElementsAre;

constexpr char kWord[] = "bad";

template <typename T>
T Parse(const std::string& text) {
  T message;
  EXPECT_TRUE(TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

// The texts that a guard sees, "form:text".
template <typename T>
std::vector<std::string> Seen(const T& message) {
  std::vector<std::string> seen;
  const absl::Status status = ReadTexts(
      [&](TextForm form, absl::string_view text) {
        const char* names[] = {"plain", "json", "fixed", "sealed"};
        seen.push_back(absl::StrCat(names[static_cast<int>(form)], ":", text));
        return absl::OkStatus();
      },
      message);
  EXPECT_THAT(status, IsOk());
  return seen;
}

absl::StatusOr<std::optional<std::string>> ReplaceBad(TextForm form,
                                                      absl::string_view text) {
  if (!absl::StrContains(text, kWord)) return std::nullopt;
  return "good";
}

TEST(TextPlacesTest, SeesEveryRoleAndPartOfAMessage) {
  EXPECT_THAT(
      Seen(Parse<v1::ChatRequest>(R"pb(
        messages { role: ROLE_SYSTEM content: "s" }
        messages { role: ROLE_DEVELOPER content: "d" }
        messages {
          role: ROLE_USER
          name: "n"
          parts { text: "p1" }
          parts { image { url: "https://x/y" detail: "low" } }
          parts { text: "p2" }
        }
        messages {
          role: ROLE_ASSISTANT
          tool_calls { id: "i" name: "f" arguments: "{}" signature: "sig" }
          reasoning_content: "r"
          refusal: "no"
          reasoning_blocks { text: "b1" signature: "sig" opaque: "o1" }
          reasoning_blocks { text: "b2" model: "m" }
        }
        messages { role: ROLE_TOOL content: "t" tool_call_id: "i" }
      )pb")),
      ElementsAre("plain:s", "plain:d", "plain:p1", "fixed:https://x/y",
                  "fixed:low", "plain:p2", "fixed:n", "fixed:i", "fixed:f",
                  "json:{}", "plain:r", "plain:no", "sealed:b2", "sealed:b1",
                  "sealed:o1", "plain:t", "fixed:i"));
}

TEST(TextPlacesTest, SeesAllElseThatIsSent) {
  EXPECT_THAT(
      Seen(Parse<v1::ChatRequest>(R"pb(
        model: "m"
        metadata { key: "k" value: "v" }
        logit_bias { key: "7" value: 1 }
        stop: "end"
        user: "u"
        tools { name: "f" description: "d" parameters: "{\"a\":1}" }
        tools {
          name: "g"
          parameters_struct {
            fields {
              key: "z"
              value { list_value { values { string_value: "deep" } } }
            }
            fields {
              key: "a"
              value { string_value: "first" }
            }
          }
        }
        tool_choice { name: "f" }
        response_format {
          json_schema { name: "s" description: "sd" schema: "{}" }
        }
        provider_options {
          key: "openai"
          value {
            fields {
              key: "system"
              value {
                struct_value {
                  fields {
                    key: "x"
                    value { string_value: "hidden" }
                  }
                }
              }
            }
          }
        }
      )pb")),
      ElementsAre("fixed:end", "fixed:f", "plain:d", "json:{\"a\":1}",
                  "fixed:g", "fixed:a", "plain:first", "fixed:z", "plain:deep",
                  "fixed:f", "fixed:s", "plain:sd", "json:{}", "plain:u",
                  "plain:openai", "fixed:system", "fixed:x", "plain:hidden"));
}

TEST(TextPlacesTest, SeesDocumentsThatAreText) {
  v1::ChatRequest chat;
  v1::Message& message = *chat.add_messages();
  v1::FilePart& text = *message.add_parts()->mutable_file();
  text.set_data("in a file");
  text.set_media_type("text/plain");
  text.set_filename("name");
  v1::FilePart& pdf = *message.add_parts()->mutable_file();
  pdf.set_data("%PDF");
  pdf.set_media_type("application/pdf");
  message.add_parts()->mutable_file()->set_url(
      absl::StrCat("data:text/plain;base64,", absl::Base64Escape("in a url")));
  message.add_parts()->mutable_file()->set_url("data:,plain");
  message.add_parts()->mutable_image()->set_url("data:image/png;base64,YmFk");
  EXPECT_THAT(Seen(chat), ElementsAre("plain:in a file", "fixed:text/plain",
                                      "plain:name", "fixed:application/pdf",
                                      "fixed:in a url", "fixed:plain"));
}

// However a codec reads it: by the type beside it, with percents, in the web's
// base64, by a type that a provider takes for text.
TEST(TextPlacesTest, SeesDocumentsAsAnyCodecReadsThem) {
  const auto seen_of = [](const std::string& url, const std::string& type) {
    v1::Message message;
    v1::FilePart& file = *message.add_parts()->mutable_file();
    file.set_url(url);
    if (!type.empty()) file.set_media_type(type);
    return Seen(message);
  };
  const struct {
    const char* url;
    const char* type;
  } cases[] = {
      {"data:application/pdf;base64,YmFk", "text/plain"},
      {"data:text/plain,b%61d", ""},
      {"data:text/plain;base64,YmF%6b", ""},
      {"data: text/plain ;base64,YmFk", ""},
      {"data:text/plain;base64;charset=utf-8,YmFk", ""},
      {"data:application/x-javascript;base64,YmFk", ""},
      {"data:image/svg+xml;base64,YmFk", ""},
      {"data:;base64,YmFk", ""},
  };
  for (const auto& each : cases) {
    EXPECT_THAT(seen_of(each.url, each.type), testing::Contains("fixed:bad"))
        << each.url;
  }
  EXPECT_THAT(seen_of("data:text/plain;base64,_-8=", ""),
              testing::Contains("fixed:\xff\xef"));
  EXPECT_THAT(seen_of("data:application/pdf;base64,YmFk", ""),
              testing::Not(testing::Contains("fixed:bad")));
  v1::Message message;
  v1::FilePart& file = *message.add_parts()->mutable_file();
  file.set_data("bad");
  file.set_media_type("application/x-ndjson");
  EXPECT_THAT(Seen(message), testing::Contains("plain:bad"));
}

TEST(TextPlacesTest, SeesTextsToEmbedAndAnswers) {
  EXPECT_THAT(Seen(Parse<v1::EmbedRequest>(
                  R"pb(
                    model: "m"
                    input: "a"
                    input: "b"
                    input_type: "t"
                    metadata { key: "k" value: "v" }
                    options { idempotency_key: "i" }
                  )pb")),
              ElementsAre("plain:a", "plain:b", "fixed:t"));
  EXPECT_THAT(Seen(Parse<v1::ChatResponse>(R"pb(
                id: "i"
                model: "m"
                choices {
                  message { content: "c" }
                  provider_finish_reason: "stop"
                  logprobs { content { token: "c" } }
                }
                provider_metadata {
                  fields {
                    key: "k"
                    value { string_value: "cited" }
                  }
                }
              )pb")),
              ElementsAre("plain:c", "fixed:k", "plain:cited"));
}

TEST(TextPlacesTest, ChangesWhatMayBeChanged) {
  auto chat = Parse<v1::ChatRequest>(R"pb(
    messages { content: "bad" }
    messages {
      parts { text: "bad" }
      tool_calls { arguments: "bad" }
      reasoning_blocks { text: "bad" }
      reasoning_blocks { text: "fine" }
      reasoning_blocks { opaque: "bad" }
    }
    metadata { key: "k" value: "bad" }
    provider_options {
      key: "openai"
      value {
        fields {
          key: "k"
          value { string_value: "bad" }
        }
      }
    }
  )pb");
  EXPECT_THAT(EditTexts(ReplaceBad, chat), IsOk());
  EXPECT_EQ(chat.messages(0).content(), "good");
  EXPECT_EQ(chat.messages(1).parts(0).text(), "good");
  EXPECT_EQ(chat.messages(1).tool_calls(0).arguments(), "good");
  ASSERT_EQ(chat.messages(1).reasoning_blocks_size(), 1);
  EXPECT_EQ(chat.messages(1).reasoning_blocks(0).text(), "fine");
  EXPECT_EQ(chat.metadata().at("k"), "bad");
  EXPECT_EQ(
      chat.provider_options().at("openai").fields().at("k").string_value(),
      "good");
}

TEST(TextPlacesTest, RefusesToChangeANameAndChangesNothingThen) {
  auto chat = Parse<v1::ChatRequest>(R"pb(messages { content: "bad" }
                                          tools { name: "bad" })pb");
  EXPECT_THAT(EditTexts(ReplaceBad, chat),
              HasReason(ErrorReason::kGuardrailRejected));
  EXPECT_EQ(chat.messages(0).content(), "bad");
  chat = Parse<v1::ChatRequest>(R"pb(
    provider_options {
      key: "openai"
      value {
        fields {
          key: "bad"
          value { bool_value: true }
        }
      }
    }
  )pb");
  EXPECT_THAT(EditTexts(ReplaceBad, chat),
              HasReason(ErrorReason::kGuardrailRejected));
}

TEST(TextPlacesTest, DropsTheLogprobsOfAChangedChoice) {
  auto response = Parse<v1::ChatResponse>(R"pb(
    choices {
      message { content: "bad" }
      logprobs { content { token: "bad" } }
    }
    choices {
      message { content: "x" }
      logprobs { content { token: "x" } }
    }
  )pb");
  EXPECT_THAT(EditTexts(ReplaceBad, response), IsOk());
  EXPECT_EQ(response.choices(0).message().content(), "good");
  EXPECT_FALSE(response.choices(0).has_logprobs());
  EXPECT_TRUE(response.choices(1).has_logprobs());
}

TEST(TextPlacesTest, ChangesWhatComesWholeInADelta) {
  auto delta = Parse<v1::Delta>(R"pb(
    text: "bad"
    tool_calls { name: "f" arguments: "bad" }
    reasoning_blocks { text: "bad" }
    parts { text: "bad" }
  )pb");
  EXPECT_THAT(EditWholeTexts(ReplaceBad, delta), IsOk());
  EXPECT_EQ(delta.text(), "bad");
  EXPECT_EQ(delta.tool_calls(0).arguments(), "bad");
  EXPECT_THAT(delta.reasoning_blocks(), IsEmpty());
  EXPECT_EQ(delta.parts(0).text(), "good");
}

// Sets every text below a message to its own path; of a choice between fields,
// the one that `variant` says.
void Fill(google::protobuf::Message* message, const std::string& path,
          int variant, std::set<std::string>* paths) {
  const Descriptor* type = message->GetDescriptor();
  const auto* reflection = message->GetReflection();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    const std::string name = absl::StrCat(path, ".", field->name());
    if (field->is_map()) continue;
    if (const auto* oneof = field->real_containing_oneof();
        oneof != nullptr &&
        oneof->field(variant % oneof->field_count()) != field) {
      continue;
    }
    if (field->type() == FieldDescriptor::TYPE_STRING) {
      paths->insert(name);
      if (field->is_repeated()) {
        reflection->AddString(message, field, name);
      } else {
        reflection->SetString(message, field, name);
      }
    } else if (field->type() == FieldDescriptor::TYPE_MESSAGE) {
      Fill(field->is_repeated() ? reflection->AddMessage(message, field)
                                : reflection->MutableMessage(message, field),
           name, variant, paths);
    }
  }
}

// A new field of the contract is looked at, or this test wants to know why not.
TEST(TextPlacesTest, MissesNoFieldOfARequest) {
  std::set<std::string> filled;
  std::set<std::string> unseen;
  for (int variant = 0; variant < 12; ++variant) {
    v1::ChatRequest chat;
    std::set<std::string> paths;
    Fill(&chat, "chat", variant, &paths);
    filled.insert(paths.begin(), paths.end());
    EXPECT_THAT(ReadTexts(
                    [&](TextForm form, absl::string_view text) {
                      paths.erase(std::string(text));
                      return absl::OkStatus();
                    },
                    chat),
                IsOk());
    unseen.insert(paths.begin(), paths.end());
  }
  EXPECT_THAT(
      filled,
      IsSupersetOf({"chat.messages.parts.text",
                    "chat.messages.parts.file.file_id",
                    "chat.messages.parts.audio.url", "chat.tools.parameters",
                    "chat.response_format.json_schema.schema"}));
  EXPECT_THAT(unseen, UnorderedElementsAre(
                          "chat.model", "chat.messages.tool_calls.signature",
                          "chat.messages.reasoning_blocks.signature",
                          "chat.messages.reasoning_blocks.model"));
}

}  // namespace
}  // namespace aigateway
