// What the word filter costs: one prompt of 1 KB, by the number of words.
//
//   bazel run --config=opt //tools/bench:word_filter

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "gateway/base/random.h"
#include "plugins/word_scanner.h"

namespace aigateway {
namespace {

constexpr int kRuns = 20000;
constexpr int kRounds = 5;

// A made-up word of letters about as frequent as in English.
std::string Word(Random& random, int size) {
  constexpr char kLetters[] =
      "eeeeeeeeeeeetttttttttaaaaaaaaooooooooiiiiiiinnnnnnnsssssshhhhhhrrrrrr"
      "ddddllllccuuummmwwwffggyyppbbvk";
  std::string word;
  for (int i = 0; i < size; ++i) {
    word += kLetters[random.Next() % (sizeof(kLetters) - 1)];
  }
  return word;
}

int Run() {
  Random random(1);
  std::string prompt;
  while (prompt.size() < 1024) {
    prompt += Word(random, 2 + static_cast<int>(random.Next() % 7)) + " ";
  }
  const std::string russian = prompt.substr(0, 1000) + " котик";
  double ten_us[2] = {};
  for (const int count : {10, 100, 1000, 10000}) {
    std::vector<std::string> words;
    for (int i = 0; i < count; ++i) {
      words.push_back(Word(random, 7 + static_cast<int>(random.Next() % 8)));
    }
    absl::StatusOr<std::unique_ptr<WordScanner>> scanner =
        WordScanner::Create(words, {});
    if (!scanner.ok()) return 1;
    double best_us[2] = {1e9, 1e9};
    for (int round = 0; round < kRounds; ++round) {
      for (int i = 0; i < 2; ++i) {
        const std::string& text = i == 0 ? prompt : russian;
        const auto start = std::chrono::steady_clock::now();
        for (int run = 0; run < kRuns; ++run) {
          if (!(*scanner)->Look(text, 0, /*complete=*/true).ok()) return 1;
        }
        const std::chrono::duration<double, std::micro> took =
            std::chrono::steady_clock::now() - start;
        best_us[i] = std::min(best_us[i], took.count() / kRuns);
      }
    }
    if (count == 10) std::copy(best_us, best_us + 2, ten_us);
    std::printf(
        "%5d words: ASCII %.2f us (%.1f x), with other letters %.2f us "
        "(%.1f x)\n",
        count, best_us[0], best_us[0] / ten_us[0], best_us[1],
        best_us[1] / ten_us[1]);
  }
  return 0;
}

}  // namespace
}  // namespace aigateway

int main() { return aigateway::Run(); }
