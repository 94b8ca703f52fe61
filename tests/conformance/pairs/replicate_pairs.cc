#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "tests/conformance/pairs/all_pairs.h"

namespace aigateway {
namespace {

constexpr absl::string_view kHead = R"("id":"p1","model":"meta/llama",
    "version":"v1","created_at":"2026-11-01T10:00:00.5Z","error":null,)";

AnswerPair Replicate(AnswerPair pair, absl::string_view output) {
  pair.type = "replicate";
  pair.model = "meta/llama";
  pair.framing = StreamFraming::kPlain;
  pair.whole =
      absl::StrCat("{", kHead, R"("status":"succeeded","output":)", output,
                   R"(,"metrics":{"input_token_count":7,
                   "output_token_count":9}})");
  pair.before_stream = absl::StrCat("{", kHead, R"("status":"starting",
      "urls":{"stream":"https://stream.replicate.com/v1/streams/s1"}})");
  // Its word for the end is another in a stream, and what a prediction took is
  // said nowhere there.
  pair.differs = {"provider_finish_reason", "usage", "provider_metadata"};
  return pair;
}

AnswerPair Lines() {
  return Replicate(
      {.name = "a text of several lines",
       .events = {"event: output\nid: 1\ndata: One", "event: output\ndata:  o",
                  "event: output\ndata: f\ndata: two", ": hi",
                  "event: done\ndata: {}"},
       .has = {R"(content: "One of\ntwo")", "FINISH_REASON_STOP", R"(id: "p1")",
               "total_tokens: 16"}},
      R"(["One"," o","f\ntwo"])");
}

AnswerPair Tags() {
  return Replicate(
      {.name = "a thought in tags",
       .events = {"event: output\ndata: <think>Hm",
                  "event: output\ndata: .</thi", "event: output\ndata: nk>Yes",
                  "event: output\ndata: .", "event: done\ndata: {}"},
       .has = {R"(reasoning_content: "Hm.")", R"(content: "Yes.")"}},
      R"("<think>Hm.</think>Yes.")");
}

}  // namespace

std::vector<AnswerPair> ReplicatePairs() { return {Lines(), Tags()}; }

}  // namespace aigateway
