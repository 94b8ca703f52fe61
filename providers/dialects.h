#ifndef AIGATEWAY_PROVIDERS_DIALECTS_H_
#define AIGATEWAY_PROVIDERS_DIALECTS_H_

#include <vector>

#include "absl/strings/string_view.h"

#include "providers/dialect.h"
#include "providers/provider.h"

namespace aigateway {

// The table of vendors that speak OpenAI's dialect, each a provider type. A new
// one is a row (dialect_rows.h) and a line in dialects_test.cc.
const std::vector<Dialect>& Dialects();

// Returns null if no vendor of the table has that type.
const Dialect* FindDialect(absl::string_view type);

// The registry's entry for a row. `create` finds the row by config.type.
ProviderType DialectType(const Dialect& dialect);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_DIALECTS_H_
