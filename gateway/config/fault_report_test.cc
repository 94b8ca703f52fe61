#include "gateway/config/fault_report.h"

#include <string>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/config/config_testing.h"
#include "gateway/config/faults.h"
#include "gateway/config/field_path.h"
#include "gateway/config/source_map.h"
#include "gateway/config/yaml_reader.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FaultReportTest : public testing::Test {
 protected:
  FaultReportTest()
      : places_("f", ReadYaml("plugins:\n- name: x\n  config: {a: [1, 2]}\n",
                              faults_)) {}
  Faults faults_{"f"};
  SourceMap places_;
  FaultReport report_{&places_, &faults_};
};

TEST_F(FaultReportTest, AddsThePlaceOfEachFault) {
  report_.Add("plugins[0].config.a[1]", "is two");
  EXPECT_THAT(FaultsIn(faults_.ToStatus()),
              ElementsAre("plugins[0].config.a[1]: 3:19: is two"));
}

TEST_F(FaultReportTest, LeavesOutWhatFollowsFromAnEarlierFault) {
  report_.Add("plugins[0]", "is wrong");
  report_.Add("plugins[0].name", "is wrong too");
  report_.Add("plugins", "is another thing");
  EXPECT_THAT(
      FaultsIn(faults_.ToStatus()),
      ElementsAre(HasSubstr("plugins: 1:1"), HasSubstr("plugins[0]: 2:3")));
}

TEST_F(FaultReportTest, PlacesTheViolationsOfAnExtension) {
  absl::Status status = Error(ErrorReason::kInvalidConfig, "bad settings");
  SetViolations(status, {{"a[0]", "is one"}, {"b", "is missing"}, {"", "x"}});
  const FieldPath root;
  const FieldPath plugins = root.Key("plugins");
  const FieldPath plugin = plugins.Index(0);
  report_.AddStatus(plugin.Key("config"), status);
  EXPECT_THAT(FaultsIn(faults_.ToStatus()),
              ElementsAre("plugins[0].config.b: 3:3: is missing",
                          "plugins[0].config: 3:3: x",
                          "plugins[0].config.a[0]: 3:16: is one"));
}

TEST_F(FaultReportTest, TakesAStatusWithoutViolationsForOneFault) {
  report_.AddStatus(FieldPath().Key("plugins"), absl::InternalError("broke"));
  report_.AddStatus(FieldPath().Key("targets"), absl::OkStatus());
  EXPECT_THAT(FaultsIn(faults_.ToStatus()), ElementsAre("plugins: 1:1: broke"));
}

TEST_F(FaultReportTest, OnlyCountsOnceItIsFull) {
  for (int i = 0; i < 150; ++i) {
    report_.Add("a" + std::to_string(i), "x");
  }
  EXPECT_EQ(faults_.size(), 150);
}

}  // namespace
}  // namespace aigateway
