#ifndef AIGATEWAY_GATEWAY_BASE_MUTEX_H_
#define AIGATEWAY_GATEWAY_BASE_MUTEX_H_

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define AIGW_MUTEX_IS_STD 1
#endif
#endif

#ifdef AIGW_MUTEX_IS_STD
#include <algorithm>
#include <condition_variable>
#include <mutex>
#else
#include "absl/synchronization/mutex.h"
#endif

namespace aigateway {

// A lock that clang's thread-safety analysis and ThreadSanitizer understand.
//
// It is absl::Mutex; under TSan, which takes Debian's uninstrumented
// absl::Mutex for a race, it is std::mutex. Wait() has no spurious wake-ups to
// hide: callers loop over their condition.
#ifdef AIGW_MUTEX_IS_STD

class ABSL_LOCKABLE Mutex {
 public:
  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mutex_.lock(); }
  void Unlock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }

 private:
  friend class CondVar;
  std::mutex mutex_;
};

// Wakes threads that wait for a change of what `mutex` guards.
class CondVar {
 public:
  // Releases `mutex`, waits for a signal, takes it again. May wake early.
  void Wait(Mutex* mutex) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    std::unique_lock<std::mutex> lock(mutex->mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  // The same, for `timeout` at most.
  void WaitFor(Mutex* mutex, absl::Duration timeout)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    std::unique_lock<std::mutex> lock(mutex->mutex_, std::adopt_lock);
    condition_.wait_for(
        lock, absl::ToChronoNanoseconds(std::min(timeout, absl::Hours(24))));
    lock.release();
  }
  void SignalAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

#else

class ABSL_LOCKABLE Mutex {
 public:
  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mutex_.Lock(); }
  void Unlock() ABSL_UNLOCK_FUNCTION() { mutex_.Unlock(); }

 private:
  friend class CondVar;
  absl::Mutex mutex_;
};

// Wakes threads that wait for a change of what `mutex` guards.
class CondVar {
 public:
  // Releases `mutex`, waits for a signal, takes it again. May wake early.
  void Wait(Mutex* mutex) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    condition_.Wait(&mutex->mutex_);
  }
  // The same, for `timeout` at most.
  void WaitFor(Mutex* mutex, absl::Duration timeout)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    condition_.WaitWithTimeout(&mutex->mutex_, timeout);
  }
  void SignalAll() { condition_.SignalAll(); }

 private:
  absl::CondVar condition_;
};

#endif

// Holds a Mutex for a scope.
class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex* mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex)
      : mutex_(mutex) {
    mutex_->Lock();
  }
  ~MutexLock() ABSL_UNLOCK_FUNCTION() { mutex_->Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex* const mutex_;
};

}  // namespace aigateway

#endif  // AIGATEWAY_GATEWAY_BASE_MUTEX_H_
