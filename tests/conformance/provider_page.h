#ifndef AIGATEWAY_TESTS_CONFORMANCE_PROVIDER_PAGE_H_
#define AIGATEWAY_TESTS_CONFORMANCE_PROVIDER_PAGE_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "providers/provider.h"
#include "tests/conformance/wire_features.h"

namespace aigateway {

// What docs/providers.md says, and what the code does: the page is held to it.

// How the table of features says that a type has one.
enum class FeatureMark {
  kNone,      // "–"
  kCode,      // "○": code and fixtures of our own.
  kRecorded,  // "●": a recording, played to the server.
};

// The rows of the page's table of features, by type.
std::map<std::string, std::map<Feature, FeatureMark>> ReadFeatureTable();

// A row of the page's table of settings.
struct SettingsRow {
  std::string base_url;
  std::vector<std::string> key_variables;
  std::set<std::string> options;
};
std::map<std::string, SettingsRow> ReadSettingsTable();

// Every registered type, in the order of undeclared instances.
std::vector<std::string> TypesInOrder();

// A codec of that type as a config declares it. Null, and a failure of the
// test, if a base URL and a key are not enough.
std::unique_ptr<Provider> MakeCodecOf(const std::string& type);

// What the code of `type` takes requests for, or reads, by trying. Errors and
// counts are read by every codec.
std::set<Feature> FeaturesOfCode(const std::string& type);

// The lines of the table of features, where `recorded` has what recordings
// show.
std::vector<std::string> FeatureTable(
    const std::map<std::string, std::set<Feature>>& recorded);

// The rows of the page's table of parameters, by type.
std::map<std::string, std::string> ReadParameterTable();

// What the code says that the row of `type` is.
std::string ParameterRow(const std::string& type);

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_CONFORMANCE_PROVIDER_PAGE_H_
