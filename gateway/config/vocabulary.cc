#include "gateway/config/vocabulary.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace aigateway {
namespace {

bool AnyIsSet(const std::vector<std::string>& variables,
              const EnvironmentFunction& environment) {
  return std::any_of(variables.begin(), variables.end(),
                     [&](const std::string& variable) {
                       return IsSet(environment, variable);
                     });
}

}  // namespace

std::vector<std::string> VariablesIn(absl::string_view text) {
  std::vector<std::string> names;
  for (;;) {
    const size_t begin = text.find("${");
    if (begin == text.npos) return names;
    const size_t end = text.find('}', begin);
    if (end == text.npos) return names;
    names.emplace_back(text.substr(begin + 2, end - begin - 2));
    text.remove_prefix(end);
  }
}

std::string FindBaseUrl(const std::vector<std::string>& base_urls,
                        const EnvironmentFunction& environment) {
  for (const std::string& text : base_urls) {
    const std::vector<std::string> variables = VariablesIn(text);
    if (std::all_of(variables.begin(), variables.end(),
                    [&](const std::string& variable) {
                      return IsSet(environment, variable);
                    })) {
      return text;
    }
  }
  return "";
}

bool IsFound(const ProviderTypeEntry& entry,
             const EnvironmentFunction& environment) {
  if (entry.only_when_named ||
      (entry.key_variables.empty() && entry.base_urls.empty())) {
    return true;
  }
  const bool has_url = !FindBaseUrl(entry.base_urls, environment).empty();
  if (entry.needs_base_url && !has_url) return false;
  return AnyIsSet(entry.key_variables, environment) ||
         (!entry.needs_key && has_url);
}

std::string WantedVariables(const ProviderTypeEntry& entry) {
  std::vector<std::string> urls;
  for (const std::string& text : entry.base_urls) {
    urls.push_back(absl::StrJoin(VariablesIn(text), " and "));
  }
  const std::string keys = absl::StrJoin(entry.key_variables, " or ");
  if (urls.empty()) return keys;
  const std::string places = absl::StrJoin(urls, " or ");
  if (entry.needs_base_url) return absl::StrCat(keys, ", and ", places);
  if (entry.needs_key) return keys;
  return keys.empty() ? places : absl::StrCat(places, " or ", keys);
}

bool IsSet(const EnvironmentFunction& environment, absl::string_view variable) {
  if (!environment) return false;
  const std::optional<std::string> value = environment(variable);
  return value.has_value() && !absl::StripAsciiWhitespace(*value).empty();
}

}  // namespace aigateway
