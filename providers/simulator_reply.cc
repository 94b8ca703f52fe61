#include "providers/simulator_reply.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "gateway/base/json_writer.h"
#include "gateway/base/utf8.h"
#include "providers/simulator_schema.h"
#include "providers/simulator_tokens.h"

namespace aigateway {
namespace {

using Format = SimulatorRequest::Format;
using ToolChoice = SimulatorRequest::ToolChoice;

constexpr size_t kExcerptBytes = 160;

const char* const kFiller[] = {
    " The",   " simulator", " goes", " on",   " with",   " plain",
    " words", " so",        " that", " a",    " longer", " answer",
    " has",   " enough",    " to",   " say.",
};

// FNV-1a: the same on every machine, unlike absl::Hash.
uint64_t Hash(absl::string_view text, uint64_t hash = 0xcbf29ce484222325u) {
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }
  return hash;
}

uint64_t HashOf(const SimulatorRequest& request) {
  uint64_t hash = Hash(request.model);
  hash = Hash(request.user_text, hash);
  hash = Hash(request.prefill, hash);
  hash = Hash(request.tool_result, hash);
  return Hash(absl::StrCat(request.prompt_tokens), hash);
}

// The beginning of `text` in one line.
std::string Excerpt(absl::string_view text) {
  std::string line = Truncate(text, kExcerptBytes);
  absl::RemoveExtraAsciiWhitespace(&line);
  return line;
}

std::string PlainText(const SimulatorRequest& request, int choice) {
  std::string said;
  if (request.ends_with_tool) {
    said = absl::StrCat("The tool answered: \"", Excerpt(request.tool_result),
                        "\".");
  } else if (const std::string asked = Excerpt(request.user_text);
             !asked.empty()) {
    said = absl::StrCat("You said: \"", asked, "\".");
  } else {
    said = "You said nothing that can be read as text.";
  }
  std::string text = absl::StrCat(
      "This is the simulator, a stand-in for a real model, asked as \"",
      Excerpt(request.model), "\". ", said,
      " It answers by a fixed rule: the same question gets the same words, no "
      "provider is called and nothing is spent.");
  if (choice > 0) absl::StrAppend(&text, " This is choice ", choice + 1, ".");
  return text;
}

std::string JsonText(const SimulatorRequest& request, int choice) {
  if (request.format == Format::kJsonSchema) {
    return SampleOfSchema(request.schema);
  }
  std::string json;
  {
    JsonWriter out(&json);
    out.StartObject();
    out.Field("answer", PlainText(request, choice));
    out.Field("model", request.model);
    out.EndObject();
  }
  return json;
}

std::string Reasoning(const SimulatorRequest& request) {
  if (request.reasoning_effort.empty() || request.reasoning_effort == "none") {
    return std::string();
  }
  return absl::StrCat(
      "The question is \"", Excerpt(request.user_text),
      "\". A simulator has no need to think, but was asked to (",
      Excerpt(request.reasoning_effort),
      "), and so it writes down this much before it answers.");
}

// The text with exactly `count` tokens: cut, or gone on with.
std::string WithTokens(absl::string_view text, int64_t count) {
  std::string sized;
  int64_t tokens = 0;
  for (; tokens < count && !text.empty(); ++tokens) {
    absl::StrAppend(&sized, TakeSimulatorToken(&text));
  }
  for (uint64_t i = 0; tokens < count; ++tokens, ++i) {
    absl::StrAppend(&sized, SimulatorFiller(i));
  }
  return sized;
}

bool IsWordAt(absl::string_view text, size_t at, size_t length) {
  const auto is_name = [&text](size_t i) {
    return i < text.size() &&
           (absl::ascii_isalnum(static_cast<unsigned char>(text[i])) ||
            text[i] == '_' || text[i] == '-');
  };
  return (at == 0 || !is_name(at - 1)) && !is_name(at + length);
}

bool Mentions(absl::string_view text, absl::string_view name) {
  for (size_t at = text.find(name); at != absl::string_view::npos;
       at = text.find(name, at + 1)) {
    if (IsWordAt(text, at, name.size())) return true;
  }
  return false;
}

// The tools that are to be called, in the order of the request.
std::vector<const SimulatorRequest::Tool*> ToolsToCall(
    const SimulatorRequest& request) {
  std::vector<const SimulatorRequest::Tool*> tools;
  if (request.tool_choice == ToolChoice::kNone) return tools;
  for (const SimulatorRequest::Tool& tool : request.tools) {
    const bool wanted =
        request.tool_choice == ToolChoice::kNamed
            ? tool.name == request.tool_name
            // Results are answered in words, or there would be no end.
            : !request.ends_with_tool && !request.ends_with_assistant &&
                  Mentions(request.user_text, tool.name);
    if (wanted) tools.push_back(&tool);
  }
  if (tools.empty() && request.tool_choice == ToolChoice::kRequired) {
    tools.push_back(&request.tools.front());
  }
  if (tools.size() > 1 && !request.parallel_tool_calls) tools.resize(1);
  return tools;
}

// Cuts `text` at the first of the stop texts.
void CutAtStop(const std::vector<std::string>& stop, std::string* text) {
  size_t end = text->size();
  for (const std::string& each : stop) end = std::min(end, text->find(each));
  text->resize(end);
}

// Hands out the tokens that a limit leaves.
class Allowance {
 public:
  explicit Allowance(int64_t tokens) : left_(tokens) {}

