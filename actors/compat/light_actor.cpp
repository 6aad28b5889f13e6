#include "actors/compat/light_actor.hpp"

#include <caf/actor_system.hpp>
#include <caf/detail/sync_request_bouncer.hpp>
#include <caf/exit_reason.hpp>
#include <caf/make_message.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>
#include <caf/sec.hpp>
#include <caf/system_messages.hpp>

#include <algorithm>

namespace parley {

void light_actor::enqueue(caf::mailbox_element_ptr what, caf::execution_unit* sender_unit) {
  const auto id = what->mid;
  const auto sender = id.is_request() ? what->sender : nullptr;
  switch (inbox_.push_front(std::move(what))) {
  case caf::intrusive::inbox_result::success:
    break;
  case caf::intrusive::inbox_result::unblocked_reader:
    schedule_turn(sender_unit);
    break;
  case caf::intrusive::inbox_result::queue_closed:
    if (id.is_request())
      caf::detail::sync_request_bouncer{fail_state()}(sender, id);
    break;
  }
}

void light_actor::launch(caf::execution_unit* unit) {
  register_at_system();
  schedule_turn(unit);
}

void light_actor::schedule_turn(caf::execution_unit* unit) {
  auto* const loop = where_.loop != nullptr ? where_.loop : unit;
  intrusive_ptr_add_ref_impl();
  if (loop != nullptr)
    loop->exec_later(this);
  else
    home_system().scheduler().enqueue(this);
}

void light_actor::intrusive_ptr_add_ref_impl() {
  caf::intrusive_ptr_add_ref(ctrl());
}

void light_actor::intrusive_ptr_release_impl() {
  caf::intrusive_ptr_release(ctrl());
}

void light_actor::on_destroy() {
  if (!getf(is_cleaned_up_flag)) {
    unit_ = nullptr; // its thread may be gone
    finish(caf::exit_reason::unreachable);
  }
  monitorable_actor::on_destroy();
}

caf::resumable::resume_result light_actor::resume(caf::execution_unit* unit, std::size_t max_messages) {
  unit_ = unit;
  if (getf(is_cleaned_up_flag))
    return done;
  if (!getf(is_initialized_flag)) {
    setf(is_initialized_flag);
    on_start();
  }
  for (std::size_t handled = 0; handled < max_messages && !quitting_;) {
    if (auto next = take_next()) {
      handle(*next);
      ++handled;
    } else if (inbox_.try_block()) {
      return awaiting_message;
    }
  }
  if (quitting_) {
    finish(caf::exit_reason::normal);
    return done;
  }
  return waiting_ == nullptr && inbox_.try_block() ? awaiting_message : resume_later;
}

/// The inbox is a stack: what it holds is turned round once, and then handed out.
caf::mailbox_element_ptr light_actor::take_next() {
  if (waiting_ == nullptr) {
    auto* newest = inbox_.take_head();
    while (newest != nullptr) {
      auto* older = static_cast<caf::mailbox_element*>(newest->next);
      newest->next = waiting_;
      waiting_ = newest;
      newest = older;
    }
  }
  auto* const oldest = waiting_;
  if (oldest != nullptr)
    waiting_ = static_cast<caf::mailbox_element*>(oldest->next);
  return caf::mailbox_element_ptr{oldest};
}

void light_actor::handle(caf::mailbox_element& x) {
  if (x.mid.is_response()) {
    settle(x);
    return;
  }
  auto& content = x.content();
  const bool known = on_content(content);
  if (!known && get_if<caf::exit_msg>(content) != nullptr)
    quit();
  if (x.mid.is_request() && x.sender != nullptr)
    x.sender->enqueue(nullptr, x.mid.response_id(),
                      known ? caf::message{} : caf::make_message(make_error(caf::sec::unexpected_message)), unit_);
}

caf::message_id light_actor::next_request() {
  return ++last_request_;
}

void light_actor::settle(caf::mailbox_element& answer) {
  auto before = asked_.before_begin();
  for (auto it = asked_.begin(); it != asked_.end(); before = it++)
    if (it->id.response_id() == answer.mid) {
      auto found = std::move(*it);
      asked_.erase_after(before);
      auto& content = answer.content();
      const auto* fault = get_if<caf::error>(content);
      found.settle(fault == nullptr ? &content : nullptr,
                   fault == nullptr ? make_error(caf::sec::unexpected_response) : *fault);
      return;
    }
}

void light_actor::expire_asked(moment now) {
  std::forward_list<question> late;
  auto before = asked_.before_begin();
  for (auto it = asked_.begin(); it != asked_.end(); it = std::next(before))
    if (it->until <= now)
      late.splice_after(late.before_begin(), asked_, before);
    else
      before = it;
  for (auto& x : late)
    x.settle(nullptr, make_error(caf::sec::request_timeout));
}

moment light_actor::next_expiry() const {
  auto out = moment::max();
  for (const auto& x : asked_)
    out = std::min(out, x.until);
  return out;
}

void light_actor::finish(caf::error reason) {
  on_exit();
  const caf::detail::sync_request_bouncer bounce{reason};
  auto drop = [&bounce](caf::mailbox_element* x) {
    const caf::mailbox_element_ptr owned{x};
    bounce(*owned);
  };
  while (waiting_ != nullptr)
    drop(take_next().release());
  inbox_.close(drop);
  asked_.clear();
  cleanup(std::move(reason), unit_);
  unregister_from_system();
}

} // namespace parley
