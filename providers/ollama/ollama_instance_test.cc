#include "providers/ollama/ollama_instance.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using ::testing::ElementsAre;

std::string PlaceOf(absl::string_view base_url) {
  config::v1::ProviderConfig config;
  config.set_base_url(std::string(base_url));
  const absl::StatusOr<OllamaInstance> instance =
      OllamaInstance::Create(config);
  EXPECT_TRUE(instance.ok()) << base_url << ": " << instance.status();
  return instance.ok() ? instance->base_url : "";
}

TEST(OllamaInstanceTest, TakesAPlaceAsOllamaHostHasIt) {
  EXPECT_EQ(PlaceOf(""), "http://localhost:11434");
  EXPECT_EQ(PlaceOf("localhost"), "http://localhost:11434");
  EXPECT_EQ(PlaceOf(" 127.0.0.1:9\n"), "http://127.0.0.1:9");
  EXPECT_EQ(PlaceOf(":9"), "http://127.0.0.1:9");
  EXPECT_EQ(PlaceOf("[::1]"), "http://[::1]:11434");
  EXPECT_EQ(PlaceOf("[::1]:9"), "http://[::1]:9");
  EXPECT_EQ(PlaceOf("box/ollama"), "http://box:11434/ollama");
  EXPECT_EQ(PlaceOf("https://ollama.com"), "https://ollama.com");
}

TEST(OllamaInstanceTest, TakesABaseUrlWithAndWithoutTheEndOfItsPath) {
  for (const char* url : {"http://h:1", "http://h:1/", "http://h:1/v1",
                          "http://h:1/v1/", "http://h:1/api", "h:1/api/"}) {
    EXPECT_EQ(PlaceOf(url), "http://h:1") << url;
  }
  EXPECT_EQ(PlaceOf("https://h/proxy/api"), "https://h/proxy");
}

TEST(OllamaInstanceTest, ReportsAllFaultsAtOnce) {
  config::v1::ProviderConfig config;
  config.set_base_url("ftp://h");
  config.set_on_unsupported("maybe");
  auto& options = *config.mutable_options()->mutable_fields();
  options["speed"].set_number_value(1);
  options["prefill"].set_string_value("yes");
  const absl::Status status = OllamaInstance::Create(config).status();
  EXPECT_THAT(status, HasReason(ErrorReason::kInvalidConfig));
  std::vector<std::string> fields;
  for (const FieldViolation& fault : GetViolations(status)) {
    fields.push_back(fault.field);
  }
  EXPECT_THAT(fields, ElementsAre("base_url", "on_unsupported",
                                  "options.prefill", "options.speed"));
}

TEST(OllamaInstanceTest, KnowsWhetherAModelGoesOnWhereItIsToldTo) {
  config::v1::ProviderConfig config;
  EXPECT_EQ(OllamaInstance::Create(config)->prefill, Prefill::kUnknown);
  auto& options = *config.mutable_options()->mutable_fields();
  options["prefill"].set_bool_value(true);
  EXPECT_EQ(OllamaInstance::Create(config)->prefill, Prefill::kYes);
  options["prefill"].set_bool_value(false);
  EXPECT_EQ(OllamaInstance::Create(config)->prefill, Prefill::kNo);
}

TEST(OllamaInstanceTest, SendsAKeyOnlyWhereThereIsOne) {
  config::v1::ProviderConfig config;
  (*config.mutable_headers())["x-team"] = "blue";
  config.set_http2(false);
  const absl::StatusOr<OllamaInstance> instance =
      OllamaInstance::Create(config);
  ASSERT_THAT(instance, IsOk());
  const HttpRequest get = instance->NewRequest("GET", "/api/tags", "\n", "a/b");
  EXPECT_EQ(get.url, "http://localhost:11434/api/tags");
  EXPECT_FALSE(get.headers.Has("authorization"));
  EXPECT_FALSE(get.headers.Has("content-type"));
  EXPECT_EQ(get.headers.Get("accept"), "a/b");
  EXPECT_EQ(get.headers.Get("x-team"), "blue");
  EXPECT_FALSE(get.http2);
  EXPECT_EQ(instance->NewRequest("POST", "/", " k\n", "a/b")
                .headers.Get("authorization"),
            "Bearer k");
}

}  // namespace
}  // namespace aigateway
