#ifndef AIGATEWAY_PROVIDERS_JOINED_MESSAGE_H_
#define AIGATEWAY_PROVIDERS_JOINED_MESSAGE_H_

#include "aigateway/v1/chat.pb.h"

namespace aigateway {

// Makes the message of a delta that has all of a choice, as a client would by
// joining many (Delta's comment in chat.proto). `delta` is moved from.
v1::Message JoinedMessage(v1::Delta& delta);

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_JOINED_MESSAGE_H_
