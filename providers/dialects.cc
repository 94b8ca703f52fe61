#include "providers/dialects.h"

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"

#include "gateway/base/check.h"
#include "gateway/base/errors.h"
#include "gateway/base/registry.h"
#include "providers/dialect_rows.h"
#include "providers/entra_tokens.h"
#include "providers/openai_codec.h"

namespace aigateway {
namespace {

std::vector<Dialect> MakeDialects() {
  std::vector<Dialect> all = VendorDialects();
  for (const std::vector<Dialect>& more :
       {AggregatorDialects(), ServerDialects()}) {
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

absl::StatusOr<std::unique_ptr<Provider>> Create(
    const config::v1::ProviderConfig& config) {
  const Dialect* const dialect = FindDialect(config.type());
  if (dialect == nullptr) {
    return FieldError("type", "is no vendor that speaks OpenAI's dialect",
                      ErrorReason::kInvalidConfig);
  }
  return OpenAiCodec::Create(*dialect, config);
}

template <typename To>
std::vector<std::string> Strings(const To& views) {
  return std::vector<std::string>(views.begin(), views.end());
}

// Registers every row before main(), as AIGW_REGISTER_PROVIDER does one.
struct DialectRegistration {
  DialectRegistration() {
    for (const Dialect& dialect : Dialects()) {
      AIGW_CHECK(Registry<ProviderType>::Global().Add(dialect.type,
                                                      DialectType(dialect)));
    }
  }
};
const DialectRegistration registration;

}  // namespace

const std::vector<Dialect>& Dialects() {
  static const auto* const dialects = new std::vector<Dialect>(MakeDialects());
  return *dialects;
}

const Dialect* FindDialect(absl::string_view type) {
  for (const Dialect& dialect : Dialects()) {
    if (dialect.type == type) return &dialect;
  }
  return nullptr;
}

ProviderType DialectType(const Dialect& dialect) {
  ProviderType type;
  type.create = &Create;
  type.key_variables = Strings(dialect.key_variables);
  type.base_urls = Strings(dialect.base_urls);
  type.needs_base_url = absl::StrContains(dialect.base_url, '{');
  type.model_patterns = Strings(dialect.model_patterns);
  type.order = dialect.order;
  type.needs_key = dialect.needs_key;
  if (!dialect.entra_scope.empty()) {
    type.option_variables = EntraOptionVariables();
  }
  return type;
}

}  // namespace aigateway
