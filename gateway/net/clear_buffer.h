#ifndef AIGATEWAY_GATEWAY_NET_CLEAR_BUFFER_H_
#define AIGATEWAY_GATEWAY_NET_CLEAR_BUFFER_H_

#include <cstddef>
#include <string>

namespace aigateway {

// Empties `buffer`, to be filled again. One that once held something large
// gives its memory back: a stream lives long, and there are thousands.
inline void ClearBuffer(std::string& buffer) {
  constexpr size_t kKeptCapacity = size_t{64} << 10;
  buffer.clear();
  if (buffer.capacity() > kKeptCapacity) buffer.shrink_to_fit();
}

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_NET_CLEAR_BUFFER_H_
