#include "tools/aigwctl/table.h"

#include "gtest/gtest.h"

namespace aigateway {
namespace {

TEST(TableTest, AlignsColumnsAndShowsWhatIsEmpty) {
  Table table({"NAME", "MODELS"});
  table.Add({"a-long-name", ""});
  table.Add({"b", "m1, m2"});
  EXPECT_EQ(table.ToString(),
            "NAME         MODELS\n"
            "a-long-name  -\n"
            "b            m1, m2\n");
}

}  // namespace
}  // namespace aigateway
