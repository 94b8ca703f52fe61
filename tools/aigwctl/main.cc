// aigwctl: the gateway's command line.

#include <cstdlib>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"

#include "gateway/base/command_line.h"
#include "gateway/base/edit_distance.h"
#include "tools/aigwctl/chat.h"
#include "tools/aigwctl/client.h"
#include "tools/aigwctl/config_command.h"
#include "tools/aigwctl/embed.h"
#include "tools/aigwctl/explain.h"
#include "tools/aigwctl/listing.h"
#include "tools/aigwctl/targets_command.h"

ABSL_FLAG(std::string, address, "",
          "the gateway; also AIGATEWAY_LISTEN; default 127.0.0.1:50051");
ABSL_FLAG(std::string, admin_address, "",
          "its admin listener; also AIGATEWAY_ADMIN_LISTEN; default "
          "127.0.0.1:50052");
ABSL_FLAG(std::string, key, "", "the gateway key; also AIGATEWAY_KEY");
ABSL_FLAG(absl::Duration, timeout, absl::InfiniteDuration(),
          "how long to wait for an answer, e.g. 30s");
ABSL_FLAG(bool, json, false, "print messages as JSON, one a line");
ABSL_FLAG(std::string, model, "simulator", "chat, embed, explain: the model");
ABSL_FLAG(std::string, system, "", "chat, explain: a system message");
ABSL_FLAG(std::string, target, "", "chat, embed, explain: the only target");
ABSL_FLAG(
    bool, stream, true,
    "chat: print the answer as it comes; explain: RouteStream, not Route");
ABSL_FLAG(std::string, user, "", "explain: the end user");
ABSL_FLAG(std::vector<std::string>, tags, {}, "explain: the tags, by commas");
ABSL_FLAG(bool, failures, false, "events: only calls that failed");
ABSL_FLAG(bool, route, false, "chat: tell how the request was routed");

namespace aigateway {
namespace {

constexpr char kUsage[] =
    R"(aigwctl COMMAND [WORDS] [FLAGS]

