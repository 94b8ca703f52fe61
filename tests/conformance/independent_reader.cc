#include "tests/conformance/independent_reader.h"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"

#include "tests/conformance/independent_frames.h"

namespace aigateway {
namespace {

using nlohmann::json;

// "UTF-8 decode" of the Encoding Standard, which comes before all else: each
// maximal part of a broken sequence becomes U+FFFD.
std::string Decode(absl::string_view body) {
  std::string text;
  std::string sequence;
  int needed = 0;
  unsigned char lower = 0x80;
  unsigned char upper = 0xBF;
  for (size_t i = 0; i < body.size(); ++i) {
    const auto byte = static_cast<unsigned char>(body[i]);
    if (needed > 0) {
      const bool fits = byte >= lower && byte <= upper;
      lower = 0x80;
      upper = 0xBF;
      if (!fits) {
        text += "\xEF\xBF\xBD";
        sequence.clear();
        needed = 0;
        --i;  // The byte is looked at anew.
        continue;
      }
      sequence.push_back(static_cast<char>(byte));
      if (--needed == 0) {
        text += sequence;
        sequence.clear();
      }
      continue;
    }
    if (byte < 0x80) {
      text.push_back(static_cast<char>(byte));
    } else if (byte >= 0xC2 && byte <= 0xF4) {
      needed = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : 1;
      if (byte == 0xE0) lower = 0xA0;
      if (byte == 0xED) upper = 0x9F;
      if (byte == 0xF0) lower = 0x90;
      if (byte == 0xF4) upper = 0x8F;
      sequence.push_back(static_cast<char>(byte));
    } else {
      text += "\xEF\xBF\xBD";
    }
  }
  if (needed > 0) text += "\xEF\xBF\xBD";
  return text;
}

// The JSON library refuses half a surrogate pair, which JSON's grammar allows
// (RFC 8259, 8.2): it becomes U+FFFD.
std::string ReplaceLoneSurrogates(absl::string_view text) {
  std::string out;
  const auto unit = [&](size_t at) -> int {
    if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') {
      return -1;
    }
    int value = 0;
    for (const char c : text.substr(at + 2, 4)) {
      if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) return -1;
      value = value * 16 + (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return value;
  };
  for (size_t i = 0; i < text.size();) {
    const int value = unit(i);
    if (value >= 0xD800 && value <= 0xDBFF) {
      const int next = unit(i + 6);
      const bool pair = next >= 0xDC00 && next <= 0xDFFF;
      out += pair ? std::string(text.substr(i, 12)) : "\\ufffd";
      i += pair ? 12 : 6;
    } else if (value >= 0xDC00 && value <= 0xDFFF) {
      out += "\\ufffd";
      i += 6;
    } else {
      const size_t length = text[i] == '\\' ? 2 : 1;
      out += std::string(text.substr(i, length));
      i += length;
    }
  }
  return out;
}

std::vector<std::string> Lines(absl::string_view bytes) {
  const std::string text = Decode(bytes);
  absl::string_view body = text;
  if (body.substr(0, 3) == "\xEF\xBB\xBF") body.remove_prefix(3);
  std::vector<std::string> lines;
  std::string line;
  for (size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '\r' || body[i] == '\n') {
      if (body[i] == '\r' && i + 1 < body.size() && body[i + 1] == '\n') ++i;
      lines.push_back(line);
      line.clear();
    } else {
      line.push_back(body[i]);
    }
  }
  return lines;  // A line without its end does not count.
}

std::string Text(const json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : "";
}

int64_t Index(const json& object, int64_t otherwise) {
  const auto it = object.find("index");
  return it != object.end() && it->is_number_integer() ? it->get<int64_t>()
                                                       : otherwise;
}

const json& Member(const json& object, const char* key) {
  static const json* const kNone = new json;
  if (!object.is_object()) return *kNone;
  const auto it = object.find(key);
  return it == object.end() ? *kNone : *it;
}

// A string, or the text parts of an array.
std::string ContentText(const json& content) {
  if (content.is_string()) return content.get<std::string>();
  std::string text;
  if (!content.is_array()) return text;
  for (const json& part : content) {
    if (part.is_object() && Text(part, "type") == "text") {
      text += Text(part, "text");
    }
  }
  return text;
}

class Reader {
 public:
  explicit Reader(bool says_finish) { answer_.ended = !says_finish; }

