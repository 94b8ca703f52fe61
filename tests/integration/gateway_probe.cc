#include "tests/integration/gateway_probe.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"

#include "gateway/base/clock.h"

namespace aigateway {

std::string HttpGet(const GatewayProcess& gateway, absl::string_view path) {
  const std::vector<std::string> parts =
      absl::StrSplit(gateway.http_address(), ':');
  int port = 0;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[1], &port)) return "";
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const std::string request =
      absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: x\r\n\r\n");
  std::string answer;
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) ==
          0 &&
      send(fd, request.data(), request.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(request.size())) {
    char buffer[4096];
    for (ssize_t n; (n = read(fd, buffer, sizeof(buffer))) > 0;) {
      answer.append(buffer, static_cast<size_t>(n));
    }
  }
  close(fd);
  return answer;
}

double Metric(const GatewayProcess& gateway, absl::string_view series) {
  const std::string page = HttpGet(gateway, "/metrics");
  for (absl::string_view line : absl::StrSplit(page, '\n')) {
    if (!absl::StartsWith(line, absl::StrCat(series, " "))) continue;
    double value = -1;
    (void)absl::SimpleAtod(line.substr(series.size() + 1), &value);
    return value;
  }
  return -1;
}

double InFlight(const GatewayProcess& gateway) {
  return Metric(gateway, R"(aigateway_requests_in_flight{method="Route"})") +
         Metric(gateway,
                R"(aigateway_requests_in_flight{method="RouteStream"})");
}

bool WaitUntil(absl::FunctionRef<bool()> done, absl::Duration limit) {
  const absl::Time end = Clock::Real()->Now() + limit;
  while (!done()) {
    if (Clock::Real()->Now() > end) return done();
    absl::SleepFor(absl::Milliseconds(2));
  }
  return true;
}

std::string LogLine::Value(absl::string_view key) const {
  const std::string begin = absl::StrCat("\"", key, "\":\"");
  const size_t at = text.find(begin);
  if (at == std::string::npos) return "";
  const size_t from = at + begin.size();
  return text.substr(from, text.find('"', from) - from);
}

std::vector<LogLine> LogLines(const GatewayProcess& gateway,
                              absl::string_view message) {
  std::vector<LogLine> lines;
  for (absl::string_view text : absl::StrSplit(gateway.Said(), '\n')) {
    LogLine line{.time = absl::InfinitePast(), .text = std::string(text)};
    if (line.Value("message") != message) continue;
    std::string error;
    (void)absl::ParseTime(absl::RFC3339_full, line.Value("time"), &line.time,
                          &error);
    lines.push_back(line);
  }
  return lines;
}

std::vector<LogLine> WaitForLogLines(const GatewayProcess& gateway,
                                     absl::string_view message, size_t count) {
  std::vector<LogLine> lines;
  WaitUntil([&] {
    lines = LogLines(gateway, message);
    return lines.size() >= count;
  });
  return lines.size() >= count ? lines : std::vector<LogLine>();
}

}  // namespace aigateway
