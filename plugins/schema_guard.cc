#include "plugins/schema_guard.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "aigateway/config/v1/plugins.pb.h"
#include "gateway/base/errors.h"
#include "gateway/base/status_macros.h"
#include "plugins/json_schema.h"

namespace aigateway {
namespace {

using config::v1::SchemaGuardSettings;

constexpr int kMaxBytes = 1024 * 1024;
constexpr int kMaxDepth = 64;

// What must fit, and how long and deep it may be.
class Rule {
 public:
  Rule(std::unique_ptr<const JsonSchema> schema, JsonSchema::Limits limits,
       std::string tool)
      : schema_(std::move(schema)), limits_(limits), tool_(std::move(tool)) {}

  // Of a tool; else the text must fit.
  bool IsOfTool() const { return !tool_.empty(); }
  bool IsOf(absl::string_view tool) const { return tool == tool_; }

  // Nothing has nothing to fit.
  absl::Status Check(absl::string_view json) const {
    return json.empty() ? absl::OkStatus() : schema_->Check(json, limits_);
  }
  absl::Status CheckCall(absl::string_view arguments) const {
    return schema_->Check(arguments, limits_);
  }
  // Of a text that goes on.
  absl::Status CheckSize(size_t bytes) const {
    if (bytes <= limits_.max_bytes) return absl::OkStatus();
    return Error(ErrorReason::kGuardrailRejected,
                 "the answer is longer than is allowed here");
  }

 private:
  std::unique_ptr<const JsonSchema> schema_;
  JsonSchema::Limits limits_;
  std::string tool_;
};

std::string TextOf(const v1::Message& message) {
  std::string text = message.content();
  for (const v1::ContentPart& part : message.parts()) text += part.text();
  return text;
}

// Keeps what must fit, with its logprobs and what follows it, until the choice
// is at its end.
class WholeFilter final : public ChunkFilter {
 public:
  // `rule` must outlive this object.
  explicit WholeFilter(const Rule& rule) : rule_(rule) {}

  absl::Status OnDelta(v1::Delta& delta) override {
    Choice& choice = choices_[delta.index()];
    return rule_.IsOfTool() ? HoldCalls(choice, delta)
                            : HoldText(choice, delta);
  }

  absl::Status OnChoiceEnd(v1::Delta& rest) override {
    const auto found = choices_.find(rest.index());
    if (found == choices_.end()) return absl::OkStatus();
    Choice& choice = found->second;
    AIGW_RETURN_IF_ERROR(rule_.Check(choice.held.text()));
    if (rule_.IsOfTool()) {
      for (const v1::ToolCallDelta& call : choice.held.tool_calls()) {
        AIGW_RETURN_IF_ERROR(rule_.CheckCall(call.arguments()));
      }
    }
    choice.held.set_index(rest.index());
    rest.Swap(&choice.held);
    choices_.erase(found);
    return absl::OkStatus();
  }

  void OnRestart() override { choices_.clear(); }

 private:
  struct Choice {
    v1::Delta held;
    std::map<int, int> calls;  // Where in `held` a call is, by its index.
  };

  absl::Status HoldText(Choice& choice, v1::Delta& delta) {
    choice.held.mutable_text()->append(delta.text());
    delta.clear_text();
    if (delta.has_logprobs()) {
      choice.held.mutable_logprobs()->MergeFrom(delta.logprobs());
      delta.clear_logprobs();
    }
    // Calls do not overtake the text.
    if (!choice.held.text().empty()) {
      choice.held.mutable_tool_calls()->MergeFrom(delta.tool_calls());
      delta.clear_tool_calls();
    }
    return rule_.CheckSize(choice.held.text().size());
  }

  absl::Status HoldCalls(Choice& choice, v1::Delta& delta) {
    v1::Delta others;
    for (v1::ToolCallDelta& piece : *delta.mutable_tool_calls()) {
      auto held = choice.calls.find(piece.index());
      if (held == choice.calls.end()) {
        if (!rule_.IsOf(piece.name())) {
          others.add_tool_calls()->Swap(&piece);
          continue;
        }
        held =
            choice.calls.emplace(piece.index(), choice.held.tool_calls_size())
                .first;
        choice.held.add_tool_calls()->Swap(&piece);
      } else {
        v1::ToolCallDelta& call = *choice.held.mutable_tool_calls(held->second);
        call.mutable_arguments()->append(piece.arguments());
        if (piece.has_signature()) call.set_signature(piece.signature());
      }
      AIGW_RETURN_IF_ERROR(rule_.CheckSize(
          choice.held.tool_calls(held->second).arguments().size()));
    }
    delta.mutable_tool_calls()->Swap(others.mutable_tool_calls());
    return absl::OkStatus();
  }

