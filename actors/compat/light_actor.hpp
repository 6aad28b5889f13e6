// An actor of a few hundred bytes, for populations of tens of thousands. CAF's own event-based actor takes 1.1 KB, and
// its behavior of eleven handlers 0.4 KB more.
#pragma once

#include "actors/pinned.hpp"
#include "protocol/time.hpp"

#include <caf/intrusive/lifo_inbox.hpp>
#include <caf/make_actor.hpp>
#include <caf/monitorable_actor.hpp>
#include <caf/policy/normal_messages.hpp>
#include <caf/response_type.hpp>
#include <caf/resumable.hpp>

#include <forward_list>
#include <functional>
#include <utility>

namespace parley {

/// An actor like any other to its peers: a mailbox, one message at a time, handles that CAF checks. It differs for who
/// writes one: no behavior stack but one function that takes each message, no timeouts of the actor system's clock,
/// requests by `ask`. Everything but `enqueue` happens on its own thread.
class light_actor : public caf::monitorable_actor, public caf::resumable {
public:
  light_actor(caf::actor_config& cfg, pin where) : monitorable_actor(cfg), where_(where) {}

  using caf::monitorable_actor::enqueue;

  // -- for CAF --

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* sender_unit) final;
  /// Its first turn comes on its own thread. Once, by `spawn_light`.
  void launch(caf::execution_unit* unit);
  subtype_t subtype() const final { return scheduled_actor; }
  resume_result resume(caf::execution_unit* unit, std::size_t max_messages) final;
  void intrusive_ptr_add_ref_impl() final;
  void intrusive_ptr_release_impl() final;
  void on_destroy() override;

protected:
  /// Its first turn.
  virtual void on_start() = 0;
  /// Takes a message; false if it knows none of that type.
  virtual bool on_content(caf::type_erased_tuple& content) = 0;
  /// Its last words, once.
  virtual void on_exit() = 0;

  /// The message, where `content` is one of that type; else null.
  template <class T>
  static T* get_if(caf::type_erased_tuple& content) {
    return content.match_elements<T>() ? &content.get_mutable_as<T>(0) : nullptr;
  }

  template <class Handle, class Message>
  void send(const Handle& whom, Message what) {
    static_assert(caf::response_type<typename Handle::signatures, Message>::valid, "the receiver does not take this");
    whom->enqueue(caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, std::move(what)), unit_);
  }

  /// Sends a request. Exactly one of both is called, on this actor: `failed` if the receiver refuses or has ended,
  /// or where `expire_asked` finds that `until` has come. Without `until` the receiver must be one that always answers.
  template <class Result, class Handle, class Message>
  void ask(const Handle& whom, Message what, std::function<void(Result&)> then,
           std::function<void(const caf::error&)> failed, moment until = moment::max()) {
    static_assert(
      std::is_same_v<caf::response_type_t<typename Handle::signatures, Message>, caf::detail::type_list<Result>>,
      "the receiver answers with something else");
    const auto id = next_request();
    auto settle = [then = std::move(then), failed = std::move(failed)](caf::type_erased_tuple* answer,
                                                                       const caf::error& why) {
      if (auto* value = answer == nullptr ? nullptr : get_if<Result>(*answer))
        then(*value);
      else
        failed(why);
    };
    asked_.push_front({id, until, std::move(settle)});
    whom->enqueue(caf::make_mailbox_element(ctrl(), id, {}, std::move(what)), unit_);
  }

  /// Fails with `sec::request_timeout` what was asked for and whose time has come.
  void expire_asked(moment now);
  /// The earliest `until` of what is asked for; `moment::max()` for none.
  moment next_expiry() const;

  /// It handles no further message.
  void quit() { quitting_ = true; }

  /// True if it has begun and nothing waits in its mailbox: what is handled now, outside of a turn, keeps the order.
  bool is_idle() const { return getf(is_initialized_flag) && !quitting_ && inbox_.blocked(); }

private:
  using inbox = caf::intrusive::lifo_inbox<caf::policy::normal_messages>;
  struct question {
    caf::message_id id;
    moment until;
    std::function<void(caf::type_erased_tuple*, const caf::error&)> settle;
  };

  void schedule_turn(caf::execution_unit* unit);
  caf::message_id next_request();
  caf::mailbox_element_ptr take_next();
  void handle(caf::mailbox_element& x);
  void settle(caf::mailbox_element& answer);
  void finish(caf::error reason);

  pin where_;
  caf::execution_unit* unit_ = nullptr; ///< of the last turn
  inbox inbox_;
  caf::mailbox_element* waiting_ = nullptr; ///< taken from the inbox, oldest first
  std::forward_list<question> asked_;       ///< newest first
  caf::message_id last_request_;
  bool quitting_ = false;
};

/// Spawns a `light_actor` as a `Handle`. Safe from any thread.
template <class Impl, class Handle, class... Args>
Handle spawn_light(caf::actor_system& system, pin where, Args&&... args) {
  caf::actor_config cfg{where.context};
  auto out = caf::make_actor<Impl, Handle>(system.next_actor_id(), system.node(), &system, cfg, where,
                                           std::forward<Args>(args)...);
  static_cast<Impl*>(caf::actor_cast<caf::abstract_actor*>(out))->launch(where.context);
  return out;
}

} // namespace parley
