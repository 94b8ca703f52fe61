#include "providers/bedrock/bedrock_codec.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/registry.h"
#include "providers/bedrock/aws_test_kit.h"
#include "tests/matchers/status_matchers.h"

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr char kModel[] = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

config::v1::ProviderConfig Config(
    const std::map<std::string, std::string>& options) {
  config::v1::ProviderConfig config;
  config.set_name("b");
  config.set_type("bedrock");
  for (const auto& [name, value] : options) {
    (*config.mutable_options()->mutable_fields())[name].set_string_value(value);
  }
  return config;
}

std::unique_ptr<Provider> Make(const config::v1::ProviderConfig& config) {
  auto codec = BedrockCodec::Create(config);
  EXPECT_THAT(codec, IsOk());
  return codec.ok() ? *std::move(codec) : nullptr;
}

std::vector<std::string> FaultsOf(const config::v1::ProviderConfig& config) {
  std::vector<std::string> fields;
  const auto codec = BedrockCodec::Create(config);
  for (const FieldViolation& each : GetViolations(codec.status())) {
    fields.push_back(each.field);
  }
  return fields;
}

v1::ChatRequest Hello() {
  v1::ChatRequest chat;
  v1::Message& message = *chat.add_messages();
  message.set_role(v1::ROLE_USER);
  message.set_content("Hi");
  return chat;
}

class BedrockCodecTest : public AwsFixture {
 protected:
  std::string UrlOf(const Provider& codec, const std::string& model,
                    bool stream = false) {
    const auto request =
        codec.BuildRequest(Hello(), {.model = model, .stream = stream});
    EXPECT_THAT(request, IsOk());
    return request.ok() ? request->url : "";
  }
};

TEST_F(BedrockCodecTest, IsRegisteredForWhenItIsNamed) {
  const ProviderType* type = Registry<ProviderType>::Global().Find("bedrock");
  ASSERT_NE(type, nullptr);
  EXPECT_TRUE(type->only_when_named);
  EXPECT_FALSE(type->needs_key);
}

TEST_F(BedrockCodecTest, NeedsNoMoreThanAPlaceAndAKey) {
  config::v1::ProviderConfig config = Config({});
  config.set_base_url("http://127.0.0.1:8080/");
  config.set_api_key("key");
  const auto codec = Make(config);
  EXPECT_EQ(codec->credential_source(), nullptr);
  const auto request = codec->BuildRequest(
      Hello(), {.model = kModel, .credential = "key", .stream = true});
  ASSERT_THAT(request, IsOk());
  EXPECT_EQ(request->url,
            absl::StrCat("http://127.0.0.1:8080/model/",
                         "us.anthropic.claude-sonnet-4-5-20250929-v1%3A0",
                         "/converse-stream"));
  EXPECT_EQ(request->headers.Get("authorization"), "Bearer key");
  EXPECT_EQ(request->headers.Get("accept"),
            "application/vnd.amazon.eventstream");
  EXPECT_TRUE(request->stream);
}

TEST_F(BedrockCodecTest, FindsItsPlaceByItsRegion) {
  EXPECT_EQ(UrlOf(*Make(Config({{"region", "eu-central-1"}})), "m"),
            "https://bedrock-runtime.eu-central-1.amazonaws.com/model/m/"
            "converse");
  EXPECT_EQ(UrlOf(*Make(Config({{"region", "cn-north-1"}})), "m"),
            "https://bedrock-runtime.cn-north-1.amazonaws.com.cn/model/m/"
            "converse");
}

TEST_F(BedrockCodecTest, EncodesArns) {
  EXPECT_THAT(
      UrlOf(*Make(Config({{"region", "us-east-1"}})),
            "arn:aws:bedrock:us-east-1:1:inference-profile/us.amazon.x:0"),
      HasSubstr("/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-"
                "profile%2Fus.amazon.x%3A0/converse"));
}

TEST_F(BedrockCodecTest, SignsWithoutAKeyForTheRegionOfItsPlace) {
  config::v1::ProviderConfig config =
      Config({{"access_key_id", "AKIA1"}, {"secret_access_key", "s"}});
  config.set_base_url(
      "https://bedrock-runtime-fips.us-gov-west-1."
      "amazonaws.com");
  const auto codec = Make(config);
  ASSERT_NE(codec->credential_source(), nullptr);
  HttpRequest request = *codec->BuildRequest(Hello(), {.model = kModel});
  EXPECT_FALSE(request.headers.Has("authorization"));
  EXPECT_THAT(
      RunToEnd(loop_, codec->credential_source()->Authorize(
                          scope_, env_, /*background=*/nullptr, request)),
      IsOk());
  EXPECT_THAT(std::string(request.headers.Get("authorization")),
              HasSubstr("AKIA1/20231114/us-gov-west-1/bedrock/aws4_request, "
                        "SignedHeaders=content-type;host;x-amz-date"));
  EXPECT_EQ(codec->BuildModelsRequest("", "")->url,
            "https://bedrock-fips.us-gov-west-1.amazonaws.com/"
            "foundation-models");
}

