#include <cstddef>
#include <iterator>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

#include "gateway/base/json_reader.h"
#include "gateway/base/json_writer.h"
#include "gateway/base/random.h"
#include "gateway/base/utf8.h"

namespace aigateway {
namespace {

// RFC 8259 written down as plainly as can be, to compare with.
class PlainGrammar {
 public:
  static bool Accepts(absl::string_view text) {
    PlainGrammar grammar(text);
    return IsValidUtf8(text) && grammar.Value(0) && grammar.text_.empty();
  }

 private:
  explicit PlainGrammar(absl::string_view text) : text_(text) {}

  char Peek() const { return text_.empty() ? '\0' : text_[0]; }
  bool Take(char c) {
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool TakeWord(absl::string_view word) {
    if (text_.substr(0, word.size()) != word) return false;
    text_.remove_prefix(word.size());
    return true;
  }
  void Space() {
    while (Take(' ') || Take('\t') || Take('\n') || Take('\r')) {
    }
  }
  bool Digits() {
    if (!absl::ascii_isdigit(Peek())) return false;
    while (absl::ascii_isdigit(Peek())) text_.remove_prefix(1);
    return true;
  }
  bool Number() {
    Take('-');
    if (!Take('0') && !Digits()) return false;
    if (Take('.') && !Digits()) return false;
    if (Take('e') || Take('E')) {
      if (!Take('+')) Take('-');
      if (!Digits()) return false;
    }
    return true;
  }
  bool String() {
    if (!Take('"')) return false;
    while (!text_.empty()) {
      const char c = text_[0];
      text_.remove_prefix(1);
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c != '\\') continue;
      if (Take('u')) {
        for (int i = 0; i < 4; ++i) {
          if (!absl::ascii_isxdigit(Peek())) return false;
          text_.remove_prefix(1);
        }
        continue;
      }
      if (text_.empty() || absl::string_view("\"\\/bfnrt").find(text_[0]) ==
                               absl::string_view::npos) {
        return false;
      }
      text_.remove_prefix(1);
    }
    return false;
  }
  bool Members(int depth) {
    Space();
    if (Take('}')) return true;
    do {
      Space();
      if (!String()) return false;
      Space();
      if (!Take(':') || !Value(depth)) return false;
    } while (Take(','));
    return Take('}');
  }
  bool Items(int depth) {
    Space();
    if (Take(']')) return true;
    do {
      if (!Value(depth)) return false;
    } while (Take(','));
    return Take(']');
  }
  bool Value(int depth) {
    Space();
    if (!Alone(depth)) return false;
    Space();
    return true;
  }
  bool Alone(int depth) {
    if (Peek() == '{' || Peek() == '[') {
      if (depth == JsonReader::kMaxDepth) return false;
      return Take('{') ? Members(depth + 1) : Take('[') && Items(depth + 1);
    }
    if (Peek() == '"') return String();
    return TakeWord("true") || TakeWord("false") || TakeWord("null") ||
           Number();
  }

  absl::string_view text_;
};

// Writes what a reader sees of `value` as JSON again.
absl::Status Copy(JsonValue& value, JsonWriter& out) {
  switch (value.kind()) {
    case JsonValue::Kind::kNull:
      out.Null();
      return absl::OkStatus();
    case JsonValue::Kind::kBool:
      out.Bool(*value.AsBool());
      return absl::OkStatus();
    case JsonValue::Kind::kNumber:
      out.Raw(value.Raw());
      return absl::OkStatus();
    case JsonValue::Kind::kString:
      out.String(*value.AsString());
      return absl::OkStatus();
    case JsonValue::Kind::kArray: {
      out.StartArray();
      const absl::Status status = value.ForEachItem(
          [&out](JsonValue& item) { return Copy(item, out); });
      if (status.ok()) out.EndArray();
      return status;
    }
    case JsonValue::Kind::kObject: {
      out.StartObject();
      const absl::Status status =
          value.ForEachField([&out](absl::string_view key, JsonValue& member) {
            out.Key(key);
            return Copy(member, out);
          });
      if (status.ok()) out.EndObject();
      return status;
    }
  }
  return absl::InternalError("no such kind");
}

class JsonReaderRandomTest : public ::testing::Test {
 protected:
  size_t Below(size_t limit) { return random_.Next() % limit; }

  // A text with a bit of everything, broken in a few places.
  std::string Mutated(std::string text) {
    static constexpr absl::string_view kPieces[] = {
        "{",       "}",       "[",    "]",    ",",        ":",
        "\"",      "\\",      "\\u",  "0",    "-",        "1e9",
        ".",       "true",    "nul",  " ",    "\n",       "\x01",
        "\x0C",    "\x1A",    "\xFF", "\xC3", "\xE2\x82", "\"a\"",
        "\\ud83d", "\\ude00", "{}",   "[]",   "\"a\":",   "\x7F"};
    for (size_t changes = Below(4); changes > 0; --changes) {
      const size_t at = Below(text.size() + 1);
      switch (Below(5)) {
        case 0:
          text.erase(at, 1 + Below(3));
          break;
        case 1:
          if (at < text.size()) text[at] = static_cast<char>(random_.Next());
          break;
        case 2:
          text.resize(at);
          break;
        case 3:
          text.insert(at, text.substr(Below(text.size() + 1), Below(20)));
          break;
        default: {
          const absl::string_view piece = kPieces[Below(std::size(kPieces))];
          text.insert(at, piece.data(), piece.size());
        }
      }
    }
    return text;
  }

