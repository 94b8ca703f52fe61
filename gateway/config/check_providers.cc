#include "gateway/config/check_providers.h"

#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "aigateway/config/v1/config.pb.h"
#include "gateway/config/announced.h"
#include "gateway/config/check_values.h"
#include "gateway/config/fault_report.h"
#include "gateway/config/faults.h"
#include "gateway/config/field_path.h"
#include "gateway/config/http_values.h"
#include "gateway/config/schema_words.h"
#include "gateway/config/vocabulary.h"

namespace aigateway {
namespace {

using ::aigateway::config::v1::ProviderConfig;

void CheckType(const ProviderConfig& provider, const Vocabulary& vocabulary,
               const FieldPath& path, FaultReport& report) {
  const FieldPath type_path = path.Key("type");
  const std::string& type = provider.type();
  if (type.empty()) {
    return report.Add(type_path, "is missing: write the provider's type");
  }
  if (vocabulary.provider_types.count(type) > 0) return;
  if (IsAnnouncedProviderType(type)) {
    return report.Add(type_path,
                      absl::StrCat("the provider type ", QuoteForMessage(type),
                                   " is not served by this version"));
  }
  std::vector<std::string> known;
  for (const auto& [name, entry] : vocabulary.provider_types) {
    known.push_back(name);
  }
  report.Add(type_path,
             absl::StrCat("there is no provider type ", QuoteForMessage(type),
                          DidYouMean(type, known)));
}

// A key as it stands in the file; one with a variable is checked later.
void CheckKey(absl::string_view key, const FieldPath& path,
              FaultReport& report) {
  if (HasVariable(key)) return;
  const std::string bad = BadKey(absl::StripAsciiWhitespace(key));
  if (!bad.empty()) report.Add(path, bad);
}

void CheckHeaders(const ProviderConfig& provider, const FieldPath& path,
                  FaultReport& report) {
  // Sorted, so that faults come in the same order in every process.
  const std::map<std::string, std::string> headers(provider.headers().begin(),
                                                   provider.headers().end());
  absl::flat_hash_map<std::string, std::string> seen;
  for (const auto& [name, value] : headers) {
    const FieldPath header_path = path.Key(name);
    if (const std::string bad = BadHeaderName(name); !bad.empty()) {
      report.Add(header_path, bad);
    } else if (!HasVariable(value)) {
      const std::string bad_value = BadHeaderValue(value);
      if (!bad_value.empty()) report.Add(header_path, bad_value);
    }
    const auto [first, is_new] =
        seen.emplace(absl::AsciiStrToLower(name), name);
    if (!is_new) {
      report.Add(header_path,
                 absl::StrCat("is the same header as ",
                              QuoteForMessage(first->second), ": keep one"));
    }
  }
}

void CheckModelMap(const ProviderConfig& provider, const FieldPath& path,
                   FaultReport& report) {
  const std::map<std::string, std::string> models(provider.model_map().begin(),
                                                  provider.model_map().end());
  for (const auto& [from, to] : models) {
    if (from.empty() || to.empty()) {
      report.Add(path.Key(from), "a model's name is empty");
    }
  }
}

void CheckProvider(const ProviderConfig& provider, const Vocabulary& vocabulary,
                   const FieldPath& path, FaultReport& report) {
  CheckType(provider, vocabulary, path, report);
  const FieldPath url_path = path.Key("base_url");
  const std::string& url = provider.base_url();
  if (url.empty() ? report.places().Has(url_path.ToString())
                  : !HasVariable(url)) {
    const std::string bad = BadBaseUrl(url);
    if (!bad.empty()) report.Add(url_path, bad);
  }
  const FieldPath key_path = path.Key("api_key");
  if (!provider.api_key().empty() || report.places().Has(key_path.ToString())) {
    CheckKey(provider.api_key(), key_path, report);
  }
  const FieldPath keys_path = path.Key("api_keys");
  for (int i = 0; i < provider.api_keys_size(); ++i) {
    CheckKey(provider.api_keys(i), keys_path.Index(i), report);
  }
  CheckHeaders(provider, path.Key("headers"), report);
  CheckNameList(provider.models(), path.Key("models"), report);
  CheckModelMap(provider, path.Key("model_map"), report);
  const std::string& word = provider.on_unsupported();
  const std::vector<std::string> words = {"refuse", "drop"};
  if (!word.empty() && word != words[0] && word != words[1]) {
    report.Add(path.Key("on_unsupported"),
               absl::StrCat(QuoteForMessage(word), " is not known: write ",
                            AnyOf(words), DidYouMean(word, words)));
  }
}

}  // namespace

void CheckProviders(const config::v1::GatewayConfig& config,
                    const Vocabulary& vocabulary, FaultReport& report) {
  const FieldPath root;
  const FieldPath path = root.Key("providers");
  UniqueNames names("provider instance");
  for (int i = 0; i < config.providers_size(); ++i) {
    const ProviderConfig& provider = config.providers(i);
    const FieldPath provider_path = path.Index(i);
    CheckProvider(provider, vocabulary, provider_path, report);
    const FieldPath name_path =
        provider_path.Key(provider.name().empty() ? "type" : "name");
    const std::string& name = InstanceName(provider);
    if (CheckName(name, name_path, report)) {
      names.Add(name, name_path, report);
    }
    for (const std::string& taken : vocabulary.provider_instances) {
      if (name == taken) {
        report.Add(name_path, absl::StrCat("a provider of the name ",
                                           QuoteForMessage(name),
                                           " was registered by the program"));
      }
    }
  }
}

const std::string& InstanceName(const ProviderConfig& provider) {
  return provider.name().empty() ? provider.type() : provider.name();
}

}  // namespace aigateway
