#ifndef AIGATEWAY_PROVIDERS_PROVIDER_H_
#define AIGATEWAY_PROVIDERS_PROVIDER_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "aigateway/config/v1/config.pb.h"
#include "aigateway/v1/chat.pb.h"
#include "aigateway/v1/gateway.pb.h"
#include "gateway/base/registry.h"
#include "gateway/net/http_message.h"
#include "gateway/net/simulated_http_client.h"
#include "providers/embedder.h"
#include "providers/prefill.h"

namespace aigateway {

class CredentialSource;

// What a codec is told of one call beside the request itself.
struct CallOptions {
  std::string model;       // What to ask the provider for (after aliases, map).
  std::string credential;  // The key; empty where none is needed.
  bool stream = false;
  // Parameters that were dropped, events that were left out: a codec adds one
  // line each. Never null.
  std::vector<std::string>* warnings = nullptr;
};

// Takes what a stream says, in order. Deltas and finishes may be moved from.
// A non-OK status ends the stream with it.
class ProviderEvents {
 public:
  virtual ~ProviderEvents() = default;
  virtual absl::Status OnDelta(v1::Delta& delta) = 0;
  virtual absl::Status OnFinish(v1::Finish& finish) = 0;
  // A comment or ping: the provider lives, there is nothing to hand over.
  virtual void OnLife() = 0;
};

// A further exchange that an answer asks for (a prediction that is polled).
//
// Of a place that an answer hands out a codec takes only what is on a host that
// it knows to be the vendor's, and sends no credential elsewhere than to the
// base URL's host.
struct NextExchange {
  HttpRequest request;
  absl::Duration wait;  // Before it is sent.
  // Tells the provider to stop, should nobody wait for the answer any longer.
  // Its answer is not read.
  std::optional<HttpRequest> abandon;
};

// Turns the bytes of one streamed answer into events. Pure: no I/O, no clock.
// Feeding the same bytes in any slicing gives the same events.
class StreamDecoder {
 public:
  virtual ~StreamDecoder() = default;

  // Takes bytes. Returns an error, classified, for an error event, for bytes
  // that the provider's API does not promise, or what `events` returned. Not
  // called again after an error or once done().
  virtual absl::Status Feed(absl::string_view bytes,
                            ProviderEvents& events) = 0;

  // Whether the dialect's own end marker was read ([DONE], message_stop, ...).
  virtual bool done() const = 0;

  // The body has ended; `clean` if by its own framing, not by a cut. Emits
  // what was held back (a finish). Returns OK only if the answer is complete
  // by the dialect's own rule, or has a next part; else PROVIDER_PROTOCOL_ERROR
  // or PROVIDER_UNAVAILABLE. Called once for each part, also when done().
  virtual absl::Status End(bool clean, ProviderEvents& events) = 0;

  // Asked once after each End() that returned OK: the exchange whose answer is
  // the next part of this one, where the first only says what the stream is
  // to be had by. The decoder is fed that too; a status that is not 2xx goes to
  // ParseError. nullopt: the answer is complete.
  virtual std::optional<NextExchange> TakeNext() { return std::nullopt; }

  // Usage, id, model and the like, as far as known. `route` is left alone.
  virtual v1::End& end() = 0;
};

// A provider's API as a codec: our messages to its HTTP requests, its answers
// to our messages, its failures to our reasons. One object serves an instance
// of the config; it is immutable and used from every loop at once. It does no
// I/O, keeps no clock and never throws.
//
// Methods that take bytes trust nothing in them: sizes, nesting, types,
// encodings. Text that goes into a message is valid UTF-8 (U+FFFD stands for
// what was not).
class Provider {
 public:
  virtual ~Provider() = default;

  // Writes the request. INVALID_REQUEST with a field path for what the caller
  // got wrong; UNSUPPORTED_PARAMETER for what this provider cannot do and
  // `on_unsupported` does not let it drop.
  virtual absl::StatusOr<HttpRequest> BuildRequest(
      const v1::ChatRequest& chat, const CallOptions& options) const = 0;

  // Reads a whole answer with a 2xx status.
  virtual absl::StatusOr<std::variant<v1::ChatResponse, NextExchange>>
  ParseResponse(const HttpResponse& response, const v1::ChatRequest& chat,
                const CallOptions& options) const = 0;

