#include "providers/capability_probe.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"

namespace aigateway {
namespace {

// Sends the seed, but to "careful" only where it is told nothing else; leaves
// out who asks, turns thoughts off or on, and refuses tools and "unknown".
class PickyProvider : public Provider {
 public:
  absl::StatusOr<HttpRequest> BuildRequest(
      const v1::ChatRequest& chat, const CallOptions& options) const override {
    ++asked;
    if (options.model == "unknown") {
      return Error(ErrorReason::kInvalidRequest, "what is that?");
    }
    if (chat.tools_size() > 0) {
      return Error(ErrorReason::kUnsupportedParameter,
                   "chat.tools is not known to picky");
    }
    HttpRequest request;
    request.body = chat.messages(0).content();
    if (chat.has_seed() && options.model == "careful") {
      options.warnings->push_back("chat.seed is not known to careful");
    } else if (chat.has_seed()) {
      request.body += " seed";
    }
    if (chat.has_reasoning()) {
      options.warnings->push_back("chat.reasoning.effort: on instead of high");
      request.body += " thoughts";
    }
    return request;
  }
  absl::StatusOr<std::variant<v1::ChatResponse, NextExchange>> ParseResponse(
      const HttpResponse&, const v1::ChatRequest&,
      const CallOptions&) const override {
    return v1::ChatResponse();
  }
  absl::Status ParseError(const HttpResponse&, absl::Time) const override {
    return absl::UnknownError("");
  }
  std::unique_ptr<StreamDecoder> NewStreamDecoder(
      const HttpHeaders&, const v1::ChatRequest&,
      const CallOptions&) const override {
    return nullptr;
  }
  absl::StatusOr<HttpRequest> BuildModelsRequest(
      absl::string_view, absl::string_view) const override {
    return HttpRequest();
  }
  absl::StatusOr<ModelsPage> ParseModels(const HttpResponse&) const override {
    return ModelsPage();
  }
  Prefill prefill(absl::string_view model) const override {
    return model == "careful" ? Prefill::kYes : Prefill::kUnknown;
  }
  absl::string_view base_url() const override { return "http://127.0.0.1"; }

  mutable int asked = 0;
};

v1::ParameterSupport Of(const ProbedCapabilities& probed,
                        absl::string_view parameter) {
  for (const v1::ParameterSupport& support : probed.parameters) {
    if (support.parameter() == parameter) return support;
  }
  ADD_FAILURE() << "nothing is said of " << parameter;
  return {};
}

TEST(CapabilityProbeTest, TellsWhatIsSentAdaptedDroppedAndRefused) {
  const ProbedCapabilities probed = ProbeCapabilities(PickyProvider(), {"any"});
  EXPECT_EQ(Of(probed, "seed").handling(), v1::PARAMETER_HANDLING_SENT);
  EXPECT_EQ(Of(probed, "seed").note(), "");
  EXPECT_EQ(Of(probed, "reasoning.effort").handling(),
            v1::PARAMETER_HANDLING_ADAPTED);
  EXPECT_EQ(Of(probed, "reasoning.effort").note(),
            "chat.reasoning.effort: on instead of high");
  EXPECT_EQ(Of(probed, "user").handling(), v1::PARAMETER_HANDLING_DROPPED);
  EXPECT_EQ(Of(probed, "tools").handling(), v1::PARAMETER_HANDLING_REFUSED);
  EXPECT_EQ(Of(probed, "tools").note(), "chat.tools is not known to picky");
  EXPECT_TRUE(probed.features.chat());
  EXPECT_TRUE(probed.features.streaming());
  EXPECT_TRUE(probed.features.reasoning());
  EXPECT_TRUE(probed.features.has_tools());
  EXPECT_FALSE(probed.features.tools());
  EXPECT_FALSE(probed.features.embeddings());
  EXPECT_FALSE(probed.features.has_prefill());
}

TEST(CapabilityProbeTest, GoesByTheModelThatTakesMost) {
  const ProbedCapabilities probed =
      ProbeCapabilities(PickyProvider(), {"unknown", "careful", "any"});
  EXPECT_EQ(Of(probed, "seed").handling(), v1::PARAMETER_HANDLING_SENT);
  EXPECT_TRUE(Of(probed, "seed").by_model());
  EXPECT_FALSE(Of(probed, "user").by_model());
  EXPECT_TRUE(probed.features.prefill());
  const ProbedCapabilities careful =
      ProbeCapabilities(PickyProvider(), {"careful"});
  EXPECT_EQ(Of(careful, "seed").handling(), v1::PARAMETER_HANDLING_DROPPED);
  EXPECT_EQ(Of(careful, "seed").note(), "chat.seed is not known to careful");
}

TEST(CapabilityProbeTest, SaysNothingOfParametersWhereNoModelIsTaken) {
  const ProbedCapabilities probed =
      ProbeCapabilities(PickyProvider(), {"unknown"});
  EXPECT_FALSE(probed.features.chat());
  EXPECT_TRUE(probed.parameters.empty());
}

TEST(CapabilityProbeTest, IsAskedOnce) {
  const PickyProvider provider;
  const CapabilityMemo memo;
  EXPECT_FALSE(memo.Of(provider, {"any"}).parameters.empty());
  const int asked = provider.asked;
  EXPECT_GT(asked, 0);
  EXPECT_FALSE(memo.Of(provider, {"any"}).parameters.empty());
  EXPECT_EQ(provider.asked, asked);
}

TEST(CapabilityProbeTest, TriesTheVendorsOwnNames) {
  ProviderType type;
  type.model_patterns = {"fancy-*", "plain"};
  EXPECT_THAT(ModelsToProbe(&type),
              testing::IsSupersetOf({"fancy-", "fancy-9", "plain"}));
  EXPECT_FALSE(ModelsToProbe(nullptr).empty());
}

}  // namespace
}  // namespace aigateway
