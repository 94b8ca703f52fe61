#include "plugins/pii_redact.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "gateway/base/errors.h"
#include "tests/fakes/plugin_fixture.h"
#include "tests/fakes/text_cuts.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using config::v1::PiiRedactSettings;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class PiiRedactTest : public PluginFixture {
 protected:
  std::unique_ptr<Plugin> Make(const PiiRedactSettings& settings) {
    absl::StatusOr<std::unique_ptr<Plugin>> plugin = CreatePiiRedact(settings);
    EXPECT_THAT(plugin, IsOk());
    return *std::move(plugin);
  }
  std::unique_ptr<Plugin> Make(const std::string& action) {
    PiiRedactSettings settings;
    settings.set_action(action);
    return Make(settings);
  }
  // What a provider would be sent of a user's text.
  std::string Sent(Plugin& plugin, const std::string& text) {
    NextRequest();
    chat_.mutable_messages(0)->set_content(text);
    EXPECT_FALSE(DenialOf(Before(plugin)).has_value()) << text;
    return chat_.messages(0).content();
  }
};

TEST_F(PiiRedactTest, RedactsEachKind) {
  const auto plugin = Make("redact");
  const struct {
    const char* text;
    const char* sent;
  } cases[] = {
      {"Write to mia.o'neil+x@mail.example.co.uk.", "Write to [email]."},
      {"an j\u00F6rg@m\u00FCller.de, bitte", "an [email], bitte"},
      {"+49 30 12345678 or +1 (212) 555-0123!", "[phone] or [phone]!"},
      {"(212) 555-0123, 212-555-0123", "[phone], [phone]"},
      {"020 7946 0958, 0171/1234567", "[phone], [phone]"},
      {"01 23 45 67 89 ou 06.12.34.56.78", "[phone] ou [phone]"},
      {"4111 1111 1111 1111 12/27", "[card] 12/27"},
      {"paid by 378282246310005.", "paid by [card]."},
      {"1234 5678 4111 1111 1111 1111", "1234 5678 [card]"},
      {"DE89 3704 0044 0532 0130 00 AND MORE", "[iban] AND MORE"},
      {"to gb29nwbk60161331926819", "to [iban]"},
      {"from 192.168.0.1 and 2001:db8::1.", "from [ip] and [ip]."},
      {"SSN 219-09-9999", "SSN [us-ssn]"},
      {"NI AB 12 34 56 C;", "NI [uk-nino];"},
      {"IdNr 86 095 742 719", "IdNr [de-tax-id]"},
      {"NIR 2 55 08 14 168 025 38", "NIR [fr-nir]"},
      {"DNI 12345678Z, NIE X-1234567-L", "DNI [es-id], NIE [es-id]"},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(Sent(*plugin, each.text), each.sent);
  }
}

TEST_F(PiiRedactTest, LeavesOtherTextAlone) {
  const auto plugin = Make("redact");
  for (const char* text :
       {"on 2024-01-02 at 10:30, 01/02/2024, 31.12.2024 09:30:15",
        "pi is 3.1415926535897932, e 2.718281828459045",
        "order 4111111111111112, id 12345678901, 987654321",
        "version 1.2.3, 1.2.3.4.5 and 1.2.3.400", "std::vector and a::b",
        "00:1a:2b:3c:4d:5e and 550e8400-e29b-41d4-a716-446655440000",
        "mail@ and @handle, a@b, x = y@z", "DE89 is a room, in 24 hours",
        "call 911 or 112, +1 more, 3 + 4 5 6", "12345678A, 000-12-3456",
        "the sum of 1 000 000 and 20 000 000 000"}) {
    EXPECT_EQ(Sent(*plugin, text), text);
  }
}

TEST_F(PiiRedactTest, BlocksAndNamesTheKindAlone) {
  const auto plugin = Make("block");
  chat_.mutable_messages(0)->set_content("I am mia@example.com");
  const std::optional<Deny> denial = DenialOf(Before(*plugin));
  ASSERT_TRUE(denial.has_value());
  EXPECT_EQ(denial->reason, ErrorReason::kGuardrailRejected);
  EXPECT_THAT(denial->message, HasSubstr("(email)"));
  EXPECT_THAT(denial->message, Not(HasSubstr("mia")));

  v1::ChatResponse response;
  response.add_choices()->mutable_message()->add_tool_calls()->set_arguments(
      R"({"to":"mia\u0040example.com"})");
  EXPECT_TRUE(DenialOf(After(*plugin, response)).has_value());
}

TEST_F(PiiRedactTest, RedactsStreamsAsItRedactsWholeTexts) {
  PiiRedactSettings settings;
  settings.add_kinds("email");
  settings.add_kinds("phone");
  settings.add_kinds("card");
  settings.add_kinds("iban");
  settings.add_kinds("ip");
  settings.add_kinds("es-id");
  PiiRedactSettings::CustomPattern& custom = *settings.add_patterns();
  custom.set_name("case-number");
  custom.set_pattern("AZ-[0-9]{4}");
  settings.set_max_match_bytes(8);
  const auto plugin = Make(settings);
  const std::string text =
      "A mia@example.com, +49 30 12345678 4111 1111 1111 1111 on 2024-01-02 "
      "DE89 3704 0044 0532 0130 00 THE END 10.0.0.1 2001:db8::1: X1234567L "
      "AZ-1234 in 24 h, 3.14 b";
  for (const auto& pieces : Cuts(text)) {
    ASSERT_EQ(Stream(*plugin, pieces),
              "A [email], [phone] [card] on 2024-01-02 [iban] THE END [ip] "
              "[ip]: [es-id] [case-number] in 24 h, 3.14 b");
  }
}

