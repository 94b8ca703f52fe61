#ifndef AIGATEWAY_GATEWAY_SERVER_OPEN_SOCKETS_H_
#define AIGATEWAY_GATEWAY_SERVER_OPEN_SOCKETS_H_

#include <set>
#include <string>

#include "absl/strings/string_view.h"

namespace aigateway {

// What the sockets of this process are, as the kernel tells (Linux): for
// libraries that keep theirs to themselves. All of it from any thread; what a
// descriptor is may have changed by the time that it is used.

// The local address of socket `fd`, the same for a listener and for what it
// accepted: "tcp:PORT", "unix:PATH", "unix-abstract:NAME". Empty if `fd` is no
// such socket.
std::string LocalAddress(int fd);

// The descriptors that listen for connections.
std::set<int> Listeners();

// Ends every connection that was accepted at `local_address` (see
// LocalAddress): its owner sees an error at once, even where a write waits for
// a peer that does not read. The descriptor stays the owner's to close.
void CutConnections(absl::string_view local_address);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_OPEN_SOCKETS_H_
