// What ThreadSanitizer has to be told of CAF's library, which is not built with it: linked into every program of the
// `tsan` preset, and of no other.
//
// CAF hands messages over by atomics that the sanitizer does not see. Its functions for doing so are taken over here
// one by one (the dynamic linker finds ours first): each says which order it makes. What CAF
// does with memory inside its library is left out by `ignore_noninstrumented_modules`. No suppression is needed.
#include <caf/actor_control_block.hpp>
#include <caf/blocking_actor.hpp>
#include <caf/ref_counted.hpp>
#include <caf/scheduled_actor.hpp>

#include <atomic>
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>
#include <utility>

namespace {

/// CAF's own function, by the name that it has in the library.
template <class Function>
Function* original(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

} // namespace

namespace caf {

void scheduled_actor::enqueue(mailbox_element_ptr what, execution_unit* host) {
  static auto* const next = original<void(scheduled_actor*, mailbox_element_ptr, execution_unit*)>(
    "_ZN3caf15scheduled_actor7enqueueESt10unique_ptrINS_15mailbox_elementENS_6detail8disposerEEPNS_14execution_unitE");
  __tsan_release(this);
  next(this, std::move(what), host);
}

void scheduled_actor::launch(execution_unit* host, bool lazy, bool hide) {
  static auto* const next = original<void(scheduled_actor*, execution_unit*, bool, bool)>(
    "_ZN3caf15scheduled_actor6launchEPNS_14execution_unitEbb");
  __tsan_release(this);
  next(this, host, lazy, hide);
}

resumable::resume_result scheduled_actor::resume(execution_unit* host, size_t max_throughput) {
  static auto* const next = original<resume_result(scheduled_actor*, execution_unit*, size_t)>(
    "_ZN3caf15scheduled_actor6resumeEPNS_14execution_unitEm");
  __tsan_acquire(this);
  const auto out = next(this, host, max_throughput);
  __tsan_release(this); // for the next turn, which may be on another thread
  return out;
}

invoke_message_result scheduled_actor::consume(mailbox_element& what) {
  static auto* const next = original<invoke_message_result(scheduled_actor*, mailbox_element&)>(
    "_ZN3caf15scheduled_actor7consumeERNS_15mailbox_elementE");
  __tsan_acquire(this);
  return next(this, what);
}

void blocking_actor::enqueue(mailbox_element_ptr what, execution_unit* host) {
  static auto* const next = original<void(blocking_actor*, mailbox_element_ptr, execution_unit*)>(
    "_ZN3caf14blocking_actor7enqueueESt10unique_ptrINS_15mailbox_elementENS_6detail8disposerEEPNS_14execution_unitE");
  __tsan_release(this);
  next(this, std::move(what), host);
}

void blocking_actor::await_data() {
  static auto* const next = original<void(blocking_actor*)>("_ZN3caf14blocking_actor10await_dataEv");
  next(this);
  __tsan_acquire(this);
}

bool blocking_actor::await_data(timeout_type until) {
  static auto* const next =
    original<bool(blocking_actor*, timeout_type)>("_ZN3caf14blocking_actor10await_dataENSt6chrono10time_pointINS1_3_"
                                                  "V212system_clockENS1_8durationIlSt5ratioILl1ELl1000000000EEEEEE");
  const bool out = next(this, until);
  __tsan_acquire(this);
  return out;
}

// Counted as CAF does, before the sanitizer's eyes: whoever drops the last reference comes after all others.

void intrusive_ptr_release(actor_control_block* x) {
  if (x->strong_refs.fetch_sub(1, std::memory_order_acq_rel) != 1)
    return;
  x->data_dtor(x->get());
  intrusive_ptr_release_weak(x);
}

void ref_counted::deref() const noexcept {
  if (rc_.fetch_sub(1, std::memory_order_acq_rel) == 1)
    request_deletion(true);
}

} // namespace caf

extern "C" const char* __tsan_default_options();
extern "C" const char* __tsan_default_options() {
  return "second_deadlock_stack=1:ignore_noninstrumented_modules=1";
}
