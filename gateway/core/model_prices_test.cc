#include "gateway/core/model_prices.h"

#include <set>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

#include "tests/matchers/proto_matchers.h"

namespace aigateway {
namespace {

TEST(ModelPricesTest, KnowsAModelByItsExactName) {
  const ModelPrice* price = FindModelPrice("openai", "gpt-4o-mini");
  ASSERT_NE(price, nullptr);
  EXPECT_EQ(price->input, 150000);
  EXPECT_EQ(price->cached_input, 75000);
  EXPECT_EQ(price->output, 600000);
}

TEST(ModelPricesTest, GuessesNothing) {
  // Another day's model had another price.
  EXPECT_EQ(FindModelPrice("openai", "gpt-4o-2024-05-13"), nullptr);
  EXPECT_EQ(FindModelPrice("openai", "gpt"), nullptr);
  EXPECT_EQ(FindModelPrice("openai", ""), nullptr);
  // The same name elsewhere is not the same bill.
  EXPECT_EQ(FindModelPrice("azure-openai", "gpt-4o-mini"), nullptr);
  EXPECT_EQ(FindModelPrice("zzz", "zzz"), nullptr);
}

TEST(ModelPricesTest, FindsEveryRow) {
  for (const ModelPrice& price : KnownModelPrices()) {
    const ModelPrice* found = FindModelPrice(price.provider, price.model);
    ASSERT_NE(found, nullptr) << price.model << " is out of order";
    EXPECT_EQ(found->input, price.input);
  }
}

TEST(ModelPricesTest, HasASourceADateAndSenseInEveryRow) {
  std::set<std::pair<absl::string_view, absl::string_view>> seen;
  for (const ModelPrice& price : KnownModelPrices()) {
    SCOPED_TRACE(std::string(price.model));
    EXPECT_TRUE(seen.insert({price.provider, price.model}).second);
    EXPECT_TRUE(absl::StartsWith(price.source, "https://"));
    absl::CivilDay day;
    EXPECT_TRUE(absl::ParseCivilTime(price.as_of, &day));
    EXPECT_GT(price.input, 0);
    EXPECT_GE(price.output, price.input);
    if (price.cached_input.has_value()) {
      EXPECT_LT(*price.cached_input, price.input);
    }
    if (price.cache_write.has_value()) {
      EXPECT_GT(*price.cache_write, price.input);
    }
  }
}

TEST(ModelPricesTest, ArePricesOfTheVendorsOwnServers) {
  EXPECT_TRUE(IsVendorsOwn("openai", "https://api.openai.com/v1"));
  EXPECT_FALSE(IsVendorsOwn("openai", "http://127.0.0.1:8000/v1"));
  EXPECT_FALSE(IsVendorsOwn("openai", "https://api.openai.com.evil.example/"));
  EXPECT_FALSE(IsVendorsOwn("vllm", "https://api.openai.com/v1"));
  for (const ModelPrice& price : KnownModelPrices()) {
    EXPECT_FALSE(IsVendorsOwn(price.provider, "https://example.com/"));
  }
}

TEST(ModelPricesTest, ShowsWhatIsKnownAndNoMore) {
  EXPECT_THAT(
      DescribePrice(*FindModelPrice("anthropic", "claude-haiku-4-5")),
      EqualsProto(R"pb(prompt_micro_usd_per_million_tokens: 1000000
                       completion_micro_usd_per_million_tokens: 5000000
                       cached_prompt_micro_usd_per_million_tokens: 100000
                       cache_write_micro_usd_per_million_tokens: 1250000)pb"));
  EXPECT_THAT(
      DescribePrice(*FindModelPrice("gemini", "gemini-2.5-flash")),
      EqualsProto(R"pb(prompt_micro_usd_per_million_tokens: 300000
                       completion_micro_usd_per_million_tokens: 2500000)pb"));
}

}  // namespace
}  // namespace aigateway
