// Reported cases 030 to 033 and 036: a cache gives out what was asked for and
// no half of it; guards see all that is sent, in every script, and streams as
// they see whole answers.

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/fakes/fake_upstream.h"
#include "tests/integration/case_script.h"
#include "tests/integration/gateway_process.h"

namespace aigateway {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class GuardCases : public testing::Test {
 protected:
  GatewayProcess::Options With(const std::string& plugins) {
    return {.config = absl::StrCat("providers:\n", Instance("a", a_),
                                   "targets:\n- {virtual_key: a, models: [m1]}"
                                   "\nplugins:\n",
                                   plugins)};
  }

  // Refused by the plugin, which says nothing of the text.
  void ExpectRefused(const Seen& seen, const std::string& what,
                     const std::string& plugin = "word-filter") {
    EXPECT_EQ(seen.status.error_code(), grpc::StatusCode::FAILED_PRECONDITION)
        << what;
    EXPECT_EQ(seen.reason(), "GUARDRAIL_REJECTED") << what;
    google::rpc::ErrorInfo info;
    ASSERT_TRUE(seen.Details(&info)) << what;
    EXPECT_EQ(info.metadata().at("plugin"), plugin);
    EXPECT_THAT(seen.message() + info.ShortDebugString(),
                AllOf(Not(HasSubstr("fish")), Not(HasSubstr("FISH")),
                      Not(HasSubstr("hello"))));
  }

