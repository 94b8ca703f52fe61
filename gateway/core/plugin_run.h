#ifndef AIGATEWAY_GATEWAY_CORE_PLUGIN_RUN_H_
#define AIGATEWAY_GATEWAY_CORE_PLUGIN_RUN_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "gateway/base/scope.h"
#include "gateway/base/task.h"
#include "gateway/core/plugin_chain.h"
#include "gateway/core/request_context.h"
#include "plugins/plugin.h"

namespace aigateway {

// One request on its way through the plugins: runs a stage in order, until one
// denies, and keeps what each plugin remembers. Belongs to the request's loop.
//
// A guard that fails, throws or takes too long ends the request with INTERNAL
// or, if it may, is passed over with a warning; a plugin that only observes
// never changes a request. What a plugin threw is not shown to anyone.
class PluginRun {
 public:
  // Both must outlive this object.
  PluginRun(const PluginChain& chain, RequestContext& request);
  PluginRun(const PluginRun&) = delete;
  PluginRun& operator=(const PluginRun&) = delete;

  bool Has(Stage stage) const { return chain_.Has(stage); }
  // Whether whoever runs at `stage` only observes.
  bool OnlyObserved(Stage stage) const { return chain_.OnlyObserved(stage); }

  // nullopt: go on; else answer with it. A denial or a broken guard is a
  // status.
  Task<absl::StatusOr<std::optional<AnswerInstead>>> Before();
  Task<absl::Status> After(v1::ChatResponse& response);
  // Every plugin of the stage runs; `error` stays what it is. Has time of its
  // own, also when the request's has passed.
  Task<void> OnError(const absl::Status& error);

  // The request is over; tells what plugins keep of it.
  void End(const absl::Status& status);

  // What goes out of a stream, past its filters; the first call makes them. A
  // delta may come out empty. A filter that fails ends the stream, whatever its
  // config says: what it held back would be lost.
  absl::Status OnDelta(v1::Delta& delta);
  // What was held back of a choice that has ended, in order; `emit` gets each
  // piece that is not empty.
  absl::Status OnChoiceEnd(
      int index, absl::FunctionRef<absl::Status(v1::Delta& delta)> emit);
  // What came before counts for nothing. Not OK if a filter broke.
  absl::Status OnRestart();

  // Whether a plugin wants to know what the provider said; asked from the first
  // piece of an answer on.
  bool WantsAnswer() const;
  void OnAnswer(const v1::ChatResponse& answer);

 private:
  using Entry = PluginChain::Entry;
  struct Filter {
    const Entry* entry;
    std::unique_ptr<PluginRequest> request;
    bool made = false;
    std::unique_ptr<ChunkFilter> filter;  // Null: chunks go out as they are.
  };
  class TimeLimit;
  class Hold;

  PluginRequest RequestFor(const Entry& entry, Scope& scope);
  // Runs a plugin at one of its stages, for its time at most: what it decided
  // or, whatever it does, its failure. `scope` ends with that time.
  Task<absl::StatusOr<Verdict>> Run(
      const Entry& entry, Scope& scope,
      absl::FunctionRef<Task<absl::StatusOr<Verdict>>(PluginRequest& request)>
          stage);
  absl::Time EndOf(const Entry& entry) const;
  // The one place that decides what a stage's outcome does: OK goes on.
  absl::Status Judge(const Entry& entry, const absl::Status& failure);
  absl::Status Deny(const Entry& entry, const aigateway::Deny& deny);
  void LogFailure(const Entry& entry, const absl::Status& failure);
  void TellHeld(const Entry& entry, absl::Duration held);
  void OpenFilters();
  // Whatever it throws or returns: a refusal, a broken guard, or OK.
  absl::Status Call(Filter& filter,
                    absl::FunctionRef<absl::Status(ChunkFilter&)> call);
  absl::Status PassFrom(size_t first, v1::Delta& delta);

  const PluginChain& chain_;
  RequestContext& request_;
  std::vector<std::unique_ptr<PluginState>> states_;  // By Entry::slot.
  std::vector<Filter> filters_;
  bool filters_open_ = false;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_CORE_PLUGIN_RUN_H_
