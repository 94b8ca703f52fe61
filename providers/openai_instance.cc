#include "providers/openai_instance.h"

#include <map>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "google/protobuf/struct.pb.h"

#include "gateway/base/errors.h"
#include "gateway/base/secret.h"
#include "providers/base_url.h"

namespace aigateway {
namespace {

using ::google::protobuf::Struct;
using ::google::protobuf::Value;

// Reads the settings of an instance and gathers what is wrong with them.
class InstanceReader {
 public:
  InstanceReader(const Dialect& dialect, OpenAiInstance* instance)
      : dialect_(dialect), instance_(*instance) {}

  void ReadBaseUrl(absl::string_view given) {
    if (given.empty() && (dialect_.base_url.empty() ||
                          absl::StrContains(dialect_.base_url, '{'))) {
      Fault("base_url", dialect_.base_url.empty()
                            ? "is required: there is no usual one for this type"
                            : absl::StrCat("is required: ", dialect_.base_url));
      return;
    }
    if (given.empty()) {
      instance_.base_url = std::string(dialect_.base_url);
      return;
    }
    absl::StatusOr<std::string> url =
        CompleteBaseUrl(WithScheme(given), UrlPath(dialect_.base_url));
    if (!url.ok()) {
      Fault("base_url", url.status().message());
      return;
    }
    instance_.base_url = *std::move(url);
  }

  void ReadOnUnsupported(absl::string_view word) {
    std::optional<OnUnsupported> parsed = ParseOnUnsupported(word);
    if (!parsed.has_value()) {
      Fault("on_unsupported", "must be refuse or drop");
      return;
    }
    instance_.on_unsupported = *parsed;
  }

  void ReadOptions(const Struct& options) {
    // By name, for the order of a hash map is nobody's.
    std::map<std::string, const Value*> sorted;
    for (const auto& [name, value] : options.fields()) sorted[name] = &value;
    for (const auto& [name, value] : sorted) ReadOption(name, *value);
  }

  // What two settings say against each other.
  void CheckTogether() {
    if (!instance_.api_version.empty() &&
        instance_.api == OpenAiApi::kResponses &&
        dialect_.responses.versioned_path.empty()) {
      Fault("options.api",
            absl::StrCat("cannot be responses together with api_version for ",
                         "type ", dialect_.type));
    }
  }

  // A key counts before a client of Entra's.
  void CheckEntra(bool has_key) {
    EntraClient& entra = instance_.entra;
    if (has_key) entra = EntraClient();
    if (!entra.is_set()) return;
    constexpr absl::string_view kWhy =
        "is required: tenant_id, client_id and client_secret go together";
    if (entra.tenant_id.empty()) Fault("options.tenant_id", kWhy);
    if (entra.client_id.empty()) Fault("options.client_id", kWhy);
    if (entra.client_secret.empty()) Fault("options.client_secret", kWhy);
    if (entra.authority_host.empty()) return;
    const absl::StatusOr<std::string> url =
        CompleteBaseUrl(absl::StrContains(entra.authority_host, "://")
                            ? entra.authority_host
                            : absl::StrCat("https://", entra.authority_host),
                        "");
    if (url.ok()) {
      entra.authority_host = *url;
    } else {
      Fault("options.authority_host", url.status().message());
    }
  }

  absl::Status status() const {
    if (faults_.empty()) return absl::OkStatus();
    absl::Status status =
        Error(ErrorReason::kInvalidConfig,
              absl::StrCat(faults_[0].field, " ", faults_[0].description));
    SetViolations(status, faults_);
    return status;
  }

 private:
  // A server of one's own may be named as its program is told where to listen:
  // "127.0.0.1:11434", "localhost".
  std::string WithScheme(absl::string_view given) const {
    if (absl::StrContains(given, "://") ||
        !absl::StartsWith(dialect_.base_url, "http://")) {
      return std::string(given);
    }
    const absl::string_view usual = UrlOrigin(dialect_.base_url);
    const bool has_port = absl::StrContains(given, ':');
    return absl::StrCat("http://", given,
                        has_port ? "" : usual.substr(usual.rfind(':')));
  }

  void ReadOption(const std::string& name, const Value& value) {
    const std::string field = absl::StrCat("options.", name);
    if (name == "api") {
      ReadApi(field, value);
    } else if (name == "prefill") {
      if (value.kind_case() != Value::kBoolValue) {
        Fault(field, "must be true or false");
        return;
      }
      instance_.prefill = value.bool_value() ? Prefill::kYes : Prefill::kNo;
    } else if (name == "deployment" && !dialect_.versioned_path.empty()) {
      ReadText(field, value, &instance_.deployment);
    } else if (name == "api_version" && !dialect_.versioned_path.empty()) {
      ReadText(field, value, &instance_.api_version);
    } else if (dialect_.entra_scope.empty() || !ReadEntra(name, value)) {
      Fault(field,
            absl::StrCat("is no option of type ", dialect_.type, "; it has ",
                         dialect_.versioned_path.empty()
                             ? "api and prefill"
                             : "api, api_version, deployment and prefill",
                         dialect_.entra_scope.empty()
                             ? ""
                             : ", and tenant_id, client_id, client_secret and "
                               "authority_host"));
    }
  }

