#include "plugins/schema_guard.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "gateway/base/errors.h"
#include "tests/fakes/plugin_fixture.h"
#include "tests/fakes/text_cuts.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using config::v1::SchemaGuardSettings;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SchemaGuardTest : public PluginFixture {
 protected:
  static SchemaGuardSettings Settings() {
    SchemaGuardSettings settings;
    settings.set_schema(R"({"type":"object","required":["city"],)"
                        R"("properties":{"city":{"type":"string"}}})");
    return settings;
  }
  static SchemaGuardSettings OfTool(const std::string& tool) {
    SchemaGuardSettings settings = Settings();
    settings.set_tool(tool);
    return settings;
  }
  std::unique_ptr<Plugin> Make(const SchemaGuardSettings& settings) {
    absl::StatusOr<std::unique_ptr<Plugin>> plugin =
        CreateSchemaGuard(settings);
    EXPECT_THAT(plugin, IsOk());
    return *std::move(plugin);
  }
  bool Denies(Plugin& plugin, const std::string& content) {
    v1::ChatResponse response;
    response.add_choices()->mutable_message()->set_content(content);
    return DenialOf(After(plugin, response)).has_value();
  }
  static v1::Delta Call(const std::string& name, const std::string& arguments,
                        int index = 0) {
    v1::Delta delta;
    v1::ToolCallDelta& piece = *delta.add_tool_calls();
    piece.set_index(index);
    piece.set_name(name);
    piece.set_arguments(arguments);
    return delta;
  }
};

TEST_F(SchemaGuardTest, DeniesAnAnswerThatDoesNotFit) {
  const auto plugin = Make(Settings());
  EXPECT_FALSE(Denies(*plugin, R"({"city":"Rome"})"));
  EXPECT_TRUE(Denies(*plugin, R"({"city":1})"));
  EXPECT_TRUE(Denies(*plugin, "Rome"));
  // One that calls a tool, say.
  EXPECT_FALSE(Denies(*plugin, ""));
  EXPECT_FALSE(DenialOf(Before(*plugin)).has_value());
}

TEST_F(SchemaGuardTest, LooksAtPartsAndAllChoices) {
  const auto plugin = Make(Settings());
  v1::ChatResponse response;
  response.add_choices()->mutable_message()->add_parts()->set_text(
      R"({"city":)");
  response.mutable_choices(0)->mutable_message()->add_parts()->set_text(
      R"("Rome"})");
  EXPECT_FALSE(DenialOf(After(*plugin, response)).has_value());
  response.add_choices()->mutable_message()->set_content("Rome");
  EXPECT_TRUE(DenialOf(After(*plugin, response)).has_value());
}

TEST_F(SchemaGuardTest, LooksAtTheArgumentsOfATool) {
  const auto plugin = Make(OfTool("weather"));
  v1::ChatResponse response;
  v1::Message& message = *response.add_choices()->mutable_message();
  message.set_content("any text");
  message.add_tool_calls()->set_name("other");
  message.mutable_tool_calls(0)->set_arguments("{}");
  EXPECT_FALSE(DenialOf(After(*plugin, response)).has_value());
  message.mutable_tool_calls(0)->set_name("weather");
  EXPECT_TRUE(DenialOf(After(*plugin, response)).has_value());
  message.mutable_tool_calls(0)->clear_arguments();
  EXPECT_TRUE(DenialOf(After(*plugin, response)).has_value());
}

TEST_F(SchemaGuardTest, SendsAStreamOnceItFits) {
  const auto plugin = Make(Settings());
  const std::string text = R"({"city":"Zürich"})";
  for (const auto& pieces : Cuts(text)) {
    EXPECT_EQ(Stream(*plugin, pieces), text);
  }
}

TEST_F(SchemaGuardTest, LetsNothingOfAStreamOutThatDoesNotFit) {
  const auto plugin = Make(Settings());
  for (const auto& pieces : Cuts(R"({"city":1})")) {
    absl::Status refusal;
    EXPECT_EQ(Stream(*plugin, pieces, &refusal), "");
    EXPECT_THAT(refusal, HasReason(ErrorReason::kGuardrailRejected));
  }
}

