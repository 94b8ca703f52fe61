#ifndef AIGATEWAY_TESTS_FAKES_REDIS_SERVER_H_
#define AIGATEWAY_TESTS_FAKES_REDIS_SERVER_H_

#include <string>
#include <sys/types.h>
#include <vector>

namespace aigateway {

// A real redis-server on a free port of loopback, which keeps nothing on disk,
// and ends with the test. A failure to start it is one of the test's process:
// tools/ci/setup --tests installs it.
class RedisServer {
 public:
  // Starts it and waits until it answers. `password` empty: none.
  explicit RedisServer(std::string password = "");
  ~RedisServer() { Kill(); }
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  std::string address() const;

  // kill -9. Start() begins anew on the same port, with nothing in it.
  void Kill();
  void Start();
  // It takes connections and says nothing, until it goes on.
  void Freeze();
  void Thaw();

  // Sends a command; the reply as a text, items of a list each on a line.
  std::string Ask(const std::vector<std::string>& words) const;

 private:
  const std::string password_;
  int port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_FAKES_REDIS_SERVER_H_