  // Makes the error for an answer with another status, classified by status,
  // headers and body; with RetryInfo where the provider named a wait. Never OK.
  // `now` is for waits that are given as a date.
  virtual absl::Status ParseError(const HttpResponse& response,
                                  absl::Time now) const = 0;

  // Reads a streamed answer with a 2xx status and `headers`. `chat` and
  // `options` must outlive it.
  virtual std::unique_ptr<StreamDecoder> NewStreamDecoder(
      const HttpHeaders& headers, const v1::ChatRequest& chat,
      const CallOptions& options) const = 0;

  // Lists models: the request for the page after `page_token` (empty: the
  // first). UNSUPPORTED_PARAMETER if the vendor has no listing.
  virtual absl::StatusOr<HttpRequest> BuildModelsRequest(
      absl::string_view credential, absl::string_view page_token) const = 0;
  struct ModelsPage {
    std::vector<v1::Model> models;  // id, windows, capabilities where known.
    std::string next_page_token;    // Empty at the last page.
  };
  virtual absl::StatusOr<ModelsPage> ParseModels(
      const HttpResponse& response) const = 0;

  // Makes vectors; lives as long as this. Null: the vendor offers none.
  virtual const Embedder* embedder() const { return nullptr; }

  // Authorizes the requests of this codec, which does not write a key itself;
  // lives as long as this, and is thread-safe. Null: the codec does.
  virtual CredentialSource* credential_source() const { return nullptr; }

  // Whether `model` can be given the beginning of its answer to go on from.
  virtual Prefill prefill(absl::string_view model) const {
    return Prefill::kUnknown;
  }

  // Where requests go, without a query or credentials; for listings and logs.
  virtual absl::string_view base_url() const = 0;
};

// An entry of the registry: a provider type.
struct ProviderType {
  // Makes the codec of one declared instance. `config` has its variables
  // expanded. All faults are reported at once, as violations with paths
  // relative to the instance. No I/O.
  absl::StatusOr<std::unique_ptr<Provider>> (*create)(
      const config::v1::ProviderConfig& config) = nullptr;
  // The environment variables that hold the vendor's key, the first set one
  // counts. Empty: the type exists only when declared.
  std::vector<std::string> key_variables;
  // Where an undeclared instance finds its API, if not at the usual place:
  // texts with ${VARIABLES}; the first of which all are set counts. Without a
  // usual place (`needs_base_url`) there is no undeclared instance unless one
  // does; a type that needs no key is found by this alone (OLLAMA_HOST).
  std::vector<std::string> base_urls;
  bool needs_base_url = false;
  // Models that the vendor is known for, by name or prefix ending in '*': what
  // an undeclared instance answers to. Empty: any name (an aggregator).
  std::vector<std::string> model_patterns;
  // Whether an instance that is declared, but lists no models, serves only
  // `model_patterns` too (the simulator never stands in for a real answer).
  bool only_patterns = false;
  // Whether the environment alone never switches the type on: it counts where
  // a config names it, as a target or a provider, and then says itself what it
  // lacks (AWS keys lie about for other reasons).
  bool only_when_named = false;
  // Position in the order of undeclared instances (API.md); lower is first.
  int order = 0;
  bool needs_key = true;
  // Options that belong together and that the environment may hold: an option
  // and its variable each; of several rows for one option the first set counts.
  // Where the config sets any of them itself, none is taken from there.
  struct OptionVariables {
    std::vector<std::pair<std::string, std::string>> rows;
    // Whether they stand for a key: where the config sets any of them the
    // variables of keys do not count.
    bool instead_of_key = false;
  };
  std::vector<OptionVariables> option_variables;
  // For a type that answers in memory: makes what answers one loop's requests
  // for simulator:// URLs. Null for all others.
  SimulatedHttpClient::Responder (*make_responder)() = nullptr;
};

}  // namespace aigateway

// Registers a provider type: AIGW_REGISTER_PROVIDER("mistral", {.create =
// ...}).
#define AIGW_REGISTER_PROVIDER(name, ...)                           \
  static const ::aigateway::Registration<::aigateway::ProviderType> \
  aigw_provider_registration(name, ::aigateway::ProviderType __VA_ARGS__)

#endif  // AIGATEWAY_PROVIDERS_PROVIDER_H_