  const Rule& rule_;
  std::map<int, Choice> choices_;
};

class SchemaGuard final : public Plugin {
 public:
  SchemaGuard(Rule rule, bool holds) : rule_(std::move(rule)), holds_(holds) {}

  Task<absl::StatusOr<Verdict>> AfterRequest(
      PluginRequest& request, v1::ChatResponse& response) override {
    for (const v1::Choice& choice : response.choices()) {
      const absl::Status status = CheckMessage(choice.message());
      if (status.ok()) continue;
      if (ReasonOf(status) != ErrorReason::kGuardrailRejected) co_return status;
      co_return Verdict(Deny{.message = std::string(status.message())});
    }
    co_return Verdict(Allow{});
  }

  std::unique_ptr<ChunkFilter> NewChunkFilter(PluginRequest& request) override {
    if (!holds_) return nullptr;
    return std::make_unique<WholeFilter>(rule_);
  }

 private:
  absl::Status CheckMessage(const v1::Message& message) const {
    if (!rule_.IsOfTool()) return rule_.Check(TextOf(message));
    for (const v1::ToolCall& call : message.tool_calls()) {
      if (rule_.IsOf(call.name())) {
        AIGW_RETURN_IF_ERROR(rule_.CheckCall(call.arguments()));
      }
    }
    return absl::OkStatus();
  }

  const Rule rule_;
  const bool holds_;
};

std::vector<Stage> MoreStages(const google::protobuf::Message&) {
  return {Stage::kAfterRequest, Stage::kOnChunk};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Plugin>> CreateSchemaGuard(
    const google::protobuf::Message& message) {
  const auto& settings = static_cast<const SchemaGuardSettings&>(message);
  std::vector<FieldViolation> faults;
  std::unique_ptr<const JsonSchema> schema;
  if (settings.schema().empty()) {
    faults.push_back({"schema", "is missing: write a JSON Schema"});
  } else {
    absl::StatusOr<std::unique_ptr<JsonSchema>> created =
        JsonSchema::Create(settings.schema());
    if (created.ok()) {
      schema = *std::move(created);
    } else {
      faults.push_back({"schema", std::string(created.status().message())});
    }
  }
  JsonSchema::Limits limits;
  if (settings.has_max_bytes()) {
    if (settings.max_bytes() < 1 || settings.max_bytes() > kMaxBytes) {
      faults.push_back(
          {"max_bytes", absl::StrCat("must be from 1 to ", kMaxBytes)});
    }
    limits.max_bytes = static_cast<size_t>(std::max(settings.max_bytes(), 0));
  }
  if (settings.has_max_depth()) {
    if (settings.max_depth() < 1 || settings.max_depth() > kMaxDepth) {
      faults.push_back(
          {"max_depth", absl::StrCat("must be from 1 to ", kMaxDepth)});
    }
    limits.max_depth = settings.max_depth();
  }
  const bool passes = settings.on_stream() == "pass";
  if (!passes && !settings.on_stream().empty() &&
      settings.on_stream() != "hold") {
    faults.push_back({"on_stream", "is not known: write hold or pass"});
  }
  if (!faults.empty()) return InvalidSettings(faults);
  return std::make_unique<SchemaGuard>(
      Rule(std::move(schema), limits, settings.tool()), !passes);
}

AIGW_REGISTER_PLUGIN("schema-guard",
                     {.create = &CreateSchemaGuard,
                      .settings = &SchemaGuardSettings::descriptor,
                      .type = "guardrail",
                      .stages = {Stage::kAfterRequest, Stage::kOnChunk},
                      .default_stages = {Stage::kAfterRequest, Stage::kOnChunk},
                      .more_stages = &MoreStages});

}  // namespace aigateway