TEST_F(SchemaGuardTest, HoldsLogprobsWithTheText) {
  const auto plugin = Make(Settings());
  const auto filter = plugin->NewChunkFilter(*request_);
  v1::Delta delta;
  delta.set_text(R"({"city":"x"})");
  delta.set_reasoning("hm");
  delta.mutable_logprobs()->add_content()->set_token("{");
  ASSERT_THAT(filter->OnDelta(delta), IsOk());
  EXPECT_EQ(delta.text(), "");
  EXPECT_FALSE(delta.has_logprobs());
  EXPECT_EQ(delta.reasoning(), "hm");
  delta = Call("f", "");
  ASSERT_THAT(filter->OnDelta(delta), IsOk());
  EXPECT_THAT(delta.tool_calls(), IsEmpty());
  v1::Delta rest;
  ASSERT_THAT(filter->OnChoiceEnd(rest), IsOk());
  EXPECT_EQ(rest.logprobs().content_size(), 1);
  EXPECT_EQ(rest.tool_calls_size(), 1);
}

TEST_F(SchemaGuardTest, HoldsTheCallsOfItsToolAlone) {
  const auto plugin = Make(OfTool("weather"));
  const auto filter = plugin->NewChunkFilter(*request_);
  v1::Delta delta = Call("weather", R"({"ci)");
  delta.MergeFrom(Call("other", "{}", 1));
  delta.set_text("well");
  ASSERT_THAT(filter->OnDelta(delta), IsOk());
  EXPECT_EQ(delta.text(), "well");
  ASSERT_EQ(delta.tool_calls_size(), 1);
  EXPECT_EQ(delta.tool_calls(0).name(), "other");
  delta = Call("", R"(ty":"Rome"})");
  delta.mutable_tool_calls(0)->set_signature("seal");
  ASSERT_THAT(filter->OnDelta(delta), IsOk());
  EXPECT_THAT(delta.tool_calls(), IsEmpty());
  v1::Delta rest;
  ASSERT_THAT(filter->OnChoiceEnd(rest), IsOk());
  ASSERT_EQ(rest.tool_calls_size(), 1);
  EXPECT_EQ(rest.tool_calls(0).name(), "weather");
  EXPECT_EQ(rest.tool_calls(0).arguments(), R"({"city":"Rome"})");
  EXPECT_EQ(rest.tool_calls(0).signature(), "seal");

  delta = Call("weather", "{}");
  ASSERT_THAT(filter->OnDelta(delta), IsOk());
  rest.Clear();
  EXPECT_THAT(filter->OnChoiceEnd(rest),
              HasReason(ErrorReason::kGuardrailRejected));
  EXPECT_THAT(rest.tool_calls(), IsEmpty());
}

TEST_F(SchemaGuardTest, HoldsNoMoreThanItMay) {
  SchemaGuardSettings settings = Settings();
  settings.set_max_bytes(20);
  absl::Status refusal;
  const std::vector<std::string> pieces(10, "    ");
  EXPECT_EQ(Stream(*Make(settings), pieces, &refusal), "");
  EXPECT_THAT(refusal.message(), HasSubstr("longer"));
}

TEST_F(SchemaGuardTest, LetsAStreamByIfTold) {
  SchemaGuardSettings settings = Settings();
  settings.set_on_stream("pass");
  const auto plugin = Make(settings);
  EXPECT_EQ(plugin->NewChunkFilter(*request_), nullptr);
  stream_ = true;
  EXPECT_TRUE(Denies(*plugin, "Rome"));
}

TEST_F(SchemaGuardTest, ReportsAllFaultsWithTheirPlaces) {
  SchemaGuardSettings settings;
  settings.set_schema(R"({"$ref":"https://example.com/schema.json"})");
  settings.set_max_bytes(0);
  settings.set_max_depth(65);
  settings.set_on_stream("drop");
  std::vector<std::string> fields;
  for (const FieldViolation& fault :
       GetViolations(CreateSchemaGuard(settings).status())) {
    fields.push_back(fault.field);
  }
  EXPECT_THAT(fields,
              ElementsAre("schema", "max_bytes", "max_depth", "on_stream"));
  EXPECT_THAT(CreateSchemaGuard(SchemaGuardSettings()),
              HasReason(ErrorReason::kInvalidConfig));
}

}  // namespace
}  // namespace aigateway
