#ifndef AIGATEWAY_TESTS_FAKES_TEXT_CUTS_H_
#define AIGATEWAY_TESTS_FAKES_TEXT_CUTS_H_

#include <string>
#include <vector>

namespace aigateway {

// A text as a stream may bring it: every way to cut it in two, and into single
// bytes.
inline std::vector<std::vector<std::string>> Cuts(const std::string& text) {
  std::vector<std::vector<std::string>> cuts;
  for (size_t at = 0; at <= text.size(); ++at) {
    cuts.push_back({text.substr(0, at), text.substr(at)});
  }
  cuts.emplace_back();
  for (const char c : text) cuts.back().emplace_back(1, c);
  return cuts;
}

}  // namespace aigateway

#endif  // AIGATEWAY_TESTS_FAKES_TEXT_CUTS_H_
