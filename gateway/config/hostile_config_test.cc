// Case 040 and its neighbours: small texts made to fill the stack or the
// memory. Each is refused in bounded memory and time, or read.

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <malloc.h>
#include <new>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/config/config_loader.h"
#include "gateway/config/config_testing.h"
#include "gateway/config/config_text.h"
#include "tests/matchers/status_matchers.h"

namespace {

std::atomic<size_t> live_bytes = 0;
std::atomic<size_t> peak_bytes = 0;

void* Allocate(size_t size) {
  void* memory = std::malloc(size);
  if (memory == nullptr) std::abort();
  const size_t live = live_bytes.fetch_add(malloc_usable_size(memory)) +
                      malloc_usable_size(memory);
  if (live > peak_bytes) peak_bytes = live;
  return memory;
}

void Release(void* memory) {
  if (memory != nullptr) live_bytes.fetch_sub(malloc_usable_size(memory));
  std::free(memory);
}

}  // namespace

// Every allocation of this test, those of the libraries too, is counted.
void* operator new(size_t size) { return Allocate(size); }
void* operator new[](size_t size) { return Allocate(size); }
void operator delete(void* memory) noexcept { Release(memory); }
void operator delete[](void* memory) noexcept { Release(memory); }
void operator delete(void* memory, size_t) noexcept { Release(memory); }
void operator delete[](void* memory, size_t) noexcept { Release(memory); }

