#include "plugins/plugin.h"

namespace aigateway {
namespace {

struct StageName {
  Stage stage;
  absl::string_view name;
};

constexpr StageName kStageNames[] = {
    {Stage::kBeforeRequest, "before_request"},
    {Stage::kAfterRequest, "after_request"},
    {Stage::kOnChunk, "on_chunk"},
    {Stage::kOnError, "on_error"},
};

}  // namespace

absl::string_view NameOf(Stage stage) {
  for (const StageName& row : kStageNames) {
    if (row.stage == stage) return row.name;
  }
  return "";
}

std::optional<Stage> StageByName(absl::string_view name) {
  for (const StageName& row : kStageNames) {
    if (row.name == name) return row.stage;
  }
  return std::nullopt;
}

absl::Status InvalidSettings(const std::vector<FieldViolation>& faults) {
  absl::Status status = Error(ErrorReason::kInvalidConfig,
                              "the plugin does not take these settings");
  SetViolations(status, faults);
  return status;
}

Task<absl::StatusOr<Verdict>> Plugin::BeforeRequest(PluginRequest& request) {
  co_return Verdict(Allow{});
}

Task<absl::StatusOr<Verdict>> Plugin::AfterRequest(PluginRequest& request,
                                                   v1::ChatResponse& response) {
  co_return Verdict(Allow{});
}

std::unique_ptr<ChunkFilter> Plugin::NewChunkFilter(PluginRequest& request) {
  return nullptr;
}

Task<absl::Status> Plugin::OnError(PluginRequest& request,
                                   const absl::Status& error) {
  co_return absl::OkStatus();
}

}  // namespace aigateway