TEST_F(BedrockCodecTest, SignsForTheRegionThatTheHostNames) {
  const auto region_of = [&](const std::string& base_url,
                             std::map<std::string, std::string> options) {
    options.insert({{"access_key_id", "AKIA1"}, {"secret_access_key", "s"}});
    config::v1::ProviderConfig config = Config(options);
    config.set_base_url(base_url);
    const auto codec = Make(config);
    if (codec == nullptr) return std::string();
    HttpRequest request = *codec->BuildRequest(Hello(), {.model = kModel});
    EXPECT_THAT(
        RunToEnd(loop_, codec->credential_source()->Authorize(
                            scope_, env_, /*background=*/nullptr, request)),
        IsOk());
    const std::vector<std::string> steps =
        absl::StrSplit(request.headers.Get("authorization"), '/');
    return steps.size() > 2 ? steps[2] : "";
  };
  // What the environment says is for where nothing else does.
  for (const char* host : {"bedrock-runtime.us-west-2.amazonaws.com",
                           "BEDROCK-RUNTIME.US-WEST-2.AMAZONAWS.COM:443",
                           "bedrock-runtime-fips.us-west-2.api.aws/x",
                           "vpce-0a-b.bedrock-runtime.us-west-2.vpce."
                           "amazonaws.com"}) {
    EXPECT_EQ(region_of(absl::StrCat("https://", host),
                        {{"default_region", "us-east-1"}}),
              "us-west-2")
        << host;
  }
  for (const char* host :
       {"vpce-1.example", "bedrock-runtime.us-west-2.amazonaws.com.example",
        "bedrock-runtime.us-west-2.example"}) {
    EXPECT_EQ(region_of(absl::StrCat("https://", host),
                        {{"default_region", "us-east-1"}}),
              "us-east-1")
        << host;
  }
  EXPECT_EQ(
      region_of("https://vpce-1.example",
                {{"default_region", "us-east-1"}, {"region", "eu-west-1"}}),
      "eu-west-1");
  EXPECT_EQ(UrlOf(*Make(Config({{"default_region", "eu-west-1"}})), "m"),
            "https://bedrock-runtime.eu-west-1.amazonaws.com/model/m/converse");
}

TEST_F(BedrockCodecTest, RefusesTwoRegions) {
  config::v1::ProviderConfig config = Config({{"region", "us-east-1"}});
  config.set_base_url("https://bedrock-runtime.us-west-2.amazonaws.com");
  EXPECT_THAT(BedrockCodec::Create(config).status(),
              HasReason(ErrorReason::kInvalidConfig));
  EXPECT_THAT(FaultsOf(config), ElementsAre("options.region"));
  config.set_base_url("https://bedrock-runtime.us-east-1.amazonaws.com");
  EXPECT_THAT(FaultsOf(config), ElementsAre());
}

TEST_F(BedrockCodecTest, ReportsAllThatIsWrong) {
  config::v1::ProviderConfig config =
      Config({{"access_key_id", "A"}, {"typo", "x"}});
  config.set_on_unsupported("maybe");
  EXPECT_THAT(FaultsOf(config),
              ElementsAre("options.typo", "options.secret_access_key",
                          "options.region", "on_unsupported"));
  EXPECT_THAT(FaultsOf(Config({})), ElementsAre("options.region"));
  config = Config({});
  config.set_api_key("key");
  EXPECT_THAT(FaultsOf(config), ElementsAre("options.region"));
  config.set_base_url("bedrock.example");
  EXPECT_THAT(FaultsOf(config), ElementsAre("base_url"));
  // A signature names the region, wherever it goes.
  config = Config({});
  config.set_base_url("https://vpce-1.example");
  EXPECT_THAT(FaultsOf(config), ElementsAre("options.region"));
}

TEST_F(BedrockCodecTest, SendsTheInstancesHeaders) {
  config::v1::ProviderConfig config = Config({{"region", "us-east-1"}});
  (*config.mutable_headers())["x-amz-source"] = "us";
  EXPECT_EQ(Make(config)
                ->BuildRequest(Hello(), {.model = "m"})
                ->headers.Get("x-amz-source"),
            "us");
}

TEST_F(BedrockCodecTest, MakesVectorsByInvoking) {
  const auto codec = Make(Config({{"region", "us-east-1"}}));
  const Embedder* embedder = codec->embedder();
  ASSERT_NE(embedder, nullptr);
  v1::EmbedRequest embed;
  embed.add_input("a");
  const auto request =
      embedder->BuildRequest(embed, {.model = "amazon.titan-embed-text-v2:0"});
  ASSERT_THAT(request, IsOk());
  EXPECT_THAT(
      request->url,
      testing::EndsWith("/model/amazon.titan-embed-text-v2%3A0/invoke"));
  EXPECT_EQ(embedder->max_inputs("amazon.titan-embed-text-v2:0"), 1);
}

TEST_F(BedrockCodecTest, TakesItsSecretsOutOfErrors) {
  const auto codec = Make(Config({{"region", "us-east-1"},
                                  {"access_key_id", "AKIA1"},
                                  {"secret_access_key", "tops3cretvalue"}}));
  HttpResponse response;
  response.status = 403;
  response.body = R"({"message":"key tops3cretvalue is bad"})";
  const absl::Status status = codec->ParseError(response, absl::UnixEpoch());
  EXPECT_THAT(status, HasReason(ErrorReason::kProviderAuthFailed));
  EXPECT_THAT(std::string(status.message()),
              StartsWith("key [redacted] is bad"));
}

}  // namespace
}  // namespace aigateway
