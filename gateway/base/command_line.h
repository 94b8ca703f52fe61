#ifndef AIGATEWAY_GATEWAY_BASE_COMMAND_LINE_H_
#define AIGATEWAY_GATEWAY_BASE_COMMAND_LINE_H_

#include <vector>

namespace aigateway {

// Reads the flags as absl::ParseCommandLine() does and returns the words that
// are none, the program's own first. Where that ends the process, the exit code
// is as a shell user expects: 0 for --help (or -h) and its kin, 2 for a flag
// that is not known or has a wrong value. Called once, before any thread.
std::vector<char*> ParseFlagsOrExit(int argc, char** argv);

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_COMMAND_LINE_H_
