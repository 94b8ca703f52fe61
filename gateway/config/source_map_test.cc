#include "gateway/config/source_map.h"

#include <memory>

#include "gtest/gtest.h"

#include "gateway/config/faults.h"
#include "gateway/config/place.h"
#include "gateway/config/yaml_reader.h"

namespace aigateway {
namespace {

class SourceMapTest : public testing::Test {
 protected:
  SourceMapTest() {
    Faults faults("f");
    places_ = SourceMap("f", ReadYaml("targets:\n"
                                      "  - virtual_key: a\n"
                                      "    retry:\n"
                                      "      attempts: 3\n"
                                      "aliases:\n"
                                      "  \"gpt \\\"4\\\".1\": x\n"
                                      "auth:\n",
                                      faults));
  }
  SourceMap places_;
};

TEST_F(SourceMapTest, GivesAScalarsOwnPlace) {
  EXPECT_EQ(places_.Find("targets[0].retry.attempts"), (Place{4, 17}));
}

TEST_F(SourceMapTest, GivesTheKeyOfABlockAndTheStartOfAnEntry) {
  EXPECT_EQ(places_.Find("targets[0].retry"), (Place{3, 5}));
  EXPECT_EQ(places_.Find("targets[0]"), (Place{2, 5}));
  EXPECT_EQ(places_.Find("targets"), (Place{1, 1}));
  EXPECT_EQ(places_.Find(""), (Place{1, 1}));
}

TEST_F(SourceMapTest, FindsKeysThatAreNoNames) {
  EXPECT_EQ(places_.Find(R"(aliases["gpt \"4\".1"])"), (Place{6, 18}));
}

TEST_F(SourceMapTest, GivesTheNearestPlaceOfWhatIsMissing) {
  EXPECT_EQ(places_.Find("targets[0].retry.budget"), (Place{3, 5}));
  EXPECT_EQ(places_.Find("targets[0].timeouts.idle"), (Place{2, 5}));
  EXPECT_EQ(places_.Find("targets[7].retry"), (Place{1, 1}));
  EXPECT_EQ(places_.Find("targets[x"), (Place{1, 1}));
  EXPECT_EQ(places_.Find("aliases[\"no end"), (Place{5, 1}));
}

TEST_F(SourceMapTest, KnowsWhatTheTextHas) {
  EXPECT_TRUE(places_.Has("auth"));
  EXPECT_TRUE(places_.Has("targets[0].retry.attempts"));
  EXPECT_FALSE(places_.Has("targets[0].retry.attempts.more"));
  EXPECT_FALSE(places_.Has("targets[1]"));
  EXPECT_FALSE(places_.Has("plugins"));
}

TEST(EmptySourceMapTest, KnowsNoPlace) {
  EXPECT_EQ(SourceMap().Find("targets[0]"), Place());
  EXPECT_FALSE(SourceMap().Has("targets"));
  EXPECT_EQ(SourceMap().file(), "");
}

}  // namespace
}  // namespace aigateway
