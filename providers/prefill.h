#ifndef AIGATEWAY_PROVIDERS_PREFILL_H_
#define AIGATEWAY_PROVIDERS_PREFILL_H_

namespace aigateway {

// Whether a model goes on from an assistant turn at the end of a conversation:
// the vendor documents it, refuses it, or says nothing.
enum class Prefill { kUnknown, kYes, kNo };

}  // namespace aigateway

#endif  // AIGATEWAY_PROVIDERS_PREFILL_H_
