#ifndef AIGATEWAY_GATEWAY_BASE_CHECK_H_
#define AIGATEWAY_GATEWAY_BASE_CHECK_H_

#include <cstdio>
#include <cstdlib>

// Ends the process if `condition` is false. For what only a bug in this
// program can cause: never for input, config or the network.
#define AIGW_CHECK(condition)                                               \
  do {                                                                      \
    if (!(condition)) [[unlikely]] {                                        \
      std::fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, \
                   #condition);                                             \
      std::abort();                                                         \
    }                                                                       \
  } while (false)

#endif  // AIGATEWAY_GATEWAY_BASE_CHECK_H_
