// docs/providers.md has a row for every provider type and for no other, and
// says of each what the code does: base URL, key variables, options, and what
// it takes requests for. What recordings show is held to them elsewhere.

#include "tests/conformance/provider_page.h"

#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/registry.h"

namespace aigateway {
namespace {

const ProviderType& Entry(const std::string& type) {
  return *Registry<ProviderType>::Global().Find(type);
}

// An instance that is nothing but a key, and that option.
absl::StatusOr<std::unique_ptr<Provider>> Create(
    const std::string& type, const std::string& option = "",
    const std::string& value = "") {
  config::v1::ProviderConfig config;
  config.set_name(type);
  config.set_type(type);
  config.set_api_key("test-key");
  if (!option.empty()) {
    (*config.mutable_options()->mutable_fields())[option].set_string_value(
        value);
  }
  return Entry(type).create(config);
}

// Whether the type has that option, whatever it says of the value.
bool HasOption(const std::string& type, const std::string& option) {
  const absl::Status status = Create(type, option, "x").status();
  for (const FieldViolation& fault : GetViolations(status)) {
    if (fault.field == absl::StrCat("options.", option) &&
        absl::StrContains(fault.description, "is no option")) {
      return false;
    }
  }
  return true;
}

// The names that a type gives itself when it is asked for what it has not:
// "is no option of type openai; it has api and prefill".
std::set<std::string> OptionsAsTold(const std::string& type) {
  std::set<std::string> told;
  for (const FieldViolation& fault :
       GetViolations(Create(type, "no_such_option", "x").status())) {
    const size_t at = fault.description.rfind("; it has ");
    if (fault.field != "options.no_such_option" || at == std::string::npos) {
      continue;
    }
    std::string names = fault.description.substr(at + 9);
    names = absl::StrReplaceAll(names, {{" and ", " "}, {", ", " "}});
    std::istringstream words(names);
    for (std::string word; words >> word;) told.insert(word);
  }
  return told;
}

TEST(ProviderPageTest, HasARowForEveryTypeAndForNoOther) {
  const std::vector<std::string> types = TypesInOrder();
  const auto features = ReadFeatureTable();
  const auto settings = ReadSettingsTable();
  EXPECT_GT(types.size(), 30);
  // With two lines of heading.
  const std::vector<std::string> lines = FeatureTable({});
  ASSERT_EQ(lines.size(), types.size() + 2);
  for (size_t i = 0; i < types.size(); ++i) {
    const std::string& type = types[i];
    EXPECT_TRUE(features.contains(type))
        << "no row of features; as long as nothing is recorded it is\n"
        << lines[i + 2];
    EXPECT_TRUE(settings.contains(type)) << "no row of settings: " << type;
  }
  for (const auto& [type, row] : features) {
    EXPECT_THAT(types, testing::Contains(type));
  }
  for (const auto& [type, row] : settings) {
    EXPECT_THAT(types, testing::Contains(type));
  }
}

TEST(ProviderPageTest, SaysWhichVariablesHoldKeys) {
  for (const auto& [type, row] : ReadSettingsTable()) {
    EXPECT_EQ(row.key_variables, Entry(type).key_variables) << type;
  }
}

TEST(ProviderPageTest, SaysWhereEachIs) {
  for (const auto& [type, row] : ReadSettingsTable()) {
    // Nothing is asked of it over a network.
    if (Entry(type).make_responder != nullptr) continue;
    const auto codec = Create(type);
    if (codec.ok()) {
      EXPECT_EQ(std::string((*codec)->base_url()), row.base_url) << type;
    } else if (absl::StrContains(row.base_url, "{region}")) {
      const auto there = Create(type, "region", "us-east-1");
      ASSERT_TRUE(there.ok()) << type << ": " << there.status();
      EXPECT_EQ(std::string((*there)->base_url()),
                absl::StrReplaceAll(row.base_url, {{"{region}", "us-east-1"}}));
    } else {
      EXPECT_TRUE(absl::StrContains(row.base_url, "{")) << type;
      EXPECT_TRUE(absl::StrContains(codec.status().message(), row.base_url))
          << type << ": " << codec.status().message();
    }
  }
}

TEST(ProviderPageTest, SaysWhichOptionsEachHas) {
  const auto rows = ReadSettingsTable();
  std::set<std::string> all = {"no_such_option"};
  for (const auto& [type, row] : rows) {
    all.insert(row.options.begin(), row.options.end());
    all.merge(OptionsAsTold(type));
    for (const auto& group : Entry(type).option_variables) {
      for (const auto& [option, variable] : group.rows) all.insert(option);
    }
  }
  for (const auto& [type, row] : rows) {
    // A page of its own has them.
    if (type == "simulator") continue;
    for (const std::string& option : all) {
      EXPECT_EQ(row.options.contains(option), HasOption(type, option))
          << type << ": " << option;
    }
  }
}

TEST(ProviderPageTest, SaysWhatBecomesOfEachParameter) {
  const std::map<std::string, std::string> rows = ReadParameterTable();
  EXPECT_EQ(rows.size(), TypesInOrder().size());
  std::string as_it_is;
  bool differs = false;
  for (const std::string& type : TypesInOrder()) {
    const auto row = rows.find(type);
    const std::string found = ParameterRow(type);
    differs = differs || row == rows.end() || row->second != found;
    absl::StrAppend(&as_it_is, found, "\n");
  }
  EXPECT_FALSE(differs) << "the table is to be\n" << as_it_is;
}

TEST(ProviderPageTest, MarksWhatTheCodeTakes) {
  for (const auto& [type, marks] : ReadFeatureTable()) {
    const std::set<Feature> code = FeaturesOfCode(type);
    for (const auto& [feature, mark] : marks) {
      if (mark == FeatureMark::kRecorded) continue;
      EXPECT_EQ(mark == FeatureMark::kCode, code.contains(feature))
          << type << ": " << TitleOf(feature);
    }
  }
}

}  // namespace
}  // namespace aigateway
