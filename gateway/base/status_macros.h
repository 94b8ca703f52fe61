#ifndef AIGATEWAY_GATEWAY_BASE_STATUS_MACROS_H_
#define AIGATEWAY_GATEWAY_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns from the function if `expr`, an absl::Status, is not OK.
#define AIGW_RETURN_IF_ERROR(expr)                            \
  do {                                                        \
    if (absl::Status aigw_status = (expr); !aigw_status.ok()) \
      return aigw_status;                                     \
  } while (false)

// The same in a coroutine.
#define AIGW_CO_RETURN_IF_ERROR(expr)                         \
  do {                                                        \
    if (absl::Status aigw_status = (expr); !aigw_status.ok()) \
      co_return aigw_status;                                  \
  } while (false)

#define AIGW_INTERNAL_CONCAT_(a, b) a##b
#define AIGW_INTERNAL_CONCAT(a, b) AIGW_INTERNAL_CONCAT_(a, b)
#define AIGW_INTERNAL_ASSIGN(result, keyword, lhs, expr) \
  auto result = (expr);                                  \
  if (!result.ok()) keyword std::move(result).status();  \
  lhs = *std::move(result)

// Assigns the value of `expr`, an absl::StatusOr, to `lhs` (which may declare
// a variable), or returns its status from the function.
#define AIGW_ASSIGN_OR_RETURN(lhs, expr)                                     \
  AIGW_INTERNAL_ASSIGN(AIGW_INTERNAL_CONCAT(aigw_result_, __LINE__), return, \
                       lhs, expr)

// The same in a coroutine.
#define AIGW_CO_ASSIGN_OR_RETURN(lhs, expr)                          \
  AIGW_INTERNAL_ASSIGN(AIGW_INTERNAL_CONCAT(aigw_result_, __LINE__), \
                       co_return, lhs, expr)

#endif  // AIGATEWAY_GATEWAY_BASE_STATUS_MACROS_H_