  chat [PROMPT]           ask a model; without PROMPT it is read from stdin
  embed TEXT...           the vectors of texts, a line each
  models                  what the gateway can route
  providers, targets      what it is made of, and how that fares
  providers NAME          what becomes of each parameter there
  plugins                 which run when, and what came of it
  events                  each call as it ends, until Ctrl-C
  targets drain NAME      send it nothing from now on; also resume NAME, and
                          reset-breaker NAME
  config validate FILE    check a configuration here, without a gateway
  config diff FILE        what would change if the gateway ran FILE
  config reload [FILE]    run FILE, or again what the gateway started with
  config get              the configuration that runs, secrets withheld
  explain [PROMPT]        which targets a request would try, and why
  version                 of the gateway

Exit codes: 0 done; 1 the request failed; 2 it was wrong; 3 no gateway; 4 no
right to it. Flags (`aigwctl --helpfull`): --address --admin_address --key
--timeout --json; chat: --model --system --target --no-stream --route; embed:
--model --target; events: --failures; explain: --model --system --target --user
--tags --no-stream.
)";

std::string FlagOrVariable(const std::string& flag, const char* variable,
                           const char* otherwise) {
  if (!flag.empty()) return flag;
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

int Misused(const std::string& what) {
  std::cerr << "aigwctl: " << what << "\n\n" << kUsage;
  return 2;
}

int Chat(const ClientOptions& options, std::vector<std::string> words) {
  ChatCommand command;
  command.model = absl::GetFlag(FLAGS_model);
  command.system = absl::GetFlag(FLAGS_system);
  command.target = absl::GetFlag(FLAGS_target);
  command.stream = absl::GetFlag(FLAGS_stream);
  command.json = absl::GetFlag(FLAGS_json);
  command.route = absl::GetFlag(FLAGS_route);
  command.prompt = absl::StrJoin(words, " ");
  if (words.empty() || command.prompt == "-") {
    command.prompt.assign(std::istreambuf_iterator<char>(std::cin), {});
  }
  if (command.prompt.empty()) return Misused("there is nothing to ask");
  return RunChat(options, command);
}

int Embed(const ClientOptions& options, std::vector<std::string> words) {
  if (words.empty()) return Misused("there is no text");
  EmbedCommand command;
  command.model = absl::GetFlag(FLAGS_model);
  command.target = absl::GetFlag(FLAGS_target);
  command.texts = std::move(words);
  command.json = absl::GetFlag(FLAGS_json);
  return RunEmbed(options, command);
}

int Explain(const ClientOptions& options,
            const std::vector<std::string>& words) {
  ExplainCommand command;
  command.model = absl::GetFlag(FLAGS_model);
  command.system = absl::GetFlag(FLAGS_system);
  command.prompt = absl::StrJoin(words, " ");
  command.user = absl::GetFlag(FLAGS_user);
  command.target = absl::GetFlag(FLAGS_target);
  command.tags = absl::GetFlag(FLAGS_tags);
  command.stream = absl::GetFlag(FLAGS_stream);
  command.json = absl::GetFlag(FLAGS_json);
  return RunExplain(options, command);
}

int Config(const ClientOptions& options,
           const std::vector<std::string>& words) {
  const std::string verb = words.empty() ? "" : words[0];
  const std::string file = words.size() > 1 ? words[1] : "";
  if (words.size() > 2) return Misused("config takes one file");
  if (verb == "get") return ShowConfig(options);
  if (verb == "reload") return ReloadConfigFile(options, file);
  if (verb != "validate" && verb != "diff") {
    return Misused("config takes validate, diff, reload or get");
  }
  if (file.empty()) return Misused("config " + verb + " takes a file");
  return verb == "validate" ? ValidateConfigFile(file)
                            : DiffConfigFile(options, file);
}

int Targets(const ClientOptions& options, const std::vector<std::string>& words,
            bool json) {
  if (words.empty()) return ListTargets(options, json);
  const int code =
      words.size() == 2 ? SwitchTarget(options, json, words[0], words[1]) : -1;
  return code >= 0 ? code
                   : Misused(
                         "targets takes nothing, or drain, resume or "
                         "reset-breaker and a target's name");
}

int Providers(const ClientOptions& options,
              const std::vector<std::string>& words, bool json) {
  if (words.empty()) return ListProviders(options, json);
  if (words.size() == 1) return ShowProvider(options, json, words[0]);
  return Misused("providers takes nothing, or the name of one instance");
}

int Run(std::vector<std::string> words) {
  ClientOptions options;
  options.address = FlagOrVariable(absl::GetFlag(FLAGS_address),
                                   "AIGATEWAY_LISTEN", "127.0.0.1:50051");
  options.admin_address =
      FlagOrVariable(absl::GetFlag(FLAGS_admin_address),
                     "AIGATEWAY_ADMIN_LISTEN", "127.0.0.1:50052");
  options.key = FlagOrVariable(absl::GetFlag(FLAGS_key), "AIGATEWAY_KEY", "");
  options.timeout = absl::GetFlag(FLAGS_timeout);
  const bool json = absl::GetFlag(FLAGS_json);
  if (words.empty()) return Misused("what is to be done?");
  const std::string command = words[0];
  words.erase(words.begin());
  if (command == "chat") return Chat(options, std::move(words));
  if (command == "config") return Config(options, words);
  if (command == "embed") return Embed(options, std::move(words));
  if (command == "providers") return Providers(options, words, json);
  if (command == "targets") return Targets(options, words, json);
  if (command == "help") {
    std::cout << kUsage;
    return 0;
  }
  if (!words.empty() && command != "explain") {
    return Misused(command + " takes no further words");
  }
  if (command == "models") return ListModels(options, json);
  if (command == "events") {
    return WatchEvents(options, json, absl::GetFlag(FLAGS_failures));
  }
  if (command == "plugins") return ListPlugins(options, json);
  if (command == "version") return ShowVersion(options, json);
  if (command == "explain") return Explain(options, words);
  const std::string near = Nearest(
      command, {"chat", "embed", "models", "providers", "targets", "plugins",
                "events", "config", "version", "explain", "help"});
  return Misused("there is no command '" + command + "'" +
                 (near.empty() ? "" : "; is it " + near + "?"));
}

}  // namespace
}  // namespace aigateway

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage(aigateway::kUsage);
  // Abseil's own form is --nostream; people write the other one.
  static char no_stream[] = "--nostream";
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]) == "--no-stream") argv[i] = no_stream;
  }
  const std::vector<char*> words = aigateway::ParseFlagsOrExit(argc, argv);
  return aigateway::Run({words.begin() + 1, words.end()});
}
