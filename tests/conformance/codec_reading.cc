#include "tests/conformance/codec_reading.h"

#include <utility>
#include <variant>

#include "aigateway/config/v1/config.pb.h"
#include "gateway/base/registry.h"

namespace aigateway {
namespace {

// Feeds one body.
absl::Status FeedAll(const std::string& body, const std::vector<size_t>& cuts,
                     StreamDecoder& decoder, ProviderEvents& events) {
  std::vector<size_t> ends;
  for (size_t cut : cuts) {
    if (cut < body.size()) ends.push_back(cut);
  }
  ends.push_back(body.size());
  size_t begin = 0;
  for (size_t end : ends) {
    if (decoder.done()) break;
    // A copy of its own, so that a sanitizer sees a read past its end.
    const std::vector<char> piece(body.begin() + static_cast<long>(begin),
                                  body.begin() + static_cast<long>(end));
    if (absl::Status status =
            decoder.Feed({piece.data(), piece.size()}, events);
        !status.ok()) {
      return status;
    }
    begin = end;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status JoiningEvents::OnDelta(v1::Delta& delta) {
  joiner.Add(delta);
  return absl::OkStatus();
}

absl::Status JoiningEvents::OnFinish(v1::Finish& finish) {
  joiner.Add(finish);
  return absl::OkStatus();
}

std::unique_ptr<Provider> MakeCodec(const std::string& type,
                                    const std::string& api) {
  const ProviderType* entry = Registry<ProviderType>::Global().Find(type);
  if (entry == nullptr) return nullptr;
  config::v1::ProviderConfig config;
  config.set_name(type);
  config.set_type(type);
  config.set_base_url("http://127.0.0.1:1");
  config.set_api_key("test-key");
  if (!api.empty()) {
    (*config.mutable_options()->mutable_fields())["api"].set_string_value(api);
  }
  absl::StatusOr<std::unique_ptr<Provider>> codec = entry->create(config);
  return codec.ok() ? *std::move(codec) : nullptr;
}

WireReading ReadWholeAnswer(const Provider& codec, const HttpResponse& response,
                            const v1::ChatRequest& chat,
                            const std::string& model) {
  WireReading read;
  const CallOptions options{.model = model, .warnings = &read.warnings};
  auto answer = codec.ParseResponse(response, chat, options);
  read.status = answer.status();
  if (answer.ok()) {
    if (auto* whole = std::get_if<v1::ChatResponse>(&*answer)) {
      read.response = std::move(*whole);
    } else {
      read.next = std::get<NextExchange>(*std::move(answer));
    }
  }
  return read;
}

WireReading ReadStreamedAnswer(const Provider& codec,
                               const HttpHeaders& headers,
                               const std::vector<std::string>& bodies,
                               const v1::ChatRequest& chat,
                               const std::string& model,
                               const std::vector<size_t>& cuts, bool clean) {
  WireReading read;
  const CallOptions options{
      .model = model, .stream = true, .warnings = &read.warnings};
  const std::unique_ptr<StreamDecoder> decoder =
      codec.NewStreamDecoder(headers, chat, options);
  JoiningEvents events;
  for (size_t i = 0; i < bodies.size() && read.status.ok(); ++i) {
    const bool is_last = i + 1 == bodies.size();
    read.status = FeedAll(bodies[i], cuts, *decoder, events);
    if (read.status.ok()) {
      read.status = decoder->End(clean || !is_last, events);
    }
    if (read.status.ok() && decoder->TakeNext().has_value() == is_last) {
      read.status = absl::InternalError("it leads to another exchange");
    }
  }
  if (read.status.ok()) events.joiner.Add(decoder->end());
  read.response = events.joiner.Response();
  return read;
}

}  // namespace aigateway