  void OpenAi(const json& event) {
    if (!Member(event, "error").is_null()) answer_.failed = true;
    const json& choices = Member(event, "choices");
    if (!choices.is_array()) return;
    for (const json& choice : choices) {
      const int64_t index = Index(choice, 0);
      answer_.texts[index] +=
          ContentText(Member(Member(choice, "delta"), "content"));
      if (!Text(choice, "finish_reason").empty()) finished_.insert(index);
    }
  }

  void Anthropic(const std::string& name, const json& event) {
    // The event's name and its "type" say the same; either will do.
    const std::string said = Text(event, "type");
    const std::string& type = said.empty() ? name : said;
    if (type == "error") answer_.failed = true;
    if (type == "message_stop") answer_.ended = done_ = true;
    const json& delta = Member(event, "delta");
    const json& block = Member(event, "content_block");
    if (type == "content_block_start" && Text(block, "type") == "text") {
      answer_.texts[0] += Text(block, "text");
    } else if (type == "content_block_delta" &&
               Text(delta, "type") == "text_delta") {
      answer_.texts[0] += Text(delta, "text");
    }
  }

  void Gemini(const json& event) {
    if (!Member(event, "error").is_null()) answer_.failed = true;
    const json& candidates = Member(event, "candidates");
    if (!candidates.is_array()) {
      const json& feedback = Member(event, "promptFeedback");
      if (!Text(feedback, "blockReason").empty()) answer_.ended = true;
      return;
    }
    for (const json& candidate : candidates) {
      const int64_t index = Index(candidate, 0);
      std::string& text = answer_.texts[index];
      const json& parts = Member(Member(candidate, "content"), "parts");
      if (parts.is_array()) {
        for (const json& part : parts) {
          if (part.is_object() && Member(part, "thought") != json(true)) {
            text += Text(part, "text");
          }
        }
      }
      if (!Text(candidate, "finishReason").empty()) finished_.insert(index);
    }
  }

  void Cohere(const std::string& name, const json& event) {
    const std::string said = Text(event, "type");
    const std::string& type = said.empty() ? name : said;
    const json& delta = Member(event, "delta");
    if (type == "error" || !Member(event, "error").is_null() ||
        !Member(delta, "error").is_null() ||
        Member(event, "message").is_string()) {
      answer_.failed = true;
    }
    const json& content = Member(Member(delta, "message"), "content");
    if (type == "content-delta" ||
        (type == "content-start" && Text(content, "type") == "text")) {
      answer_.texts[0] += Text(content, "text");
    }
    if (type == "message-end" && !Text(delta, "finish_reason").empty()) {
      answer_.ended = done_ = true;
    }
  }

  void Responses(const std::string& name, const json& event) {
    const std::string said = Text(event, "type");
    const std::string& type = said.empty() ? name : said;
    const json& response = Member(event, "response");
    if (type == "error" || type == "response.failed" ||
        !Member(event, "error").is_null() ||
        !Member(response, "error").is_null()) {
      answer_.failed = true;
    }
    std::string& text = answer_.texts[0];
    if (type == "response.output_text.delta") text += Text(event, "delta");
    if (type != "response.completed" && type != "response.incomplete") return;
    answer_.ended = done_ = true;
    // The end repeats all of it, also what no piece came of.
    std::string whole;
    const json& output = Member(response, "output");
    if (!output.is_array()) return;
    for (const json& item : output) {
      const json& content = Member(item, "content");
      if (Text(item, "type") != "message" || !content.is_array()) continue;
      for (const json& part : content) whole += Text(part, "text");
    }
    if (whole.rfind(text, 0) == 0) text = whole;
  }

  void Ollama(const json& line) {
    if (!Member(line, "error").is_null()) answer_.failed = true;
    answer_.texts[0] += Text(Member(line, "message"), "content");
    if (Member(line, "done") == json(true)) answer_.ended = done_ = true;
  }

