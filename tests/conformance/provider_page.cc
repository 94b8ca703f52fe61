#include "tests/conformance/provider_page.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"

#include "gateway/base/check.h"
#include "gateway/base/registry.h"
#include "gateway/net/http_message.h"
#include "providers/capability_probe.h"

namespace aigateway {
namespace {

constexpr char kPage[] = "docs/providers.md";
constexpr absl::string_view kMarks[] = {"–", "○", "●"};

// The cells of each row of the table below `heading`, by its first cell.
std::map<std::string, std::vector<std::string>> ReadTable(
    absl::string_view heading) {
  std::map<std::string, std::vector<std::string>> rows;
  std::ifstream page(kPage);
  EXPECT_TRUE(page.good()) << kPage;
  std::string line;
  bool here = false;
  while (std::getline(page, line)) {
    if (absl::StartsWith(line, "## ")) here = line == heading;
    if (!here || !absl::StartsWith(line, "| `")) continue;
    std::vector<std::string> cells;
    const absl::string_view row =
        absl::StripSuffix(absl::StripPrefix(line, "|"), "|");
    for (const absl::string_view cell : absl::StrSplit(row, '|')) {
      cells.emplace_back(absl::StripAsciiWhitespace(cell));
    }
    const std::string type = cells[0].substr(1, cells[0].size() - 2);
    EXPECT_TRUE(rows.emplace(type, std::move(cells)).second)
        << "twice: " << type;
  }
  return rows;
}

// The texts in backticks.
std::vector<std::string> Quoted(absl::string_view cell) {
  std::vector<std::string> quoted;
  const std::vector<std::string> pieces = absl::StrSplit(cell, '`');
  for (size_t i = 1; i < pieces.size(); i += 2) quoted.push_back(pieces[i]);
  return quoted;
}

const ProviderType& Entry(const std::string& type) {
  const ProviderType* entry = Registry<ProviderType>::Global().Find(type);
  AIGW_CHECK(entry != nullptr);
  return *entry;
}

v1::ChatRequest Hello() {
  v1::ChatRequest chat;
  v1::Message& message = *chat.add_messages();
  message.set_role(v1::ROLE_USER);
  message.set_content("hi");
  return chat;
}

// Whether an answer's thoughts are read, in the form in which the servers of
// open models give them, where one cannot ask for them.
bool ReadsThoughts(const Provider& codec) {
  const HttpResponse response = {
      .status = 200,
      .body = R"({"id":"r1","object":"chat.completion","created":1,)"
              R"("model":"m1","choices":[{"index":0,"message":)"
              R"({"role":"assistant","content":"a","reasoning_content":"b"},)"
              R"("finish_reason":"stop"}]})"};
  v1::ChatRequest chat = Hello();
  chat.set_model("m1");
  std::vector<std::string> warnings;
  const auto answer = codec.ParseResponse(
      response, chat, {.model = "m1", .warnings = &warnings});
  if (!answer.ok()) return false;
  const auto* const whole = std::get_if<v1::ChatResponse>(&*answer);
  return whole != nullptr && whole->choices_size() == 1 &&
         whole->choices(0).message().reasoning_content() == "b";
}

ProbedCapabilities Probe(const std::string& type, const Provider& codec) {
  return ProbeCapabilities(codec, ModelsToProbe(&Entry(type)));
}

// The parameters with that handling, as a cell: "`n`, `seed`*".
std::string ParametersWith(v1::ParameterHandling handling,
                           const ProbedCapabilities& probed) {
  std::vector<std::string> names;
  for (const v1::ParameterSupport& support : probed.parameters) {
    if (support.handling() != handling) continue;
    names.push_back(absl::StrCat("`", support.parameter(), "`",
                                 support.by_model() ? "*" : ""));
  }
  return names.empty() ? "–" : absl::StrJoin(names, ", ");
}

// Those that are sent to some models only.
std::string ParametersByModel(const ProbedCapabilities& probed) {
  std::vector<std::string> names;
  for (const v1::ParameterSupport& support : probed.parameters) {
    if (support.handling() != v1::PARAMETER_HANDLING_SENT) continue;
    if (!support.by_model()) continue;
    names.push_back(absl::StrCat("`", support.parameter(), "`"));
  }
  return names.empty() ? "–" : absl::StrJoin(names, ", ");
}

}  // namespace

std::map<std::string, std::map<Feature, FeatureMark>> ReadFeatureTable() {
  std::map<std::string, std::map<Feature, FeatureMark>> table;
  for (const auto& [type, cells] : ReadTable("## What works")) {
    EXPECT_EQ(cells.size(), AllFeatures().size() + 1) << type;
    if (cells.size() != AllFeatures().size() + 1) continue;
    for (size_t i = 0; i < AllFeatures().size(); ++i) {
      const auto* const mark =
          std::find(std::begin(kMarks), std::end(kMarks), cells[i + 1]);
      EXPECT_NE(mark, std::end(kMarks)) << type << ": " << cells[i + 1];
      table[type][AllFeatures()[i]] =
          static_cast<FeatureMark>(mark - std::begin(kMarks));
    }
  }
  return table;
}

std::map<std::string, SettingsRow> ReadSettingsTable() {
  std::map<std::string, SettingsRow> table;
  for (const auto& [type, cells] : ReadTable("## Settings")) {
    EXPECT_EQ(cells.size(), 4u) << type;
    if (cells.size() != 4) continue;
    SettingsRow& row = table[type];
    const std::vector<std::string> urls = Quoted(cells[1]);
    row.base_url = urls.empty() ? "" : urls[0];
    row.key_variables = Quoted(cells[2]);
    for (std::string& option : Quoted(cells[3])) {
      row.options.insert(std::move(option));
    }
  }
  return table;
}

std::vector<std::string> TypesInOrder() {
  std::vector<std::string> types = Registry<ProviderType>::Global().Names();
  std::sort(types.begin(), types.end(),
            [](const std::string& a, const std::string& b) {
              return std::make_pair(Entry(a).order, a) <
                     std::make_pair(Entry(b).order, b);
            });
  return types;
}

std::unique_ptr<Provider> MakeCodecOf(const std::string& type) {
  config::v1::ProviderConfig config;
  config.set_name(type);
  config.set_type(type);
  const bool in_memory = Entry(type).make_responder != nullptr;
  if (!in_memory) {
    // Cloudflare's path names the account.
    config.set_base_url(type == "cloudflare"
                            ? "http://127.0.0.1:1/client/v4/accounts/acme/ai/v1"
                            : "http://127.0.0.1:1");
    config.set_api_key("test-key");
  }
  absl::StatusOr<std::unique_ptr<Provider>> codec = Entry(type).create(config);
  EXPECT_TRUE(codec.ok()) << type << ": " << codec.status();
  if (!codec.ok()) return nullptr;
  return *std::move(codec);
}

std::set<Feature> FeaturesOfCode(const std::string& type) {
  std::set<Feature> features = {Feature::kErrors};
  const std::unique_ptr<Provider> codec = MakeCodecOf(type);
  if (codec == nullptr) return features;
  const auto add = [&](Feature feature, bool has) {
    if (has) features.insert(feature);
  };
  const v1::ModelCapabilities can = Probe(type, *codec).features;
  const bool chat = can.chat();
  add(Feature::kChat, chat);
  add(Feature::kStream, can.streaming());
  add(Feature::kTools, can.tools());
  add(Feature::kParallelTools, can.tools());
  add(Feature::kImages, can.image_input());
  add(Feature::kReasoning, can.reasoning() || ReadsThoughts(*codec));
  add(Feature::kStructuredOutput, can.json_schema() || can.json_object());
  add(Feature::kUsage, chat);
  // Neither counts what it kept.
  add(Feature::kCachedUsage, chat && type != "ollama" && type != "replicate");
  add(Feature::kEmbeddings, can.embeddings());
  add(Feature::kModels, codec->BuildModelsRequest("test-key", "").ok());
  return features;
}

std::vector<std::string> FeatureTable(
    const std::map<std::string, std::set<Feature>>& recorded) {
  std::vector<std::string> lines(2);
  lines[0] = "| type |";
  lines[1] = "| --- |";
  for (const Feature feature : AllFeatures()) {
    absl::StrAppend(&lines[0], " ", TitleOf(feature), " |");
    absl::StrAppend(&lines[1], " --- |");
  }
  for (const std::string& type : TypesInOrder()) {
    const std::set<Feature> code = FeaturesOfCode(type);
    const auto shown = recorded.find(type);
    std::string& line = lines.emplace_back(absl::StrCat("| `", type, "` |"));
    for (const Feature feature : AllFeatures()) {
      const bool is_recorded =
          shown != recorded.end() && shown->second.contains(feature);
      const FeatureMark mark = is_recorded              ? FeatureMark::kRecorded
                               : code.contains(feature) ? FeatureMark::kCode
                                                        : FeatureMark::kNone;
      absl::StrAppend(&line, " ", kMarks[static_cast<size_t>(mark)], " |");
    }
  }
  return lines;
}

std::map<std::string, std::string> ReadParameterTable() {
  std::map<std::string, std::string> table;
  for (const auto& [type, cells] :
       ReadTable("## What becomes of a parameter")) {
    table[type] = absl::StrCat("| ", absl::StrJoin(cells, " | "), " |");
  }
  return table;
}

std::string ParameterRow(const std::string& type) {
  const std::unique_ptr<Provider> codec = MakeCodecOf(type);
  if (codec == nullptr) return "";
  const ProbedCapabilities probed = Probe(type, *codec);
  return absl::StrCat(
      "| `", type, "` | ", ParametersByModel(probed), " | ",
      ParametersWith(v1::PARAMETER_HANDLING_ADAPTED, probed), " | ",
      ParametersWith(v1::PARAMETER_HANDLING_DROPPED, probed), " | ",
      ParametersWith(v1::PARAMETER_HANDLING_REFUSED, probed), " |");
}

}  // namespace aigateway
