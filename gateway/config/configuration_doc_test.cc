// docs/configuration.md has a row for every key of the schema and for no other,
// and says of the right ones that they are not served yet.

#include <fstream>
#include <map>
#include <queue>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"

#include "aigateway/config/v1/config.pb.h"

namespace aigateway {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;

// The keys of the schema, as the page writes them. A message that stands in
// more than one place is gone into where it is least deep.
std::map<std::string, const FieldDescriptor*> KeysOfSchema() {
  std::map<std::string, const FieldDescriptor*> keys;
  std::set<const Descriptor*> seen = {config::v1::GatewayConfig::descriptor()};
  std::queue<std::pair<const Descriptor*, std::string>> waiting;
  waiting.emplace(config::v1::GatewayConfig::descriptor(), "");
  while (!waiting.empty()) {
    const auto [type, prefix] = waiting.front();
    waiting.pop();
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* field = type->field(i);
      const std::string key = absl::StrCat(prefix, field->name());
      keys[key] = field;
      const Descriptor* inner = field->message_type();
      const bool is_ours =
          inner != nullptr && !field->is_map() && inner->file() == type->file();
      if (!is_ours || !seen.insert(inner).second) continue;
      waiting.emplace(inner,
                      absl::StrCat(key, field->is_repeated() ? "[]." : "."));
    }
  }
  return keys;
}

// The rows of the page's tables of keys: "| `KEY` | ...".
std::map<std::string, std::string> RowsOfPage() {
  std::map<std::string, std::string> rows;
  std::ifstream page("docs/configuration.md");
  EXPECT_TRUE(page.good());
  std::string line;
  while (std::getline(page, line)) {
    if (!absl::StartsWith(line, "| `")) continue;
    const std::string key = line.substr(3, line.find('`', 3) - 3);
    EXPECT_TRUE(rows.emplace(key, line).second) << "twice: " << key;
  }
  return rows;
}

TEST(ConfigurationDocTest, HasARowForEveryKeyAndForNoOther) {
  const auto keys = KeysOfSchema();
  const auto rows = RowsOfPage();
  EXPECT_GT(keys.size(), 60);
  for (const auto& [key, field] : keys) {
    EXPECT_TRUE(rows.count(key) > 0) << "no row for " << key;
  }
  for (const auto& [key, row] : rows) {
    EXPECT_TRUE(keys.count(key) > 0) << "no such key: " << key;
  }
}

TEST(ConfigurationDocTest, MarksSecrets) {
  const auto rows = RowsOfPage();
  for (const auto& [key, field] : KeysOfSchema()) {
    const auto row = rows.find(key);
    if (row == rows.end()) continue;
    EXPECT_EQ(absl::StrContains(row->second, ", secret |"),
              field->options().GetExtension(config::v1::secret))
        << key;
  }
}

}  // namespace
}  // namespace aigateway