  void Replicate(const IndependentEvent& sse) {
    if (sse.type == "output") answer_.texts[0] += sse.data;
    if (sse.type == "error") answer_.failed = true;
    if (sse.type != "done") return;
    const json end = json::parse(ReplaceLoneSurrogates(sse.data), nullptr,
                                 /*allow_exceptions=*/false);
    if (!end.is_object()) answer_.broken = true;
    if (!Member(end, "reason").is_null()) answer_.failed = true;
    answer_.ended = done_ = true;
  }

  IndependentAnswer ReadLines(absl::string_view body) {
    for (absl::string_view line : absl::StrSplit(body, '\n')) {
      line = absl::StripAsciiWhitespace(line);
      if (done_ || line.empty()) continue;
      const json object = json::parse(ReplaceLoneSurrogates(Decode(line)),
                                      nullptr, /*allow_exceptions=*/false);
      if (object.is_object()) {
        Ollama(object);
      } else {
        answer_.broken = true;
      }
    }
    return answer_;
  }

  IndependentAnswer ReadBedrock(absl::string_view body) {
    bool whole = false;
    for (const IndependentFrame& frame : ReadFrames(body, &whole)) {
      if (frame.kind != "event") answer_.failed = true;
      const json event = json::parse(ReplaceLoneSurrogates(frame.payload),
                                     nullptr, /*allow_exceptions=*/false);
      if (frame.type == "contentBlockDelta") {
        answer_.texts[0] += Text(Member(event, "delta"), "text");
      }
      if (frame.type == "messageStop") answer_.ended = true;
      // What follows the last event is nobody's.
      if (frame.type == "metadata") return answer_;
    }
    answer_.broken = !whole;
    return answer_;
  }

  IndependentAnswer Read(absl::string_view format, absl::string_view body) {
    if (format == "ollama") return ReadLines(body);
    if (format == "bedrock-converse") return ReadBedrock(body);
    for (const IndependentEvent& sse : ReadEvents(body)) {
      if (done_) break;
      if (format == "replicate-sse") {
        Replicate(sse);
        continue;
      }
      const absl::string_view trimmed = absl::StripAsciiWhitespace(sse.data);
      if (trimmed == "[DONE]") {
        if (format == "openai-chat") answer_.ended = done_ = true;
        continue;
      }
      if (trimmed.empty()) continue;
      const json event = json::parse(ReplaceLoneSurrogates(trimmed), nullptr,
                                     /*allow_exceptions=*/false);
      if (event.is_discarded() || !event.is_object()) {
        answer_.broken = true;
        continue;
      }
      if (format == "openai-chat") OpenAi(event);
      if (format == "anthropic-messages") Anthropic(sse.type, event);
      if (format == "gemini") Gemini(event);
      if (format == "cohere-v2") Cohere(sse.type, event);
      if (format == "openai-responses") Responses(sse.type, event);
    }
    if (!answer_.texts.empty() && finished_.size() == answer_.texts.size()) {
      answer_.ended = true;
    }
    return answer_;
  }

 private:
  IndependentAnswer answer_;
  std::set<int64_t> finished_;  // Choices with a finish reason.
  bool done_ = false;
};

}  // namespace

std::vector<IndependentEvent> ReadEvents(absl::string_view body) {
  std::vector<IndependentEvent> events;
  IndependentEvent event;
  bool has_data = false;
  for (const std::string& line : Lines(body)) {
    if (line.empty()) {
      if (has_data) events.push_back(event);
      event = {};
      has_data = false;
      continue;
    }
    const size_t colon = line.find(':');
    std::string value =
        colon == std::string::npos ? "" : line.substr(colon + 1);
    if (!value.empty() && value[0] == ' ') value.erase(0, 1);
    const std::string field = line.substr(0, colon);
    if (field == "event") event.type = value;
    if (field != "data") continue;
    if (has_data) event.data += "\n";
    event.data += value;
    has_data = true;
  }
  return events;
}

IndependentAnswer ReadIndependently(absl::string_view format,
                                    absl::string_view body, bool says_finish) {
  return Reader(says_finish).Read(format, body);
}

}  // namespace aigateway
