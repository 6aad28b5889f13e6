// The room actor: who is in it, the order of its messages, and every change to it.
#pragma once

#include "actors/interfaces.hpp"
#include "actors/pinned.hpp"
#include "actors/recent_messages.hpp"
#include "actors/user_lanes.hpp"
#include "protocol/policy.hpp"

#include <caf/typed_response_promise.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <variant>

namespace parley {

/// What every room of a node turns to.
struct room_environment {
  std::vector<hub_actor> hubs; ///< by thread index
  directory_actor directory;
  db_writer_actor writer;
  std::vector<db_reader_actor> readers;
  time_source now;
};

/// One live room. It is the only one who changes the room's rows, so that what it remembers of them is always true.
/// It never waits: what needs an answer from the database is held in its user's lane, messages being committed are
/// in the pipeline.
class live_room final : public pinned<room_actor> {
public:
  static constexpr std::size_t pipeline_limit = 1024;       ///< messages being committed; past it `rate_limited`
  static constexpr std::size_t remembered_limit = 65'536;   ///< users whose rights are remembered
  static constexpr std::chrono::seconds typing_lifetime{6}; ///< after it, typing stops by itself

  live_room(caf::actor_config& cfg, pin where, std::shared_ptr<const room_environment> env, storage::room_state state);

  const char* name() const override { return "live_room"; }

protected:
  behavior_type make_behavior() override;
  void on_exit() override;

private:
  /// A user's right to the room, as the database has it.
  struct right {
    std::optional<membership> who;
    bool banned = false;
  };
  struct visitor {
    origin from;
    user_id user;
  };
  struct present_user {
    user_brief user;
    int sessions = 0;
    std::optional<timestamp> typing_until;
    connection_id typing_from; ///< hears neither that it types nor that it stopped
  };
  /// A message on its way through the writer.
  struct pending_post {
    std::uint64_t ticket = 0;
    user_id sender;
    std::optional<std::string> client_msg_id;
    std::variant<origin, caf::typed_response_promise<submitted>> asker;
  };
  /// A join that waits for the messages its client missed; `since` holds what was committed meanwhile.
  struct catching_up {
    join_room request;
    right access;
    std::vector<message> since;
  };
  template <class T>
  using promise = caf::typed_response_promise<T>;

  // -- rights (live_room.cpp) --
  /// Calls `then` with the user's right, in the user's lane; `failed` where the database does not answer.
  template <class Then, class Failed>
  void with_right(user_id user, Then then, Failed failed);
  void remember(user_id user, right what);

  // -- joining and leaving (live_room_presence.cpp) --
  void on_join(join_room& x);
  void admit(join_room& x, const right& access);
  void admit_new_member(join_room x);
  void catch_up(join_room x, const right& access);
  void enter(const join_room& x, std::vector<message> missed, bool resync);
  void announce_again(const join_room& x);
  void on_leave(const leave_room& x);
  /// Takes the connection out; returns who left if it was the user's last session here.
  std::optional<user_brief> remove_visitor(connection_id who);
  void put_out(user_id user);
  void presence_moved(bool was_active);
  void store_activity();

  // -- messages and typing (live_room_messages.cpp) --
  void post(user_brief sender, post_draft draft, decltype(pending_post::asker) asker);
  void on_committed(committed& x);
  void settle(pending_post& post, storage::result<storage::appended>& outcome);
  void publish(const message& x);
  void on_typing(const set_typing& x);
  void stop_typing(present_user& who);
  void expire_typing();

  // -- changes (live_room_changes.cpp) --
  void as_owner(user_id by, std::function<void()> then, std::function<void(error_code)> failed);
  void change(user_id by, promise<room_view> out, std::function<storage::result<room>(storage::writer&)> step);
  void dissolve(user_id by, promise<finished> out);
  void closed_down();
  void become(user_id user, promise<finished> out);
  void expel(const remove_member& x, promise<finished> out);
  void expel_with(const remove_member& x, const right& actor, promise<finished> out);
  bool may_retire() const;

  // -- speaking --
  void broadcast(const room_event& event, connection_id except = {});
  void tell(const origin& to, frame_ptr bytes);
  void refuse(const origin& to, refused::request what, error_code why);
  occupancy live() const { return {static_cast<std::int64_t>(present_.size())}; }
  const db_reader_actor& reader();

  /// Runs a write job; `then` gets its value after the commit, `failed` a code.
  template <class Step, class Then, class Failed>
  void write(Step step, Then then, Failed failed);

  std::shared_ptr<const room_environment> env_;
  room room_;
  message_id last_message_; ///< the last one that was broadcast
  recent_messages recent_;
  std::unordered_map<user_id, right> rights_;
  user_lanes lanes_;
  std::unordered_map<connection_id, visitor> visitors_;
  std::unordered_map<user_id, present_user> present_;
  std::unordered_map<connection_id, catching_up> catching_up_;
  std::vector<std::uint32_t> listeners_; ///< visitors by thread
  std::uint32_t shapes_[2] = {0, 0};     ///< visitors by wire shape
  std::deque<pending_post> pipeline_;
  std::uint64_t next_ticket_ = 1;
  std::size_t next_reader_ = 0;
  bool ticking_ = false;        ///< a tick for typing is on its way
  bool stored_active_ = false;  ///< what the writer was last told
  bool storing_active_ = false; ///< the writer has not answered yet
  bool gone_ = false;           ///< dissolved
};

} // namespace parley
