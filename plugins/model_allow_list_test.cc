#include "plugins/model_allow_list.h"

#include <memory>
#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "gateway/base/errors.h"
#include "tests/fakes/plugin_fixture.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using config::v1::ModelAllowListSettings;

class ModelAllowListTest : public PluginFixture {
 protected:
  std::optional<Deny> Ask(const std::string& model) {
    chat_.set_model(model);
    return DenialOf(Before(plugin_));
  }

  ModelAllowList plugin_{{"gpt-4o", "claude-*"}};
};

TEST_F(ModelAllowListTest, LetsNamesAndPrefixesBy) {
  EXPECT_FALSE(Ask("gpt-4o").has_value());
  EXPECT_FALSE(Ask("claude-sonnet-4-5").has_value());
}

TEST_F(ModelAllowListTest, RefusesAllOthersWithoutNamingThem) {
  for (const char* model : {"gpt-4", "gpt-4o-mini", "claude", "", "GPT-4O"}) {
    const std::optional<Deny> denial = Ask(model);
    ASSERT_TRUE(denial.has_value()) << model;
    EXPECT_EQ(denial->reason, ErrorReason::kModelNotAllowed);
  }
}

TEST_F(ModelAllowListTest, WantsModels) {
  ModelAllowListSettings settings;
  EXPECT_THAT(ModelAllowList::Create(settings),
              HasReason(ErrorReason::kInvalidConfig));
  settings.add_models("");
  const absl::Status status = ModelAllowList::Create(settings).status();
  ASSERT_EQ(GetViolations(status).size(), 1);
  EXPECT_EQ(GetViolations(status)[0].field, "models[0]");
  for (const char* bad : {"", "gpt-*-mini", "*-mini"}) {
    settings.set_models(0, bad);
    EXPECT_THAT(ModelAllowList::Create(settings),
                HasReason(ErrorReason::kInvalidConfig))
        << bad;
  }
  settings.set_models(0, "*");
  EXPECT_THAT(ModelAllowList::Create(settings), IsOk());
  settings.set_models(0, "m");
  EXPECT_THAT(ModelAllowList::Create(settings), IsOk());
}

}  // namespace
}  // namespace aigateway
