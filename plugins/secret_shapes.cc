#include "plugins/secret_shapes.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "plugins/known_pattern.h"

namespace aigateway {
namespace {

constexpr int kNoLimit = -1;

// A run of characters, each matched by `one`, a pattern of one character.
struct Run {
  std::string one;
  int min = 1;
  int max = 1;
};
using Runs = std::vector<Run>;

// The runs of a literal text.
Runs Text(absl::string_view text) {
  Runs runs;
  for (const char c : text) {
    runs.push_back({re2::RE2::QuoteMeta(re2::StringPiece(&c, 1))});
  }
  return runs;
}

Runs Join(std::initializer_list<Runs> lists) {
  Runs joined;
  for (const Runs& runs : lists) {
    joined.insert(joined.end(), runs.begin(), runs.end());
  }
  return joined;
}

Runs Of(absl::string_view one, int min, int max) {
  return {{std::string(one), min, max}};
}

std::string Repeat(const Run& run, int min) {
  if (run.max == kNoLimit) return absl::StrCat(run.one, "{", min, ",}");
  if (min == run.max) {
    return min == 1 ? run.one : absl::StrCat(run.one, "{", min, "}");
  }
  return absl::StrCat(run.one, "{", min, ",", run.max, "}");
}

std::string Whole(const Runs& runs) {
  std::string pattern;
  for (const Run& run : runs) pattern += Repeat(run, run.min);
  return pattern;
}

// Any beginning of what Whole() matches, up to the end of the text.
std::string Beginning(const Runs& runs) {
  std::string pattern = absl::StrCat(Repeat(runs.back(), 0), "\\z");
  for (size_t i = runs.size() - 1; i-- > 0;) {
    const Run& run = runs[i];
    const bool single = run.min == 1 && run.max == 1;
    pattern = absl::StrCat("(?:", single ? "" : Repeat(run, 0), "\\z|",
                           Repeat(run, run.min), pattern, ")");
  }
  return pattern;
}

constexpr char kAlnum[] = "[0-9A-Za-z]";
constexpr char kUrlSafe[] = "[0-9A-Za-z_-]";

// Where a word begins: behind no letter, or behind a line feed and its like
// that are written out, whose last letter is none of the word.
constexpr char kWordBegin[] = R"((?:\b|\\[nrt]))";

// A credential: how it begins and goes on.
struct Row {
  const char* name;
  Runs runs;
  // What may follow and then belongs to it.
  Runs tail = {};
  bool begins_word = true;
};

// The forms are those that the issuers document, or that their keys have had so
// far; checked 2026-11.
std::vector<Row> Rows() {
  return {
      {"aws-access-key-id",
       Join({Text("A"), Of("[KS]", 1, 1), Text("IA"), Of("[0-9A-Z]", 16, 16)})},
      {"github-token", Join({Text("gh"), Of("[oprsu]", 1, 1), Text("_"),
                             Of(kAlnum, 36, kNoLimit)})},
      {"github-token",
       Join({Text("github_pat_"), Of("[0-9A-Za-z_]", 60, kNoLimit)})},
      {"gitlab-token", Join({Text("glpat-"), Of(kUrlSafe, 20, kNoLimit)})},
      {"slack-token", Join({Text("xox"), Of("[abeoprs]", 1, 1), Text("-"),
                            Of("[0-9A-Za-z-]", 20, kNoLimit)})},
      {"slack-token", Join({Text("xapp-"), Of("[0-9A-Za-z-]", 20, kNoLimit)})},
      {"slack-webhook", Join({Text("hooks.slack.com/services/"),
                              Of("[0-9A-Za-z/_-]", 30, kNoLimit)})},
      {"anthropic-key", Join({Text("sk-ant-"), Of(kUrlSafe, 32, kNoLimit)})},
      {"openrouter-key", Join({Text("sk-or-v1-"), Of(kAlnum, 32, kNoLimit)})},
      {"openai-key", Join({Text("sk-proj-"), Of(kUrlSafe, 32, kNoLimit)})},
      {"openai-key", Join({Text("sk-svcacct-"), Of(kUrlSafe, 32, kNoLimit)})},
      {"openai-key", Join({Text("sk-admin-"), Of(kUrlSafe, 32, kNoLimit)})},
      // Of OpenAI once, and of others whose keys look the same.
      {"openai-key", Join({Text("sk-"), Of(kAlnum, 32, kNoLimit)})},
      {"google-api-key", Join({Text("AIza"), Of(kUrlSafe, 35, 35)})},
      {"google-oauth-token", Join({Text("ya29."), Of(kUrlSafe, 20, kNoLimit)})},
      {"groq-key", Join({Text("gsk_"), Of(kAlnum, 40, kNoLimit)})},
      {"xai-key", Join({Text("xai-"), Of(kAlnum, 40, kNoLimit)})},
      {"hugging-face-token", Join({Text("hf_"), Of(kAlnum, 30, kNoLimit)})},
      {"stripe-key",
       Join({Of("[rs]", 1, 1), Text("k_live_"), Of(kAlnum, 16, kNoLimit)})},
      {"npm-token", Join({Text("npm_"), Of(kAlnum, 36, kNoLimit)})},
      {"pypi-token", Join({Text("pypi-AgE"), Of(kUrlSafe, 50, kNoLimit)})},
      {"sendgrid-key", Join({Text("SG."), Of(kUrlSafe, 16, 64), Text("."),
                             Of(kUrlSafe, 16, kNoLimit)})},
      {"json-web-token",
       Join({Text("eyJ"), Of(kUrlSafe, 8, kNoLimit), Text(".eyJ"),
             Of(kUrlSafe, 8, kNoLimit), Text("."), Of(kUrlSafe, 8, kNoLimit)})},
      // RFC 7468 and its elders: RFC 1421 has lines such as "Proc-Type: ..."
      // and "DEK-Info: AES-128-CBC,..." before the key, OpenPGP has
      // "Version: ...". The lines may be one, with "\n" in it; the end may be
      // missing.
      {"private-key",
       Join({Text("-----BEGIN "), Of("[0-9A-Z ]", 0, 24), Text("PRIVATE KEY"),
             Of("[A-Z ]", 0, 8), Text("-----"),
             Of(R"((?:[0-9A-Za-z+/=\s\\:,.()]|-(?:[0-9A-Za-z]|\z)))", 24,
                kNoLimit)}),
       Join({Text("-----END "), Of("[0-9A-Z ]", 0, 36), Text("-----")}),
       /*begins_word=*/false},
  };
}

// What a secret is assigned to, and how: `api_key = "..."`, `"token": "..."`.
std::vector<Runs> SecretNames() {
  const Runs dash = Of("[ _-]", 0, 1);
  return {Text("password"),
          Text("passwd"),
          Text("passphrase"),
          Text("secret"),
          Text("token"),
          Join({Text("api"), dash, Text("key")}),
          Join({Text("access"), dash, Text("key")})};
}
Runs Assignment() {
  return Join({Of(R"(["'\s])", 0, 4), Of("[:=]", 1, 2), Of(">", 0, 1),
               Of(R"(["'\s])", 0, 4)});
}
Runs AssignedValue() { return Of(R"([^\s"'<>{}()\[\],;&])", 16, kNoLimit); }

// Bits for each character, as the text itself has them.
double Entropy(absl::string_view text) {
  std::array<int, 256> counts{};
  for (const char c : text) ++counts[static_cast<unsigned char>(c)];
  double bits = 0;
  for (const int count : counts) {
    if (count == 0) continue;
    const double share = static_cast<double>(count) / text.size();
    bits -= share * std::log2(share);
  }
  return bits;
}

// Words and names have less, and no digits among their letters.
bool IsRandom(absl::string_view value) {
  bool has_digit = false;
  bool has_letter = false;
  for (const char c : value) {
    has_digit = has_digit || absl::ascii_isdigit(static_cast<unsigned char>(c));
    has_letter =
        has_letter || absl::ascii_isalpha(static_cast<unsigned char>(c));
  }
  return has_digit && has_letter && Entropy(value) >= 3.5;
}

}  // namespace

std::vector<SecretShape> KnownSecretShapes() {
  std::vector<SecretShape> shapes;
  for (const Row& row : Rows()) {
    std::string pattern = Whole(row.runs);
    if (!row.tail.empty()) {
      absl::StrAppend(&pattern, "(?:", Whole(row.tail), ")?");
    }
    if (!row.begins_word) {
      shapes.push_back({row.name, CompileKnownPattern(pattern)});
      continue;
    }
    shapes.push_back(
        {row.name,
         CompileKnownPattern(absl::StrCat(kWordBegin, "(", pattern, ")")), 1});
  }
  return shapes;
}

SecretShape AssignedSecretShape() {
  std::vector<std::string> names;
  for (const Runs& name : SecretNames()) names.push_back(Whole(name));
  return {"assigned-secret",
          CompileKnownPattern(absl::StrCat("(?i)(?:", absl::StrJoin(names, "|"),
                                           ")", Whole(Assignment()), "(",
                                           Whole(AssignedValue()), ")")),
          1, &IsRandom};
}

std::unique_ptr<re2::RE2> SecretBeginnings(bool assigned) {
  std::vector<std::string> words;
  std::vector<std::string> others;
  for (const Row& row : Rows()) {
    std::string beginning = Beginning(row.runs);
    if (!row.tail.empty()) {
      beginning = absl::StrCat("(?:", beginning, "|", Whole(row.runs),
                               Beginning(row.tail), ")");
    }
    (row.begins_word ? words : others).push_back(std::move(beginning));
  }
  std::string pattern =
      absl::StrCat(kWordBegin, "(?:", absl::StrJoin(words, "|"), R"()|\\\z|)",
                   absl::StrJoin(others, "|"));
  if (assigned) {
    for (const Runs& name : SecretNames()) {
      absl::StrAppend(
          &pattern,
          "|(?i:", Beginning(Join({name, Assignment(), AssignedValue()})), ")");
    }
  }
  return CompileKnownPattern(pattern);
}

}  // namespace aigateway
