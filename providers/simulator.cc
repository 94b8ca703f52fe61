#include "providers/simulator.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "google/protobuf/struct.pb.h"

#include "gateway/base/errors.h"
#include "gateway/base/json_writer.h"
#include "gateway/net/http_message.h"
#include "gateway/net/simulated_http_client.h"
#include "providers/openai_codec.h"
#include "providers/openai_instance.h"
#include "providers/simulator_options.h"
#include "providers/simulator_server.h"

namespace aigateway {
namespace {

// An undeclared simulator comes after every real provider.
constexpr int kLast = 1'000'000;

// Takes the simulator's own options out of `config`; those of every instance
// that speaks OpenAI's dialect stay.
google::protobuf::Struct TakeOptions(config::v1::ProviderConfig& config) {
  google::protobuf::Struct own;
  google::protobuf::Struct common;
  for (const auto& [name, value] : config.options().fields()) {
    const bool is_common = name == "prefill" || name == "api";
    (*(is_common ? common : own).mutable_fields())[name] = value;
  }
  *config.mutable_options() = std::move(common);
  return own;
}

std::string ToJson(const google::protobuf::Struct& options) {
  std::string json;
  {
    JsonWriter out(&json);
    out.Struct(options);
  }
  return json;
}

// What an instance tells the server of itself, with each request.
std::string HeaderValue(absl::string_view instance,
                        absl::string_view options_json) {
  std::string json;
  {
    JsonWriter out(&json);
    out.StartObject();
    out.Field("instance", instance);
    out.RawField("options", options_json);
    out.EndObject();
  }
  return json;
}

SimulatedHttpClient::Responder MakeResponder() {
  return [](const HttpRequest& request, absl::Time now) {
    return AnswerAsSimulator(request, now);
  };
}

}  // namespace

const Dialect& SimulatorDialect() {
  // Checked as a base URL, and then replaced by kSimulatorUrl.
  static const Dialect* const dialect = new Dialect{
      .type = "simulator",
      .base_url = "http://simulator.invalid/v1",
      .model_patterns = {"simulator", "simulator-*"},
      .needs_key = false,
      .reasoning = ReasoningStyle::kEffort,
      .prefill = Prefill::kYes,
      .embeddings = {.max_inputs = 2048, .token_ids = true},
  };
  return *dialect;
}

absl::StatusOr<std::unique_ptr<Provider>> CreateSimulator(
    const config::v1::ProviderConfig& config) {
  std::vector<FieldViolation> violations;
  config::v1::ProviderConfig common = config;
  if (!config.base_url().empty() && config.base_url() != kSimulatorUrl) {
    violations.push_back(
        {"base_url", "the simulator is in the gateway itself; leave it out"});
  }
  common.clear_base_url();
  const std::string options = ToJson(TakeOptions(common));
  ReadSimulatorOptions(options, "options", &violations);
  absl::StatusOr<OpenAiInstance> instance =
      OpenAiInstance::Create(SimulatorDialect(), common);
  if (!instance.ok()) {
    for (FieldViolation& violation : GetViolations(instance.status())) {
      violations.push_back(std::move(violation));
    }
  }
  if (!violations.empty()) {
    absl::Status status = Error(
        ErrorReason::kInvalidConfig,
        absl::StrCat(violations[0].field, ": ", violations[0].description));
    SetViolations(status, violations);
    return status;
  }
  instance->base_url = std::string(kSimulatorUrl);
  instance->headers.emplace_back(
      kSimulatorHeader,
      HeaderValue(config.name().empty() ? config.type() : config.name(),
                  options));
  return std::make_unique<OpenAiCodec>(*std::move(instance));
}

AIGW_REGISTER_PROVIDER("simulator",
                       {.create = &CreateSimulator,
                        .model_patterns = {"simulator", "simulator-*"},
                        .only_patterns = true,
                        .order = kLast,
                        .needs_key = false,
                        .make_responder = &MakeResponder});

}  // namespace aigateway
