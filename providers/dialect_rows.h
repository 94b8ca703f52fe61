#ifndef AIGATEWAY_PROVIDERS_DIALECT_ROWS_H_
#define AIGATEWAY_PROVIDERS_DIALECT_ROWS_H_

#include <vector>

#include "providers/dialect.h"
#include "providers/parameters.h"

namespace aigateway {

// What most vendors other than OpenAI have no field for.
inline constexpr Parameters kOpenAiOnly = kUser | kServiceTier;

// How many texts one request for vectors has where we know of no limit, few
// enough for a vendor that has one all the same.
inline constexpr int kUsualInputs = 128;

// The rows of the table, by who is behind them. A row says what a vendor does
// otherwise than Dialect's defaults; what is not known of it is not said. The
// order of undeclared instances is API.md's list of types.
std::vector<Dialect> VendorDialects();
std::vector<Dialect> AggregatorDialects();
std::vector<Dialect> ServerDialects();

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_DIALECT_ROWS_H_