  // A random valid text.
  std::string Grown(int depth) {
    static constexpr absl::string_view kScalars[] = {
        "0",
        "-1.5e3",
        "1e400",
        "12345678901234567890",
        "true",
        "false",
        "null",
        "\"\"",
        "\"a\\n\"",
        "\"\\u00e9\"",
        "\"\\ud83d\\ude00\"",
        "\"\xC3\xA9\"",
        "\"quite a long string, longer than a register\""};
    const size_t kind = Below(depth > 6 ? 4 : 7);
    if (kind < 4) {
      const absl::string_view scalar = kScalars[Below(std::size(kScalars))];
      return std::string(scalar);
    }
    std::string text(1, kind < 6 ? '{' : '[');
    const size_t count = Below(4);
    for (size_t i = 0; i < count; ++i) {
      if (i > 0) text.append(Below(2) == 0 ? "," : " ,\n");
      if (kind < 6) text.append(Below(2) == 0 ? "\"k\":" : "\"\\u006b\" : ");
      text.append(Grown(depth + 1));
    }
    text.push_back(kind < 6 ? '}' : ']');
    return text;
  }

  Random random_{20230307};
};

TEST_F(JsonReaderRandomTest, AgreesWithThePlainGrammarOnMutatedTexts) {
  JsonReader reader;
  int good = 0;
  int bad = 0;
  for (int i = 0; i < 60000; ++i) {
    const std::string text = Mutated(Grown(0));
    const bool expected = PlainGrammar::Accepts(text);
    ++(expected ? good : bad);
    ASSERT_EQ(IsJson(text), expected) << absl::CHexEscape(text);

    // Nobody looks at it; somebody looks at all of it.
    const absl::Status skimmed =
        reader.Read(text, [](JsonValue&) { return absl::OkStatus(); });
    std::string copy;
    JsonWriter writer(&copy);
    const absl::Status copied = reader.Read(
        text, [&writer](JsonValue& root) { return Copy(root, writer); });
    ASSERT_EQ(skimmed.ok(), copied.ok()) << absl::CHexEscape(text);
    // The reader repairs what is no text; nothing else may differ.
    if (IsValidUtf8(text) && text.substr(0, 3) != "\xEF\xBB\xBF") {
      ASSERT_EQ(copied.ok(), expected) << absl::CHexEscape(text);
    }
    if (copied.ok()) {
      ASSERT_TRUE(PlainGrammar::Accepts(copy)) << absl::CHexEscape(text);
    }
  }
  // Enough of both kinds, or the test shows nothing.
  EXPECT_GT(good, 10000);
  EXPECT_GT(bad, 10000);
}

TEST_F(JsonReaderRandomTest, ReadsTheSameFromWhatItWrote) {
  JsonReader reader;
  for (int i = 0; i < 5000; ++i) {
    const std::string text = Grown(0);
    std::string once;
    std::string twice;
    JsonWriter first(&once);
    ASSERT_TRUE(
        reader.Read(text, [&](JsonValue& root) { return Copy(root, first); })
            .ok())
        << text;
    JsonWriter second(&twice);
    ASSERT_TRUE(
        reader.Read(once, [&](JsonValue& root) { return Copy(root, second); })
            .ok())
        << once;
    ASSERT_EQ(once, twice);
  }
}

TEST_F(JsonReaderRandomTest, RefusesEveryTextCutShort) {
  JsonReader reader;
  const std::string text =
      R"({"a":[1,{"b":"c\n\ud83d\ude00"},true],"d":{"e":null}})";
  for (size_t cut = 0; cut < text.size(); ++cut) {
    EXPECT_FALSE(reader
                     .Read(text.substr(0, cut),
                           [](JsonValue&) { return absl::OkStatus(); })
                     .ok())
        << cut;
  }
}

TEST_F(JsonReaderRandomTest, HalfAWalkInOneMemberLeavesTheOthersWhole) {
  // Each callback looks at a random part of what it is given.
  JsonReader reader;
  for (int i = 0; i < 20000; ++i) {
    const std::string text = Mutated(Grown(0));
    std::vector<std::string> raws;
    const auto look = [&](auto& self, JsonValue& value) -> absl::Status {
      if (Below(3) == 0) return absl::OkStatus();
      if (Below(3) == 0) raws.emplace_back(value.Raw());
      (void)value.AsString();
      absl::Status status =
          value.ForEachField([&](absl::string_view, JsonValue& member) {
            return self(self, member);
          });
      if (!status.ok()) return status;
      return value.ForEachItem(
          [&](JsonValue& item) { return self(self, item); });
    };
    const absl::Status status =
        reader.Read(text, [&](JsonValue& root) { return look(look, root); });
    const absl::Status skimmed =
        reader.Read(text, [](JsonValue&) { return absl::OkStatus(); });
    ASSERT_EQ(status.ok(), skimmed.ok()) << absl::CHexEscape(text);
    if (!status.ok()) continue;
    for (const std::string& raw : raws) {
      ASSERT_TRUE(PlainGrammar::Accepts(raw)) << absl::CHexEscape(raw);
    }
  }
}

}  // namespace
}  // namespace aigateway
