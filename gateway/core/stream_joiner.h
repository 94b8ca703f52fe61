#ifndef AIGATEWAY_GATEWAY_CORE_STREAM_JOINER_H_
#define AIGATEWAY_GATEWAY_CORE_STREAM_JOINER_H_

#include <map>

#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/gateway.pb.h"

namespace aigateway {

// Joins the events of a stream to the answer that Route would have given: the
// contract's rule, for plugins after the request, caches and tests.
class StreamJoiner {
 public:
  void Add(const v1::Delta& delta);
  void Add(const v1::Finish& finish);
  void Add(const v1::End& end);

  // The answer so far, choices by index.
  v1::ChatResponse Response() const;

 private:
  std::map<int, v1::Choice> choices_;
  v1::End end_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_STREAM_JOINER_H_
