// The room actor: who is in it, the order of its messages, and every change to it.
#pragma once

#include "actors/attendance.hpp"
#include "actors/deadlines.hpp"
#include "actors/interfaces.hpp"
#include "actors/pinned.hpp"
#include "actors/player.hpp"
#include "actors/recent_messages.hpp"
#include "actors/user_lanes.hpp"
#include "auth/password.hpp"
#include "protocol/policy.hpp"

#include <caf/typed_response_promise.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
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
  /// How long who lost its last connection may stay away before the room is told that it is gone; 0 = not at all.
  std::chrono::milliseconds presence_grace{0};
  /// Of this run of the node, unlike that of any other: connections are numbered anew in each.
  std::string run = auth::random_token(9);
  /// A secret that nobody can guess, for one notification.
  std::function<std::string()> new_token = [] { return auth::random_token(24); };
  /// The address of a file's bytes, good without a token for some hours. Null: files are shown without one.
  std::function<std::string(video_id)> sign_video = nullptr;
};

/// One live room. It is the only one who changes the room's rows, so that what it remembers of them is always true.
/// It never waits: what needs an answer from the database is held in its user's lane, messages being committed are
/// in the pipeline.
class live_room final : public pinned<room_actor> {
public:
  static constexpr std::size_t pipeline_limit = 1024;           ///< messages being committed; past it `rate_limited`
  static constexpr std::size_t remembered_limit = 65'536;       ///< users whose rights are remembered
  static constexpr std::chrono::seconds typing_lifetime{6};     ///< after it, typing stops by itself
  static constexpr std::chrono::seconds save_pause{1};          ///< between two writes of the player: the latest wins
  static constexpr std::chrono::seconds running_save_pause{5};  ///< the same while it runs on untouched
  static constexpr std::chrono::seconds activity_pause_min{1};  ///< before a failed write of `is_active` is repeated;
  static constexpr std::chrono::seconds activity_pause_max{30}; ///< doubled up to this

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
    // A mute counts down by the even clock, from what the wall clock showed when the room first knew of it.
    timestamp mute_known_at{};
    moment mute_known_since{};
  };
  /// Who types: a user, or one connection of a guest.
  struct typist {
    user_id user;
    connection_id guest; ///< 0 for a user

    friend auto operator<=>(const typist&, const typist&) = default;
  };
  /// A message on its way through the writer.
  struct pending_post {
    std::uint64_t ticket = 0;
    user_id sender;
    std::optional<std::string> client_msg_id;
    std::variant<origin, caf::typed_response_promise<submitted>, std::monostate> asker; ///< none once it was told
    std::chrono::steady_clock::time_point accepted;
    moment until{}; ///< when its asker is told that it takes too long
    std::string guest_name = {};
  };
  /// A join that waits for the messages its client missed; `since` holds what was committed meanwhile.
  struct catching_up {
    join_room request;
    std::vector<message> since;
    std::map<message_id, message> changed; ///< what was edited or deleted meanwhile
  };
  /// A join that waits for messages that were committed before it: its client has read them, the room not told of them.
  struct waiting_join {
    std::uint64_t behind = 0; ///< the first ticket that it does not wait for
    join_room request;
    right access;
    moment until{}; ///< then it is refused
  };
  /// A join whose user is becoming a member.
  struct becoming {
    origin from;
    moment until{}; ///< then it is refused; the user may become a member all the same
  };
  template <class T>
  using promise = caf::typed_response_promise<T>;

  // -- rights (live_room.cpp) --
  /// Calls `then` with the user's right, in the user's lane; `failed` where neither has come by `until`.
  template <class Then, class Failed>
  void with_right(user_id user, moment until, Then then, Failed failed);
  template <class Then, class Failed>
  void use_right(user_id user, moment until, Then then, Failed failed);
  void remember(user_id user, right what);
  void learn(right& known, right what);
  /// What `muted_until` is compared with; any time where there is none.
  timestamp mute_clock(const right& access) const;
  timestamp mute_clock(user_id user) const;

  // -- joining and leaving (live_room_presence.cpp) --
  void on_join(join_room& x);
  void admit(join_room& x, const right& access, moment until);
  void admit_new_member(join_room x, moment until);
  void catch_up(join_room x, const right& access, moment until);
  void replay(join_room x, const right& access, moment until);
  void let_in_waiting();
  /// Refuses joins that have waited for too long. Returns when to look again.
  moment expire_joins();
  /// Why the user may not come in after all, though it might when it asked.
  error_code welcome_of(user_id user) const;
  void enter(const join_room& x, std::vector<message> missed, bool resync);
  void announce_again(const join_room& x);
  void on_leave(const leave_room& x);
  /// Takes the connection out. Where it was its person's last one the room is told, after the grace if `was_lost`.
  void remove_visitor(connection_id which, bool was_lost);
  void put_out(user_id user);
  /// The room is told who is present no more.
  void tell_gone(const attendance::shown& who);
  void expire_presence();
  void expect_expiry();
  void presence_moved(bool was_active);
  void store_activity();

  // -- messages and typing (live_room_messages.cpp) --
  /// What tells a guest from others, where a message has a name that must be its own.
  std::string guest_author(const user_brief& author, const post_draft& draft,
                           const decltype(pending_post::asker)& asker);
  void post(user_brief sender, post_draft draft, decltype(pending_post::asker) asker);
  void on_committed(committed& x);
  void settle(pending_post& post, storage::result<storage::appended>& outcome);
  void fail(decltype(pending_post::asker)& asker, error_code why);
  /// Tells senders whose messages take too long. Returns when to look again.
  moment expire_posts();
  void publish(const message& x, const pending_post& post);
  void on_typing(const set_typing& x);
  static typist typist_of(user_id user, connection_id from);
  /// Where it types, it stops, and the others hear so.
  void stop_typing(const typist& who);
  void tell_typing(const typist& who, bool is_typing);
  void expire_typing();

  // -- messages that were sent (live_room_edits.cpp) --
  promise<message> edit(edit_message& x);
  promise<finished> erase(const delete_message& x);
  promise<read_mark> mark(const mark_read& x);
  /// A message has another content now, wherever it is remembered.
  void replace(const message& x);

  // -- watching together (live_room_sync.cpp) --
  void on_steer(const steer& x);
  /// True where it was refused, and the session told so.
  bool refuse_steering(const steer& x, const right& access);
  bool refuse_sync(const origin& from);
  void load_video(const steer& x, const right& access, video_id what, moment until);
  void steer_to(const steer& x, std::optional<video> loaded);
  void on_buffering(const set_buffering& x);
  void on_request_sync(const request_sync& x);
  void on_video_removed(video_id what);
  void expire_buffering();
  /// After each change of the player: it is stored, and the room hears it. Whoever asked with an id gets it as the
  /// answer instead.
  void player_moved(const origin* asker = nullptr);
  sync_state sync_now() const;
  /// What `room_joined` shows; none where nobody steers or nothing was loaded yet.
  std::optional<sync_state> joined_sync() const;
  void tell_sync(const origin& to, const sync_state& now);
  /// Stores the player where that is due, else sees to it that it will be.
  void save_playback();
  void write_playback(std::function<void()> then, std::function<void()> failed);
  promise<bool> retire_when_kept();
  void give_up_retiring();

  // -- changes (live_room_changes.cpp) --
  promise<room_view> change(user_id by, std::function<storage::result<room>(storage::writer&, const room& now)> step);
  promise<finished> dissolve(user_id by);
  void closed_down();
  bool may_retire() const;

  // -- who comes in (live_room_invitations.cpp) --
  promise<admission> become(const become_member& x);
  promise<finished> withdraw(const withdraw_request& x);
  promise<admission> invite(const invite_member& x);
  promise<notification_outcome> answer(const answer_notification& x);
  /// Tells the receiver of a new notification, or of a new status.
  void notify(const notification& x);

  // -- members (live_room_members.cpp) --
  promise<member_state> change_one(const change_member& x);
  promise<finished> expel(const remove_member& x);
  promise<finished> unban(const lift_ban& x);
  promise<room_view> hand_over(const transfer_room& x);

  // -- speaking --
  /// `except` rises.
  void broadcast(const room_event& event, const std::vector<connection_id>& except = {},
                 std::optional<stage_times> stages = {});
  void tell(const origin& to, frame_ptr bytes);
  void refuse(const origin& to, refused::request what, error_code why);
  /// Sees to it that a tick comes by then.
  void wake_at(moment at);
  void on_tick();
  /// When an asker of now is told that it takes too long.
  moment answer_due() const;
  /// Runs `step` in the user's lane, or calls `failed` where it still waits at `until`, or too much does.
  template <class Step, class Failed>
  void in_turn(user_id user, moment until, Step step, Failed failed);
  occupancy live() const { return {attendance_.users()}; }
  const db_reader_actor& reader();

  /// Runs a read job; `then` gets its value, `failed` a code: `rate_limited` at `until`.
  template <class Step, class Then, class Failed>
  void read(moment until, Step step, Then then, Failed failed);
  /// Runs a write job; `then` gets its value after the commit, `failed` a code. However long that takes.
  template <class Step, class Then, class Failed>
  void write(Step step, Then then, Failed failed);
  /// As `write`, from within a step of the user's lane: what comes next for the user waits for the answer.
  template <class Step, class Then, class Failed>
  void write_holding(user_id user, Step step, Then then, Failed failed);
  /// What somebody asked of the room, in the lane of `user`: `step` checks and does it in one transaction and gives a
  /// storage::result. After the commit `then` gets its value; an error goes to `out`.
  template <class T, class Step, class Then>
  void decide(user_id user, promise<T> out, Step step, Then then);

  std::shared_ptr<const room_environment> env_;
  room room_;
  message_id last_message_; ///< the last one that was broadcast
  recent_messages recent_;
  std::unordered_map<user_id, right> rights_;
  right guests_; ///< of all of them, where the room lets them in
  user_lanes lanes_;
  attendance attendance_;
  deadlines<typist> typing_; ///< until when
  std::unordered_map<connection_id, catching_up> catching_up_;
  std::deque<pending_post> pipeline_;
  std::deque<waiting_join> waiting_joins_;
  std::unordered_map<user_id, becoming> becoming_;
  std::optional<std::pair<moment, promise<bool>>> retiring_; ///< until when, while the player is being stored
  player player_;
  std::uint64_t next_ticket_ = 1;
  std::size_t next_reader_ = 0;
  std::optional<bool> stored_active_ = false; ///< what is stored; unknown after a write that failed
  bool storing_active_ = false;               ///< the writer has not answered yet
  moment activity_due_{};                     ///< not written before, because it failed
  std::chrono::seconds activity_pause_ = activity_pause_min;
  bool unsaved_ = false; ///< the player changed since it was last given to the writer
  bool saving_ = false;  ///< the writer has not answered yet
  moment saved_at_{};
  int loading_ = 0; ///< videos that are being looked up
  std::set<video_id> removed_meanwhile_;
  std::set<moment> ticks_; ///< that are on their way
  bool gone_ = false;      ///< dissolved
};

} // namespace parley
