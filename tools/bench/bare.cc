// bare echo|queue|callback PORT UPSTREAM_PORT LOOPS: a floor, see
// bare_server.h.

#include <iostream>
#include <signal.h>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "curl/curl.h"

#include "tools/bench/bare_server.h"

int main(int argc, char** argv) {
  int port = 0;
  int upstream_port = 0;
  int loops = 0;
  const std::string border = argc == 5 ? argv[1] : "";
  if (argc != 5 || !absl::SimpleAtoi(argv[2], &port) ||
      !absl::SimpleAtoi(argv[3], &upstream_port) ||
      !absl::SimpleAtoi(argv[4], &loops) || loops < 1) {
    std::cerr << "usage: bare echo|queue|callback PORT UPSTREAM_PORT LOOPS\n";
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  curl_global_init(CURL_GLOBAL_ALL);
  const std::string upstream =
      absl::StrCat("http://127.0.0.1:", upstream_port, "/v1/chat/completions");
  if (border == "queue") {
    aigateway::bench::ServeByQueue(port, upstream, loops);
  } else if (border == "callback") {
    aigateway::bench::ServeByCallbacks(port, upstream, loops);
  } else {
    aigateway::bench::ServeEcho(port);
  }
}