  FakeUpstream a_;
};

v1::ChatRequest Chat(const std::string& text) {
  v1::ChatRequest chat = EmptyChat();
  AddMessage(v1::ROLE_USER, text, chat);
  return chat;
}

struct Hidden {
  const char* where;
  std::function<void(v1::ChatRequest&)> put;
};

const std::vector<Hidden>& HiddenWords() {
  static const auto* const hidden = new std::vector<Hidden>{
      {"text", [](auto& c) { AddMessage(v1::ROLE_USER, "a swordfish", c); }},
      {"second part",
       [](auto& c) {
         v1::Message& message = AddMessage(v1::ROLE_USER, "", c);
         message.clear_content();
         message.add_parts()->set_text("harmless");
         message.add_parts()->set_text("a swordfish");
       }},
      {"system", [](auto& c) { AddMessage(v1::ROLE_SYSTEM, "swordfish", c); }},
      {"tool",
       [](auto& c) {
         AddToolCall("t1", "f", "{}", AddMessage(v1::ROLE_ASSISTANT, "", c));
         AddToolResult("t1", "swordfish", c);
       }},
      {"arguments",
       [](auto& c) {
         AddToolCall("t1", "f", R"({"q":"swordfish"})",
                     AddMessage(v1::ROLE_ASSISTANT, "", c));
         AddToolResult("t1", "ok", c);
       }},
      {"escaped arguments",
       [](auto& c) {
         AddToolCall("t1", "f", R"({"q":"\u0073wordfish"})",
                     AddMessage(v1::ROLE_ASSISTANT, "", c));
         AddToolResult("t1", "ok", c);
       }},
      {"earlier turn",
       [](auto& c) {
         AddMessage(v1::ROLE_USER, "swordfish", c);
         AddMessage(v1::ROLE_ASSISTANT, "well", c);
         AddMessage(v1::ROLE_USER, "go on", c);
       }},
      {"description of a tool",
       [](auto& c) {
         AddTool("f", "", c);
         c.mutable_tools(0)->set_description("finds swordfish");
       }},
      {"upper case",
       [](auto& c) { AddMessage(v1::ROLE_USER, "SWORDFISH", c); }},
      {"provider options",
       [](auto& c) {
         (*(*c.mutable_provider_options())["openai-compatible"]
               .mutable_fields())["preamble"]
             .set_string_value("swordfish");
       }},
      {"reasoning",
       [](auto& c) {
         AddMessage(v1::ROLE_ASSISTANT, "well", c)
             .set_reasoning_content("swordfish");
         AddMessage(v1::ROLE_USER, "go on", c);
       }},
      {"name", [](auto& c) { c.mutable_messages(0)->set_name("swordfish"); }},
  };
  return *hidden;
}

constexpr char kCache[] = "- {name: response-cache, config: {max_age: 300}}\n";

std::string Whole(const std::string& text, const std::string& reason) {
  return absl::StrReplaceAll(CompletionJson(text),
                             {{"\"stop\"", absl::StrCat("\"", reason, "\"")}});
}

struct Change {
  const char* what;
  std::function<void(v1::ChatRequest&)> make;
};

const std::vector<Change>& Changes() {
  static const auto* const changes = new std::vector<Change>{
      {"no temperature", [](auto& c) { c.clear_temperature(); }},
      {"temperature", [](auto& c) { c.set_temperature(0.7); }},
      {"top_p", [](auto& c) { c.set_top_p(0.5); }},
      {"max_output_tokens", [](auto& c) { c.set_max_output_tokens(16); }},
      {"stop", [](auto& c) { c.add_stop("."); }},
      {"n", [](auto& c) { c.set_n(2); }},
      {"seed", [](auto& c) { c.set_seed(7); }},
      {"presence_penalty", [](auto& c) { c.set_presence_penalty(1); }},
      {"logprobs", [](auto& c) { c.set_logprobs(true); }},
      {"response_format",
       [](auto& c) { c.mutable_response_format()->mutable_json_object(); }},
      {"effort", [](auto& c) { c.mutable_reasoning()->set_effort("low"); }},
      {"provider_options",
       [](auto& c) {
         (*(*c.mutable_provider_options())["openai-compatible"]
               .mutable_fields())["x"]
             .set_string_value("y");
       }},
      {"tools", [](auto& c) { AddTool("f", "", c); }},
      {"texts cut elsewhere",
       [](auto& c) {
         c.mutable_messages(0)->set_content("a");
         c.mutable_messages(1)->set_content("bc");
       }},
      {"roles",
       [](auto& c) {
         c.mutable_messages(0)->set_role(v1::ROLE_ASSISTANT);
         c.mutable_messages(1)->set_role(v1::ROLE_USER);
       }},
  };
  return *changes;
}

TEST_F(GuardCases, Case030TellsRequestsApartByAllThatChangesTheAnswer) {
  GatewayProcess gateway(With(kCache));
  v1::ChatRequest base = EmptyChat();
  AddMessage(v1::ROLE_USER, "ab", base);
  AddMessage(v1::ROLE_ASSISTANT, "c", base);
  base.set_temperature(0);
  base.set_max_output_tokens(100);
  a_.SetReply(Completion("base"));
  EXPECT_EQ(CallEither(gateway, false, base).text, "base");
  for (const Change& change : Changes()) {
    v1::ChatRequest changed = base;
    change.make(changed);
    const size_t before = a_.request_count();
    a_.SetReply(Completion(change.what));
    EXPECT_EQ(CallEither(gateway, false, changed).text, change.what);
    EXPECT_EQ(a_.request_count(), before + 1) << change.what;
  }
  // The same again: kept, whatever it is labelled with.
  (*base.mutable_metadata())["team"] = "x";
  const size_t before = a_.request_count();
  const Seen again = CallEither(gateway, false, base);
  EXPECT_EQ(again.text, "base");
  EXPECT_EQ(again.response.route().cache(), v1::CACHE_STATUS_HIT);
  EXPECT_EQ(a_.request_count(), before);
}

TEST_F(GuardCases, Case031KeepsNoHalfAnswer) {
  const std::string cut = SseHead() + SseEvent(DeltaJson("cut"));
  const struct {
    const char* what;
    bool stream;
    UpstreamReply reply;
    const char* plugin = "";
  } cases[] = {
      {"length", false, JsonAnswer(Whole("cut", "length"))},
      {"cut by the provider", true, UpstreamReply().Send(cut).Close()},
      {"left by the caller", true, UpstreamReply().Send(cut).Stall()},
      {"failed", false, ErrorReply(500, "x")},
      {"content_filter", false, JsonAnswer(Whole("cut", "content_filter"))},
      {"denied", false, Completion("a swordfish"),
       "- {name: word-filter, stage: after_request, config: {blocked_words: "
       "[swordfish]}}\n"},
      {"length of a stream", true,
       SseAnswer({DeltaJson("cut"), FinishJson("length"), "[DONE]"})},
  };
  for (const auto& each : cases) {
    GatewayProcess gateway(With(absl::StrCat(kCache, each.plugin)));
    a_.SetReply(each.reply);
    CallEither(gateway, each.stream, Q1().chat(), absl::Seconds(1));
    const size_t before = a_.request_count();
    a_.SetReply(each.stream ? TextStream({"full"}) : Completion("full"));
    EXPECT_EQ(CallEither(gateway, each.stream).text, "full") << each.what;
    EXPECT_EQ(a_.request_count(), before + 1) << each.what;
  }
}

TEST_F(GuardCases, Case032LooksAtAllThatIsSent) {
  GatewayProcess gateway(
      With("- {name: word-filter, stage: before_request, config: "
           "{blocked_words: [swordfish], case_sensitive: false}}\n"));
  for (const bool stream : {false, true}) {
    a_.SetReply(stream ? TextStream({"ok"}) : Completion("ok"));
    const size_t before = a_.requests().size();
    for (const Hidden& hidden : HiddenWords()) {
      v1::ChatRequest chat = Chat("hello");
      hidden.put(chat);
      ExpectRefused(CallEither(gateway, stream, chat), hidden.where);
    }
    // Both forms at once.
    v1::ChatRequest both = Chat("hello");
    both.mutable_messages(0)->add_parts()->set_text("swordfish");
    EXPECT_EQ(CallEither(gateway, stream, both).status.error_code(),
              grpc::StatusCode::INVALID_ARGUMENT);
    // What a guard looked at is not replaced behind its back.
    v1::ChatRequest replaced = Chat("hello");
    (*(*replaced.mutable_provider_options())["openai-compatible"]
          .mutable_fields())["messages"]
        .mutable_list_value();
    EXPECT_EQ(CallEither(gateway, stream, replaced).status.error_code(),
              grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(a_.requests(), SizeIs(before));

    const Seen fine = CallEither(gateway, stream, Chat("hello"));
    EXPECT_EQ(fine.text, "ok") << fine.message();
    EXPECT_THAT(a_.requests(), SizeIs(before + 1));
  }
}

TEST_F(GuardCases, Case033FoldsTheLettersOfEveryScript) {
  const std::string words =
      "- {name: word-filter, stage: before_request, config: {blocked_words: "
      "[\"котик\", \"élan\", \"secret\"]";
  a_.SetReply(Completion("ok"));
  std::string long_text(1024 * 1024, ' ');
  for (size_t i = 0; i < long_text.size(); i += 2) {
    long_text.replace(i, 2, "é");
  }
  {
    GatewayProcess gateway(With(words + ", case_sensitive: false}}\n"));
    for (const std::string& text :
         {std::string("КОТИК"), std::string("Котик"), std::string("ÉLAN"),
          std::string("SECRET"), long_text + "ÉLAN"}) {
      EXPECT_EQ(CallEither(gateway, false, Chat(text)).reason(),
                "GUARDRAIL_REJECTED")
          << text.substr(0, 20);
    }
    EXPECT_THAT(a_.requests(), IsEmpty());
    EXPECT_EQ(CallEither(gateway, false, Chat("kotik")).text, "ok");
  }
  GatewayProcess gateway(With(words + ", case_sensitive: true}}\n"));
  EXPECT_EQ(CallEither(gateway, false, Chat("КОТИК")).text, "ok");
  EXPECT_EQ(CallEither(gateway, false, Chat("SECRET")).text, "ok");
  EXPECT_EQ(CallEither(gateway, false, Chat("котик")).reason(),
            "GUARDRAIL_REJECTED");
}

TEST_F(GuardCases, Case036RunsTheStepsAfterTheRequestForAStream) {
  GatewayProcess gateway(
      With("- {name: word-filter, stage: after_request, config: "
           "{blocked_words: [swordfish]}}\n"));
  a_.SetReply(TextStream({"a sword", "fish"}));
  const Seen refused = CallEither(gateway, /*stream=*/true);
  // It saw the joined text, once; what had been sent stays.
  ExpectRefused(refused, "joined");
  EXPECT_EQ(refused.text, "a swordfish");
  EXPECT_EQ(refused.ends, 0);
  EXPECT_THAT(a_.requests(), SizeIs(1));

  a_.SetReply(TextStream({"a sword", " and fish"}));
  const Seen fine = CallEither(gateway, /*stream=*/true);
  EXPECT_TRUE(fine.status.ok()) << fine.message();
  EXPECT_EQ(fine.ends, 1);
}

TEST_F(GuardCases, Case036LetsNothingOfAWordOutOfAStream) {
  GatewayProcess gateway(
      With("- {name: word-filter, stage: before_request, config: "
           "{blocked_words: [swordfish], check_answers: true}}\n"));
  const std::string word = "SwordFish";
  for (size_t cut = 0; cut <= word.size(); ++cut) {
    a_.SetReply(
        TextStream({"hello " + word.substr(0, cut), word.substr(cut) + "!"}));
    const Seen seen = CallEither(gateway, /*stream=*/true);
    ExpectRefused(seen, absl::StrCat("cut at ", cut));
    EXPECT_THAT(seen.text, AnyOf("", "hello", "hello ")) << cut;
  }
  a_.SetReply(Completion("a swordfish"));
  ExpectRefused(CallEither(gateway, /*stream=*/false), "whole");
}

TEST_F(GuardCases, Case036LetsNothingOutOfAStreamThatAGuardRefuses) {
  const struct {
    const char* plugin;
    const char* config;
    std::string found;
  } cases[] = {
      {"regex-guard", "{patterns: [{pattern: 'sword-?fish'}]}", "sword-fish"},
      {"secret-scan", "{}",
       absl::StrCat("ghp", "_abcdefghijABCDEFGHIJabcdefghijABCDEF")},
      {"pii-redact", "{action: block}", "fish@example.com"},
      // The whole of it is held.
      {"schema-guard", "{schema: '{\"type\": \"object\"}'}", "{}"},
  };
  for (const auto& each : cases) {
    GatewayProcess gateway(With(absl::StrCat(
        "- {name: ", each.plugin, ", config: ", each.config, "}\n")));
    std::vector<std::string> bytes;
    for (const char c : absl::StrCat("see: ", each.found, " more")) {
      bytes.emplace_back(1, c);
    }
    a_.SetReply(TextStream(bytes));
    const Seen refused = CallEither(gateway, /*stream=*/true);
    ExpectRefused(refused, each.plugin, each.plugin);
    EXPECT_EQ(
        std::string("see: ").compare(0, refused.text.size(), refused.text), 0)
        << refused.text;
  }
}

TEST_F(GuardCases, Case036PutsBackWhatAStreamNames) {
  GatewayProcess gateway(
      With("- {name: pii-redact, config: {action: pseudonymise}}\n"));
  a_.SetReply(TextStream({"To <ema", "il-1", ">!"}));
  const Seen seen =
      CallEither(gateway, /*stream=*/true, Chat("I am mia@example.com"));
  EXPECT_EQ(seen.text, "To mia@example.com!") << seen.message();
  ASSERT_THAT(a_.requests(), SizeIs(1));
  EXPECT_THAT(a_.requests()[0].body,
              AllOf(HasSubstr("<email-1>"), Not(HasSubstr("mia"))));
}

TEST_F(GuardCases, Case036RedactsStreamsAndWholeAnswersAlike) {
  GatewayProcess gateway(
      With("- {name: secret-scan, config: {action: redact}}\n"
           "- {name: regex-guard, config: {patterns: [{pattern: "
           "'[0-9]{4}', action: redact, replacement: '#'}]}}\n"));
  const std::string token =
      absl::StrCat("ghp", "_abcdefghijABCDEFGHIJabcdefghijABCDEF");
  std::vector<std::string> bytes;
  for (const char c : absl::StrCat("Use ", token, " or 1234.")) {
    bytes.emplace_back(1, c);
  }
  const std::string expected = "Use [github-token] or #.";
  a_.SetReply(TextStream(bytes));
  const Seen streamed = CallEither(gateway, /*stream=*/true);
  EXPECT_EQ(streamed.text, expected) << streamed.message();
  a_.SetReply(Completion(absl::StrCat("Use ", token, " or 1234.")));
  EXPECT_EQ(CallEither(gateway, /*stream=*/false).text, expected);
}

}  // namespace
}  // namespace aigateway