  // Cuts `text` to what is left and takes that. Returns the tokens taken.
  int64_t Take(std::string* text) {
    absl::string_view rest = *text;
    int64_t taken = 0;
    for (; taken < left_ && !rest.empty(); ++taken) TakeSimulatorToken(&rest);
    passed_ = passed_ || !rest.empty();
    text->resize(text->size() - rest.size());
    left_ -= taken;
    return taken;
  }

  // Takes one token; returns false if none is left.
  bool TakeOne() {
    if (left_ == 0) passed_ = true;
    if (left_ > 0) --left_;
    return !passed_;
  }

  bool passed() const { return passed_; }

 private:
  int64_t left_;
  bool passed_ = false;
};

// Applies the token limit to `choice` and counts it.
void Limit(const SimulatorRequest& request, SimulatorReply::Choice* choice,
           SimulatorReply* reply) {
  Allowance allowance(
      request.max_tokens.value_or(std::numeric_limits<int64_t>::max()));
  const int64_t reasoning = allowance.Take(&choice->reasoning);
  reply->reasoning_tokens += reasoning;
  reply->completion_tokens += reasoning + allowance.Take(&choice->text);
  for (size_t i = 0; i < choice->tool_calls.size(); ++i) {
    if (!allowance.TakeOne()) {
      choice->tool_calls.resize(i);
      break;
    }
    reply->completion_tokens +=
        1 + allowance.Take(&choice->tool_calls[i].arguments);
  }
  if (allowance.passed()) choice->finish_reason = "length";
}

}  // namespace

absl::string_view SimulatorFiller(uint64_t index) {
  return kFiller[index % std::size(kFiller)];
}

SimulatorReply ComposeSimulatorReply(const SimulatorRequest& request,
                                     const SimulatorOptions& options) {
  SimulatorReply reply;
  const std::string mark =
      absl::StrCat(absl::Hex(HashOf(request), absl::kZeroPad16));
  reply.id = absl::StrCat("chatcmpl-sim-", mark);
  reply.prompt_tokens = request.prompt_tokens;
  reply.cached_tokens =
      std::min(options.cached_tokens.value_or(0), request.prompt_tokens);
  const std::vector<const SimulatorRequest::Tool*> tools = ToolsToCall(request);
  for (int index = 0; index < request.n; ++index) {
    SimulatorReply::Choice choice;
    choice.finish_reason = tools.empty() ? "stop" : "tool_calls";
    choice.reasoning = Reasoning(request);
    for (const SimulatorRequest::Tool* tool : tools) {
      choice.tool_calls.push_back(
          {.id = absl::StrCat("call_sim_", mark, "_", index, "_",
                              choice.tool_calls.size()),
           .name = tool->name,
           .arguments = SampleOfSchema(tool->parameters)});
    }
    if (tools.empty() && request.format == Format::kText) {
      choice.text = PlainText(request, index);
      if (options.tokens.has_value()) {
        choice.text = WithTokens(choice.text, *options.tokens);
      }
    } else if (tools.empty()) {
      choice.text = JsonText(request, index);
    }
    if (absl::StartsWith(choice.text, request.prefill)) {
      choice.text.erase(0, request.prefill.size());
    }
    CutAtStop(request.stop, &choice.text);
    Limit(request, &choice, &reply);
    reply.choices.push_back(std::move(choice));
  }
  return reply;
}

}  // namespace aigateway
