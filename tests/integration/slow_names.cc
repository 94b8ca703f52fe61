// Stands before the C library's getaddrinfo in a process under test.
//
// A lookup of "slow.test" writes a byte to the descriptor SLOW_NAMES_BEGUN,
// then takes 5 s, or until SLOW_NAMES_GATE is readable, and finds 127.0.0.1.
// Other names go to the C library.

#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <netdb.h>
#include <poll.h>
#include <unistd.h>

namespace {

constexpr int kSlowMs = 5000;

int Descriptor(const char* name) {
  const char* const text = std::getenv(name);
  return text == nullptr ? -1 : std::atoi(text);
}

}  // namespace

extern "C" int getaddrinfo(const char* node, const char* service,
                           const addrinfo* hints, addrinfo** result) {
  using Function =
      int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const Function real =
      reinterpret_cast<Function>(dlsym(RTLD_NEXT, "getaddrinfo"));
  if (node != nullptr && std::strcmp(node, "slow.test") == 0) {
    const char begun = 'b';
    (void)!write(Descriptor("SLOW_NAMES_BEGUN"), &begun, 1);
    pollfd gate = {Descriptor("SLOW_NAMES_GATE"), POLLIN, 0};
    poll(&gate, 1, kSlowMs);
    node = "127.0.0.1";
  }
  return real(node, service, hints, result);
}
