// A text with variables in it. It is expanded or refused; escaped as the docs
// say it comes out as it was; no value is in an error.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"

#include "gateway/base/check.h"
#include "gateway/config/secrets.h"

namespace aigateway {
namespace {

void Run(absl::string_view text) {
  const FixedSecrets secrets({{"A", "sesame"}, {"B", "${A}"}},
                             {{"/run/key", "sesame\n"}});
  const absl::StatusOr<std::string> expanded = Expand(text, secrets);
  if (!expanded.ok()) {
    AIGW_CHECK(absl::StrContains(text, "${"));
    AIGW_CHECK(absl::StrContains(text, "sesame") ||
               !absl::StrContains(expanded.status().message(), "sesame"));
  }
  ReferencesOf(text);
  const std::string escaped = absl::StrReplaceAll(text, {{"${", "$${"}});
  AIGW_CHECK(Expand(escaped, secrets).value() == text);
}

}  // namespace
}  // namespace aigateway

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  aigateway::Run(absl::string_view(reinterpret_cast<const char*>(bytes), size));
  return 0;
}
