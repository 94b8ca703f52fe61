#include "examples/custom_plugin/disclaimer.h"

#include <set>

#include "disclaimer.pb.h"
#include "gateway/base/errors.h"

namespace aigateway {
namespace {

// Adds the sentence when a choice that had text ends.
class DisclaimerFilter final : public ChunkFilter {
 public:
  explicit DisclaimerFilter(const std::string& below) : below_(below) {}

  absl::Status OnDelta(v1::Delta& delta) override {
    if (!delta.text().empty()) with_text_.insert(delta.index());
    return absl::OkStatus();
  }
  absl::Status OnChoiceEnd(v1::Delta& rest) override {
    if (with_text_.count(rest.index()) > 0) rest.set_text(below_);
    return absl::OkStatus();
  }
  void OnRestart() override { with_text_.clear(); }

 private:
  const std::string& below_;
  std::set<int> with_text_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Plugin>> Disclaimer::Create(
    const google::protobuf::Message& message) {
  const auto& settings =
      static_cast<const examples::DisclaimerSettings&>(message);
  if (settings.text().empty()) {
    return InvalidSettings({{"text", "is missing: write the sentence"}});
  }
  return std::make_unique<Disclaimer>(settings.text());
}

Task<absl::StatusOr<Verdict>> Disclaimer::AfterRequest(
    PluginRequest& request, v1::ChatResponse& response) {
  // A stream has gone out already, past the filter.
  if (!request.stream) {
    for (v1::Choice& choice : *response.mutable_choices()) {
      v1::Message& message = *choice.mutable_message();
      if (!message.content().empty()) message.mutable_content()->append(below_);
    }
  }
  co_return Verdict(Allow{});
}

std::unique_ptr<ChunkFilter> Disclaimer::NewChunkFilter(
    PluginRequest& request) {
  return std::make_unique<DisclaimerFilter>(below_);
}

AIGW_REGISTER_PLUGIN("disclaimer",
                     {.create = &Disclaimer::Create,
                      .settings = &examples::DisclaimerSettings::descriptor,
                      .type = "transform",
                      .stages = {Stage::kAfterRequest, Stage::kOnChunk},
                      .default_stages = {Stage::kAfterRequest,
                                         Stage::kOnChunk}});

}  // namespace aigateway
