// Messages on their way through the writer, to all who hear them.
#pragma once

#include "actors/recent_messages.hpp"
#include "actors/room/activity.hpp"
#include "actors/room/arrivals.hpp"
#include "actors/room/core.hpp"
#include "actors/room/post_pipeline.hpp"
#include "actors/room/typing.hpp"

#include <string>
#include <variant>

namespace parley {

/// Whoever posted: a client of a WebSocket, or a request over HTTP.
using post_asker = std::variant<origin, completion<submitted>>;
using post_queue = post_pipeline<post_asker>;

class posting {
public:
  posting(room_core& room, typing& types, arrivals& arriving, activity& elsewhere, recent_messages& recent,
          post_queue& posts)
    : room_(room), typing_(types), arrivals_(arriving), activity_(elsewhere), recent_(recent), posts_(posts) {}

  void carry_out(post_message& x) { post(std::move(x.user), std::move(x.draft), std::move(x.from)); }
  void carry_out(submit_message& x, completion<submitted> out) {
    post(std::move(x.user), std::move(x.draft), std::move(out));
  }

  void settle(committed& x);
  /// Tells senders whose messages take too long. Returns when to call again; `moment::max()` for never.
  moment expire();

private:
  /// What somebody wants to post, until it is known whether it may.
  struct wish {
    user_brief author;
    post_draft draft;
    post_asker asker;
    moment until{}; ///< when the asker is told that it takes too long
    typist who;
  };

  void post(user_brief author, post_draft draft, post_asker asker);
  void accept(wish x, const right& access);
  error_code verdict_on(const post_draft& draft, const right& access) const;
  /// What tells a guest from others, if a message has a name that must be its own.
  std::string guest_author(const user_brief& author, const post_draft& draft, const post_asker& asker) const;
  void settle(const post_queue::post& what, storage::result<storage::appended>& outcome);
  void acknowledge(const post_queue::post& what, const storage::appended& stored);
  void fail(const post_asker& asker, error_code why);
  void publish(message x, const post_queue::post& what);

  room_core& room_;
  typing& typing_;
  arrivals& arrivals_;
  activity& activity_;
  recent_messages& recent_;
  post_queue& posts_;
};

} // namespace parley
