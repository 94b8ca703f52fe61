#include "gateway/base/command_line.h"

#include <cstdlib>
#include <iostream>
#include <string>

#include "absl/flags/parse.h"

namespace aigateway {
namespace {

constexpr int kExitUsage = 2;

bool parsing = false;
bool asked_for_help = false;

// The words that Abseil answers with a text, and that are no flags to it.
bool IsHelp(const std::string& word) {
  return word == "-h" || word == "--help" || word == "--helpfull" ||
         word == "--helpshort" || word == "--helppackage" ||
         word == "--helpmatch" || word == "--helpon";
}

// Abseil exits with 1 both for a wrong flag and when it was asked for help.
// Nothing was begun yet that a handler after this one would have to end.
void MendExitCode(int code, void*) {
  if (!parsing || code == 0) return;
  std::cout.flush();
  std::_Exit(asked_for_help ? 0 : kExitUsage);
}

}  // namespace

std::vector<char*> ParseFlagsOrExit(int argc, char** argv) {
  static char help[] = "--help";
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--") break;  // Only words behind it.
    if (word == "-h") argv[i] = help;
    asked_for_help |= IsHelp(word.substr(0, word.find('=')));
  }
  static const int registered = on_exit(&MendExitCode, nullptr);
  (void)registered;  // If it failed, the exit code is Abseil's.
  parsing = true;
  std::vector<char*> words = absl::ParseCommandLine(argc, argv);
  parsing = false;
  return words;
}

}  // namespace aigateway
