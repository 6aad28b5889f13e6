#include "cluster/relay.hpp"

namespace parley::cluster {

template <class Order>
void relay::hand_on(Order& x) {
  send(home_, far_order{{room_, std::move(x)}});
}

template <class Answer, class Question>
caf::typed_response_promise<Answer> relay::ask(Question& x) {
  auto out = make_response_promise<Answer>();
  // Without a time limit: the link always answers, and the room does in time.
  request(home_, caf::infinite, far_question{{room_, 0, std::move(x)}})
    .then(
      [out](far_answer& answer) mutable {
        if (auto* value = std::get_if<Answer>(&answer.what))
          out.deliver(std::move(*value));
        else if (const auto* why = std::get_if<error_code>(&answer.what))
          out.deliver(caf::make_error(*why));
        else
          out.deliver(caf::make_error(error_code::internal));
      },
      [out](const caf::error&) mutable { out.deliver(caf::make_error(error_code::rate_limited)); });
  return out;
}

relay::behavior_type relay::make_behavior() {
  return {
    [this](join_room& x) { hand_on(x); },
    [this](leave_room& x) { hand_on(x); },
    [this](post_message& x) { hand_on(x); },
    [this](set_typing& x) { hand_on(x); },
    [this](rename_member& x) { hand_on(x); },
    [](const committed&) {}, // it asks no writer
    [](const tick&) {},
    [this](steer& x) { hand_on(x); },
    [this](set_buffering& x) { hand_on(x); },
    [this](request_sync& x) { hand_on(x); },
    [this](video_removed& x) { hand_on(x); },
    [this](submit_message& x) { return ask<submitted>(x); },
    [this](edit_message& x) { return ask<message>(x); },
    [this](delete_message& x) { return ask<finished>(x); },
    [this](mark_read& x) { return ask<read_mark>(x); },
    [this](change_room& x) { return ask<room_view>(x); },
    [this](change_config& x) { return ask<room_view>(x); },
    [this](dissolve_room& x) { return ask<finished>(x); },
    [this](transfer_room& x) { return ask<room_view>(x); },
    [this](change_member& x) { return ask<member_state>(x); },
    [this](remove_member& x) { return ask<finished>(x); },
    [this](lift_ban& x) { return ask<finished>(x); },
    [this](become_member& x) { return ask<admission>(x); },
    [this](withdraw_request& x) { return ask<finished>(x); },
    [this](invite_member& x) { return ask<admission>(x); },
    [this](answer_notification& x) { return ask<notification_outcome>(x); },
    [](const retire&) { return false; }, // its finder ends it
  };
}

} // namespace parley::cluster