TEST_F(PiiRedactTest, LetsNothingOfWhatItBlocksOut) {
  const auto plugin = Make("block");
  for (const std::string found :
       {"mia@example.com", "+49 30 12345678", "4111 1111 1111 1111",
        "GB29 NWBK 6016 1331 9268 19", "10.11.12.13", "2001:db8::1"}) {
    for (const std::string after : {"", " and more"}) {
      for (const auto& pieces : Cuts("see: " + found + after)) {
        absl::Status refusal;
        const std::string left = Stream(*plugin, pieces, &refusal);
        ASSERT_THAT(refusal, HasReason(ErrorReason::kGuardrailRejected));
        ASSERT_TRUE(absl::StartsWith("see: ", left)) << left;
      }
    }
  }
}

TEST_F(PiiRedactTest, HoldsNoOrdinaryTextBack) {
  EXPECT_EQ(Stream(*Make("block"), {"Well, it is so. ", "x"}),
            "Well, it is so. x");
  const auto plugin = Make("block");
  const auto filter = plugin->NewChunkFilter(*request_);
  v1::Delta delta;
  delta.set_text("Well, it is so. ");
  ASSERT_THAT(filter->OnDelta(delta), IsOk());
  EXPECT_EQ(delta.text(), "Well, it is so. ");
}

TEST_F(PiiRedactTest, PseudonymisesAndRestoresTheAnswer) {
  const auto plugin = Make("pseudonymise");
  EXPECT_EQ(Sent(*plugin, "mia@x.org, leo@x.org; mia@x.org from <email-2>"),
            "<email-1>, <email-3>; <email-1> from <email-2>");
  v1::ChatResponse response;
  v1::Message& message = *response.add_choices()->mutable_message();
  message.set_content("Dear <email-1>, <EMAIL-3> and <email-2>, <email-9>");
  message.add_tool_calls()->set_arguments(R"({"to":"<email-1>"})");
  message.add_reasoning_blocks()->set_text("<email-1>");
  EXPECT_FALSE(DenialOf(After(*plugin, response)).has_value());
  EXPECT_EQ(message.content(),
            "Dear mia@x.org, leo@x.org and <email-2>, <email-9>");
  EXPECT_EQ(message.tool_calls(0).arguments(), R"({"to":"mia@x.org"})");
  EXPECT_EQ(message.reasoning_blocks(0).text(), "<email-1>");
}

TEST_F(PiiRedactTest, RestoresAStreamHoweverItIsCut) {
  stream_ = true;
  const auto plugin = Make("pseudonymise");
  Sent(*plugin, "I am mia@x.org, +49 30 12345678");
  for (const auto& pieces :
       Cuts("Dear <email-1> <b>x</b> <phone-1>, a<b <em")) {
    ASSERT_EQ(Stream(*plugin, pieces),
              "Dear mia@x.org <b>x</b> +49 30 12345678, a<b <em");
  }
  // It was restored on its way.
  v1::ChatResponse joined;
  joined.add_choices()->mutable_message()->set_content("<email-1>");
  EXPECT_FALSE(DenialOf(After(*plugin, joined)).has_value());
  EXPECT_EQ(joined.choices(0).message().content(), "<email-1>");
}

TEST_F(PiiRedactTest, RestoresArgumentsAndLeavesSealsOfAStream) {
  const auto plugin = Make("pseudonymise");
  Sent(*plugin, R"(the file is "a"@x.org? no: b"mia@x.org)");
  const auto filter = plugin->NewChunkFilter(*request_);
  std::string arguments;
  for (const char* piece : {R"({"to":"<ema)", R"(il-1)", R"(>"})"}) {
    v1::Delta delta;
    delta.add_tool_calls()->set_arguments(piece);
    delta.mutable_tool_calls(0)->set_name("<email-1>");
    delta.add_reasoning_blocks()->set_opaque("<email-1>");
    ASSERT_THAT(filter->OnDelta(delta), IsOk());
    ASSERT_EQ(delta.tool_calls_size(), 1);
    EXPECT_EQ(delta.tool_calls(0).name(), "<email-1>");
    EXPECT_EQ(delta.reasoning_blocks_size(), 1);
    arguments += delta.tool_calls(0).arguments();
  }
  EXPECT_EQ(arguments, R"({"to":"mia@x.org"})");
}

TEST_F(PiiRedactTest, FiltersNoStreamWithoutPseudonyms) {
  const auto plugin = Make("pseudonymise");
  Sent(*plugin, "Hello");
  EXPECT_EQ(plugin->NewChunkFilter(*request_), nullptr);
}

TEST_F(PiiRedactTest, ReportsAllFaultsWithTheirPlaces) {
  PiiRedactSettings settings;
  settings.set_action("hide");
  settings.add_kinds("email");
  settings.add_kinds("name");
  settings.add_patterns()->set_name("Has Space");
  settings.add_patterns()->set_name("ok");
  settings.mutable_patterns(1)->set_pattern("a(b");
  settings.set_max_match_bytes(0);
  std::vector<std::string> fields;
  for (const FieldViolation& fault :
       GetViolations(CreatePiiRedact(settings).status())) {
    fields.push_back(fault.field);
  }
  EXPECT_THAT(fields, ElementsAre("action", "patterns[0].name",
                                  "patterns[0].pattern", "patterns[1].pattern",
                                  "kinds[1]", "max_match_bytes"));
  settings.Clear();
  settings.add_kinds("none");
  EXPECT_THAT(CreatePiiRedact(settings),
              HasReason(ErrorReason::kInvalidConfig));
}

}  // namespace
}  // namespace aigateway
