#include "gateway/server/open_sockets.h"

#include <cstddef>
#include <cstdlib>
#include <dirent.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"

namespace aigateway {
namespace {

std::string UnixAddress(const sockaddr_un& address, socklen_t size) {
  constexpr size_t kPath = offsetof(sockaddr_un, sun_path);
  if (size <= kPath) return "";  // Has no name.
  if (address.sun_path[0] != '\0') {
    return absl::StrCat("unix:", address.sun_path);
  }
  const absl::string_view name(address.sun_path + 1, size - kPath - 1);
  return absl::StrCat("unix-abstract:", name);
}

// Whether `fd` is a socket that listens; nothing if it is no socket.
bool IsListener(int fd) {
  int listens = 0;
  socklen_t size = sizeof(listens);
  return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 &&
         listens != 0;
}

void ForEachDescriptor(absl::FunctionRef<void(int)> visit) {
  DIR* const folder = opendir("/proc/self/fd");
  if (folder == nullptr) return;
  while (const dirent* const entry = readdir(folder)) {
    if (entry->d_name[0] != '.') visit(std::atoi(entry->d_name));
  }
  closedir(folder);
}

}  // namespace

std::string LocalAddress(int fd) {
  union {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
    sockaddr_un local;
    sockaddr_storage storage;
  } address = {};
  socklen_t size = sizeof(address);
  if (getsockname(fd, &address.any, &size) != 0) return "";
  switch (address.any.sa_family) {
    case AF_INET:
      return absl::StrCat("tcp:", ntohs(address.v4.sin_port));
    case AF_INET6:
      return absl::StrCat("tcp:", ntohs(address.v6.sin6_port));
    case AF_UNIX:
      return UnixAddress(address.local, size);
    default:
      return "";
  }
}

std::set<int> Listeners() {
  std::set<int> listeners;
  ForEachDescriptor([&listeners](int fd) {
    if (IsListener(fd)) listeners.insert(fd);
  });
  return listeners;
}

void CutConnections(absl::string_view local_address) {
  ForEachDescriptor([local_address](int fd) {
    if (LocalAddress(fd) != local_address || IsListener(fd)) return;
    (void)shutdown(fd, SHUT_RDWR);  // Fails where it is not connected.
  });
}

}  // namespace aigateway
