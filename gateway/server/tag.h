#ifndef AIGATEWAY_GATEWAY_SERVER_TAG_H_
#define AIGATEWAY_GATEWAY_SERVER_TAG_H_

namespace aigateway {

// What a completion queue gives back when an operation has ended. Every tag
// that our queues see is one.
class Tag {
 public:
  virtual ~Tag() = default;
  // `ok` as gRPC means it for the operation. May destroy this object.
  virtual void Complete(bool ok) = 0;
};

// Calls a method of who owns it.
template <typename Owner>
class MethodTag final : public Tag {
 public:
  using Method = void (Owner::*)(bool ok);
  MethodTag(Owner* owner, Method method) : owner_(owner), method_(method) {}
  MethodTag(const MethodTag&) = delete;
  MethodTag& operator=(const MethodTag&) = delete;

  void Complete(bool ok) override { (owner_->*method_)(ok); }

 private:
  Owner* const owner_;
  const Method method_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_SERVER_TAG_H_
