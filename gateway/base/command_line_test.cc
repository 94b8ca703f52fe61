#include "gateway/base/command_line.h"

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

ABSL_FLAG(int, command_line_test_number, 1, "a flag to set");

namespace aigateway {
namespace {

using testing::ElementsAre;
using testing::ExitedWithCode;

std::vector<std::string> Parse(std::vector<std::string> words) {
  words.insert(words.begin(), "program");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  std::vector<std::string> rest;
  for (const char* word :
       ParseFlagsOrExit(static_cast<int>(argv.size()), argv.data())) {
    rest.push_back(word);
  }
  return rest;
}

TEST(CommandLineTest, SetsFlagsAndReturnsTheOtherWords) {
  EXPECT_THAT(Parse({"a", "--command_line_test_number=7", "b", "--", "-h"}),
              ElementsAre("program", "a", "b", "-h"));
  EXPECT_EQ(absl::GetFlag(FLAGS_command_line_test_number), 7);
}

TEST(CommandLineDeathTest, ExitsWith2ForAWrongFlagAndNamesIt) {
  EXPECT_EXIT(Parse({"--nosuch"}), ExitedWithCode(2), "nosuch");
  EXPECT_EXIT(Parse({"--command_line_test_number=x"}), ExitedWithCode(2),
              "command_line_test_number");
  EXPECT_EXIT(Parse({"--command_line_test_number"}), ExitedWithCode(2),
              "command_line_test_number");
}

TEST(CommandLineDeathTest, ExitsWith0AfterHelp) {
  for (const char* word : {"--help", "-h", "--helpfull", "--version"}) {
    EXPECT_EXIT(Parse({word}), ExitedWithCode(0), "") << word;
  }
}

// What ends the process later is not its matter.
TEST(CommandLineDeathTest, LeavesTheExitCodesOfTheProgramAlone) {
  EXPECT_EXIT((Parse({"word"}), std::exit(1)), ExitedWithCode(1), "");
}

}  // namespace
}  // namespace aigateway
