// Runs a fuzzer without libFuzzer, as a test: first on each file that is named
// on the command line, then on mutations of them, which are the same each time.
//
// The mutations are made to break parsers, not to look random: bytes flipped
// or replaced by those that mean something, pieces dropped, doubled, moved or
// taken from another file, ends cut off, numbers made extreme.

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "gateway/base/random.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size);

namespace aigateway {
namespace {

constexpr int kMutations = 5000;
constexpr size_t kMaxBytes = size_t{64} << 10;

const char* const kWords[] = {
    "\n",       "\r\n",   "\r",
    ":",        " ",      "{",
    "}",        "[",      "]",
    "\"",       "\\",     ",",
    "null",     "-1",     "1e400",
    "\\ud800",  "\xFF",   "\xEF\xBB\xBF",
    "data:",    "true",   "9223372036854775808",
    "\xF0\x9F", "[DONE]", "&a",
    "*a",       "<<: ",   "---",
    "%",        "${",
};

// What an input that brings the process down was, for the log.
const std::string* current = nullptr;

void Run(const std::string& input) {
  current = &input;
  // A copy of the exact size, so that ASan sees a read beyond it.
  const std::vector<uint8_t> copy(input.begin(), input.end());
  LLVMFuzzerTestOneInput(copy.data(), copy.size());
}

void Mutate(const std::vector<std::string>& seeds, Random& random,
            std::string& input) {
  const size_t at = input.empty() ? 0 : random.Next() % input.size();
  const size_t length = random.Next() % (random.Next() % 4 == 0 ? 256 : 8) + 1;
  switch (random.Next() % 9) {
    case 0:
      if (!input.empty()) input[at] ^= 1 << random.Next() % 8;
      break;
    case 1:
      if (!input.empty()) input[at] = static_cast<char>(random.Next());
      break;
    case 2:
      input.erase(at, length);
      break;
    case 3:
      input.insert(at, input.substr(at, length));
      break;
    case 4:
      input.insert(at, kWords[random.Next() % std::size(kWords)]);
      break;
    case 5:
      input.resize(at);
      break;
    case 6: {
      const std::string& other = seeds[random.Next() % seeds.size()];
      const size_t from = other.empty() ? 0 : random.Next() % other.size();
      input.insert(at, other.substr(from, length));
      break;
    }
    case 7: {
      const std::string moved = input.substr(at, length);
      input.erase(at, length);
      input.insert(input.empty() ? 0 : random.Next() % input.size(), moved);
      break;
    }
    case 8:
      input.replace(at, 1, length, random.Next() % 2 == 0 ? '\xFF' : '\0');
      break;
  }
  if (input.size() > kMaxBytes) input.resize(kMaxBytes);
}

// Called before the process dies of a failed check or a sanitizer's report.
void ShowInput(int) {
  if (current != nullptr) {
    std::fprintf(stderr, "the input was (hex):\n");
    for (const char c : *current) {
      std::fprintf(stderr, "%02x", static_cast<unsigned char>(c));
    }
    std::fprintf(stderr, "\n");
  }
  std::signal(SIGABRT, SIG_DFL);
  std::abort();
}

int Main(int argc, char** argv) {
  std::signal(SIGABRT, &ShowInput);
  std::vector<std::string> seeds = {""};
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "cannot read %s\n", argv[i]);
      return 1;
    }
    seeds.emplace_back(std::istreambuf_iterator<char>(file),
                       std::istreambuf_iterator<char>());
  }
  for (const std::string& seed : seeds) Run(seed);
  for (uint64_t round = 0; round < kMutations; ++round) {
    Random random(round);
    std::string input = seeds[random.Next() % seeds.size()];
    for (uint64_t i = random.Next() % 6; i != UINT64_MAX; --i) {
      Mutate(seeds, random, input);
    }
    Run(input);
  }
  std::printf("replayed %zu inputs and %d mutations\n", seeds.size(),
              kMutations);
  return 0;
}

}  // namespace
}  // namespace aigateway

int main(int argc, char** argv) { return aigateway::Main(argc, argv); }
