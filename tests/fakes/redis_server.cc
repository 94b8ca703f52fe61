#include "tests/fakes/redis_server.h"

#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <memory>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "gateway/base/check.h"
#include "hiredis/hiredis.h"
#include "tests/fakes/free_port.h"

namespace aigateway {
namespace {

constexpr char kBinary[] = "/usr/bin/redis-server";
constexpr absl::Duration kPatience = absl::Seconds(20);

using Context = std::unique_ptr<redisContext, void (*)(redisContext*)>;

std::string TextOf(const redisReply& reply) {
  switch (reply.type) {
    case REDIS_REPLY_INTEGER:
      return absl::StrCat(reply.integer);
    case REDIS_REPLY_ARRAY: {
      std::string text;
      for (size_t i = 0; i < reply.elements; ++i) {
        absl::StrAppend(&text, TextOf(*reply.element[i]), "\n");
      }
      return text;
    }
    case REDIS_REPLY_NIL:
      return "";
    default:
      return std::string(reply.str, static_cast<size_t>(reply.len));
  }
}

}  // namespace

RedisServer::RedisServer(std::string password)
    : password_(std::move(password)) {
  Start();
}

std::string RedisServer::address() const {
  return absl::StrCat("127.0.0.1:", port_);
}

void RedisServer::Start() {
  AIGW_CHECK(pid_ < 0);
  const bool is_new = port_ == 0;
  const absl::Time end = absl::Now() + kPatience;
  while (absl::Now() < end) {
    if (is_new) port_ = FreePort();
    const std::string port = absl::StrCat(port_);
    pid_ = fork();
    AIGW_CHECK(pid_ >= 0);
    if (pid_ == 0) {
      // Ends with the test, however that ends.
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      const int nothing = open("/dev/null", O_RDWR);
      dup2(nothing, STDOUT_FILENO);
      dup2(nothing, STDERR_FILENO);
      execl(kBinary, kBinary, "--port", port.c_str(), "--bind", "127.0.0.1",
            "--save", "", "--appendonly", "no", "--dir", "/tmp", "--databases",
            "4", "--requirepass", password_.c_str(),
            static_cast<char*>(nullptr));
      _exit(127);
    }
    // Until it answers, or has ended since another took the port.
    while (absl::Now() < end) {
      int ended = 0;
      if (waitpid(pid_, &ended, WNOHANG) == pid_) {
        AIGW_CHECK(!WIFEXITED(ended) || WEXITSTATUS(ended) != 127);
        pid_ = -1;
        break;
      }
      if (Answers()) return;
      absl::SleepFor(absl::Milliseconds(2));
    }
  }
  std::fprintf(stderr, "%s does not start\n", kBinary);
  std::abort();
}

void RedisServer::Kill() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void RedisServer::Freeze() {
  kill(pid_, SIGSTOP);
  // Stopped, and not only told so.
  waitpid(pid_, nullptr, WUNTRACED);
}

void RedisServer::Thaw() { kill(pid_, SIGCONT); }

bool RedisServer::Answers() const { return Ask({"PING"}) == "PONG"; }

std::string RedisServer::Ask(const std::vector<std::string>& words) const {
  const Context context(
      redisConnectWithTimeout("127.0.0.1", port_, {.tv_sec = 20, .tv_usec = 0}),
      &redisFree);
  if (context == nullptr || context->err != 0) return "";
  std::vector<std::vector<std::string>> commands;
  if (!password_.empty()) commands.push_back({"AUTH", password_});
  commands.push_back(words);
  std::string said;
  for (const std::vector<std::string>& command : commands) {
    std::vector<const char*> texts;
    std::vector<size_t> sizes;
    for (const std::string& word : command) {
      texts.push_back(word.data());
      sizes.push_back(word.size());
    }
    auto* const reply = static_cast<redisReply*>(
        redisCommandArgv(context.get(), static_cast<int>(command.size()),
                         texts.data(), sizes.data()));
    if (reply == nullptr) return "";
    said = TextOf(*reply);
    freeReplyObject(reply);
  }
  return said;
}

}  // namespace aigateway