namespace aigateway {
namespace {

using ::testing::AnyOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr size_t kMaxMemory = 64 << 20;

std::string Repeat(absl::string_view piece, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) absl::StrAppend(&text, piece);
  return text;
}

std::vector<std::string> LoadInBoundedMemory(absl::string_view text) {
  const Vocabulary vocabulary = FullVocabulary();
  const size_t before = live_bytes;
  peak_bytes = before;
  std::vector<std::string> faults = FaultsOf(text, vocabulary);
  EXPECT_LT(peak_bytes - before, kMaxMemory);
  return faults;
}

// The same in bounded time: of the processor, not the wall. It takes some
// milliseconds.
std::vector<std::string> Load(absl::string_view text) {
  const std::clock_t start = std::clock();
  std::vector<std::string> faults = LoadInBoundedMemory(text);
  EXPECT_LT(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, 2.0);
  return faults;
}

// Nine levels of nine aliases each: 9^9 words, if it were written out.
std::string AliasBomb(absl::string_view indent) {
  std::string text;
  absl::StrAppend(&text, indent, "a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
  for (int i = 1; i <= 9; ++i) {
    const std::string alias = absl::StrCat("*a", i - 1);
    absl::StrAppend(&text, indent, "a", i, ": &a", i, " [",
                    absl::StrJoin(std::vector<std::string>(9, alias), ", "),
                    "]\n");
  }
  return text;
}

TEST(HostileConfigTest, RefusesDeepNesting) {
  for (const std::string& text :
       {Repeat("[", 20000), Repeat("{a: ", 20000), Repeat("- ", 20000),
        Repeat("[", 20000) + Repeat("]", 20000), Repeat("? ", 20000),
        Repeat("[", 1999) + Repeat("]", 1999), Repeat("{a: ", 1999),
        "plugins: " + Repeat("[", 1500), Repeat("- - ", 400),
        // JSON.
        Repeat("[", 100000) + Repeat("]", 100000),
        "{\"a\": " + Repeat("[", 100000) + Repeat("]", 100000) + "}"}) {
    EXPECT_THAT(Load(text), Not(IsEmpty())) << text.substr(0, 20);
  }
}

TEST(HostileConfigTest, RefusesDeepIndentation) {
  std::string text;
  for (int i = 0; i < 600; ++i) {
    absl::StrAppend(&text, std::string(i, ' '), "a:\n");
  }
  EXPECT_THAT(Load(text), Not(IsEmpty()));
}

TEST(HostileConfigTest, RefusesAliasesOfAliases) {
  EXPECT_THAT(Load(AliasBomb("")), Each(AnyOf(HasSubstr("values"))));
  EXPECT_THAT(
      Load("plugins:\n- name: max-token\n  stage: on_chunk\n  config:\n" +
           AliasBomb("    ")),
      Each(HasSubstr("more than 250000 values")));
  EXPECT_THAT(
      Load("plugins:\n- name: word-filter\n  stage: on_chunk\n  config:\n" +
           AliasBomb("    ")),
      Each(HasSubstr("more than 250000 values")));
}

TEST(HostileConfigTest, RefusesALargeTextAtOnce) {
  const std::string spaces(64 << 20, ' ');
  EXPECT_THAT(Load(spaces), Each(HasSubstr("larger than 2 MiB")));
}

TEST(HostileConfigTest, SurvivesEveryPieceOfSyntaxRepeated) {
  constexpr size_t kBytes = 8 << 10;
  for (const char* piece :
       {"a",     "a: ",  "a:\n",  "- a\n", "- \n",       "[],",
        "{},",   "[a],", "a,",    "\"",    "'a' ",       "&a ",
        "*a ",   "!a ",  "# ",    "\n",    "  \n",       "- |\n x\n",
        "? a\n", "%a\n", "---\n", "\\",    "\"\\x41\" ", "]",
        "}",     "@",    "\t",    "-",     ":"}) {
    for (const char* begin : {"", "[", "{", "- \"", "- >\n  "}) {
      const std::string text =
          begin + Repeat(piece, kBytes / std::strlen(piece));
      EXPECT_THAT(Load(text), Not(IsEmpty())) << begin << piece;
    }
  }
}

TEST(HostileConfigTest, BoundsTheMemoryThatTheLargestTextsCost) {
  for (const char* piece : {"- a\n", "a:\n"}) {
    const std::string text =
        Repeat(piece, kMaxConfigBytes / std::strlen(piece));
    EXPECT_THAT(LoadInBoundedMemory(text), Not(IsEmpty())) << piece;
  }
  // Just within the bounds on brackets and commas.
  for (const std::string& text : {"a: [" + Repeat("a,", 149000) + "]",
                                  "a: [" + Repeat("[],", 49000) + "]",
                                  "a: [" + Repeat("{a: b},", 49000) + "]"}) {
    EXPECT_THAT(LoadInBoundedMemory(text), Not(IsEmpty()));
  }
}

TEST(HostileConfigTest, LoadsFiftyLevelsInsideAPluginsConfig) {
  EXPECT_THAT(
      Load(
          "plugins:\n- name: max-token\n  stage: on_chunk\n  config:\n    a: " +
          Repeat("[", 25) + Repeat("{b: ", 25) + "c" + Repeat("}", 25) +
          Repeat("]", 25) + "\n"),
      IsEmpty());
  EXPECT_THAT(
      Load("plugins:\n- name: everything\n  stage: on_chunk\n  config: " +
           Repeat("{inner: ", 60) + "{name: x}" + Repeat("}", 60)),
      IsEmpty());
}

TEST(HostileConfigTest, LoadsALongTextAsAnyOther) {
  EXPECT_THAT(
      LoadInBoundedMemory(
          "plugins:\n- name: word-filter\n  stage: on_chunk\n  config:\n"
          "    blocked_words: [\"" +
          std::string(1 << 20, 'x') + "\"]\n"),
      IsEmpty());
}

TEST(HostileConfigTest, LoadsTenThousandKeys) {
  std::string text = "auth:\n  keys:\n";
  for (int i = 0; i < 10000; ++i) {
    absl::StrAppend(&text, "  - {name: team-", i, ", key: \"${TEAM_KEY_", i,
                    "}\", scopes: [route], models: [gpt-4o, fast]}\n");
  }
  const Vocabulary vocabulary = FullVocabulary();
  EXPECT_THAT(LoadConfig(text, "f", vocabulary), IsOk());
}

}  // namespace
}  // namespace aigateway