  // Returns false if it is none of the options about Entra.
  bool ReadEntra(const std::string& name, const Value& value) {
    const std::string field = absl::StrCat("options.", name);
    EntraClient& entra = instance_.entra;
    if (name == "tenant_id") {
      ReadText(field, value, &entra.tenant_id);
    } else if (name == "client_id") {
      ReadText(field, value, &entra.client_id);
    } else if (name == "authority_host") {
      ReadText(field, value, &entra.authority_host);
    } else if (name == "client_secret") {
      entra.client_secret =
          Secret(absl::StripAsciiWhitespace(value.string_value()));
      if (entra.client_secret.empty()) Fault(field, "must be a text");
    } else {
      return false;
    }
    return true;
  }

  void ReadApi(const std::string& field, const Value& value) {
    if (value.string_value() == "chat") {
      instance_.api = OpenAiApi::kChat;
    } else if (value.string_value() != "responses") {
      Fault(field, "must be chat or responses");
    } else if (dialect_.responses.use == ResponsesUse::kNever) {
      Fault(field, absl::StrCat("cannot be responses: ", dialect_.type,
                                " is not known to have that API"));
    } else {
      instance_.api = OpenAiApi::kResponses;
    }
  }

  void ReadText(const std::string& field, const Value& value,
                std::string* text) {
    if (value.string_value().empty()) {
      Fault(field, "must be a text that is not empty");
      return;
    }
    *text = value.string_value();
  }

  void Fault(absl::string_view field, absl::string_view description) {
    faults_.push_back({std::string(field), std::string(description)});
  }

  const Dialect& dialect_;
  OpenAiInstance& instance_;
  std::vector<FieldViolation> faults_;
};

}  // namespace

absl::StatusOr<OpenAiInstance> OpenAiInstance::Create(
    const Dialect& dialect, const config::v1::ProviderConfig& config) {
  OpenAiInstance instance;
  instance.dialect = &dialect;
  instance.type = std::string(dialect.type);
  instance.prefill = dialect.prefill;
  instance.http2 = !config.has_http2() || config.http2();
  instance.redactor = Redactor(config);
  std::map<std::string, std::string> headers(config.headers().begin(),
                                             config.headers().end());
  instance.headers.assign(headers.begin(), headers.end());

  InstanceReader reader(dialect, &instance);
  reader.ReadBaseUrl(config.base_url());
  reader.ReadOnUnsupported(config.on_unsupported());
  reader.ReadOptions(config.options());
  reader.CheckTogether();
  reader.CheckEntra(!config.api_key().empty() || !config.api_keys().empty());
  if (absl::Status status = reader.status(); !status.ok()) return status;
  return instance;
}

std::string OpenAiInstance::ChatUrl(absl::string_view model) const {
  if (api_version.empty()) return absl::StrCat(base_url, "/chat/completions");
  return VersionedUrl(model, "/chat/completions");
}

std::string OpenAiInstance::EmbeddingsUrl(absl::string_view model) const {
  const absl::string_view path = dialect->embeddings.path;
  if (!api_version.empty()) return VersionedUrl(model, path);
  return absl::StrCat(BaseFor(path), path);
}

std::string OpenAiInstance::VersionedUrl(absl::string_view model,
                                         absl::string_view path) const {
  const std::string place = absl::StrReplaceAll(
      dialect->versioned_path,
      {{"{model}", EscapePathStep(deployment.empty() ? model : deployment)}});
  return absl::StrCat(UrlOrigin(base_url), place, path,
                      "?api-version=", EscapePathStep(api_version));
}

std::string OpenAiInstance::ResponsesUrl() const {
  const ResponsesForm& form = dialect->responses;
  if (!api_version.empty()) {
    return absl::StrCat(UrlOrigin(base_url), form.versioned_path,
                        "?api-version=", EscapePathStep(api_version));
  }
  return absl::StrCat(BaseFor(form.path), form.path);
}

std::string OpenAiInstance::ModelsUrl(absl::string_view page_token) const {
  if (dialect->models_path.empty()) return "";
  if (dialect->models_form == ModelsForm::kCloudflareSearch) {
    return absl::StrCat(absl::StripSuffix(base_url, "/v1"),
                        dialect->models_path, "?per_page=100&page=",
                        page_token.empty() ? "1" : EscapePathStep(page_token));
  }
  return absl::StrCat(BaseFor(dialect->models_path), dialect->models_path);
}

absl::string_view OpenAiInstance::BaseFor(absl::string_view path) const {
  // Perplexity's other paths have the version that its chat has not.
  return absl::StartsWith(path, "/v1/") ? absl::StripSuffix(base_url, "/v1")
                                        : base_url;
}

}  // namespace aigateway
