// A world of one seed: users with their programs, a network, one node after another, and a disk that outlives them.
#pragma once

#include "tests/sim/device.hpp"
#include "tests/sim/node.hpp"
#include "tests/sim/plan.hpp"
#include "tests/sim/trace.hpp"
#include "tests/sim/witness.hpp"

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace parley::sim {

class world final : private frame_watcher {
public:
  /// Nothing of what ran on the stage before may be left. `where` and `notes` must outlive it.
  world(stage& where, std::uint64_t seed, plant fault, trace& notes);
  world(const world&) = delete;
  world& operator=(const world&) = delete;
  ~world() override;

  /// All of it, to the first promise that is seen broken. None: all were kept.
  std::optional<broken_promise> run();

private:
  struct post {
    room_id room;
    user_id sender;
    std::string name; ///< client_msg_id
    std::string content;
  };

  // -- the frame (world.cpp) --
  void furnish();
  void start_node();
  void run_acts();
  void act();
  /// Lets actors run and bytes move for a while.
  void churn(std::size_t steps);
  bool move_one(link& way, device* owner);
  void note(const link& way, const heard& what);
  void pass_time(std::chrono::milliseconds by);
  /// So long that a room nobody is in is put away.
  void wait_long();
  void crash();
  void drain();
  void take_over();
  void doubt();
  void serve_on();
  void end_node(bool disk_works);
  bool failed() const { return witness_.broken().has_value(); }

  // -- the disk and other seams (world_disk.cpp) --
  void on_frame(link& to, const heard& what) override;
  void before_call(test::store_call what);
  void after_commit();
  void take_your_time();
  void uncover();
  test::lost lose_some();
  void fence();
  void freeze(std::span<const storage::message_draft> drafts);
  void thaw();
  void take_block();
  void note_entry(link& to, room_id room);

  // -- what programs do (world_devices.cpp) --
  void use_device();
  void connect(device& who);
  void renew_token(device& who);
  void ask_in(const device& who, room_id where);
  void talk(device& who);
  void talk_flat(device& who);
  void disturb();
  /// The name is the `client_msg_id`.
  void post_new(device& who, room_id where, bool always_named = false);
  void post_again(device& who, room_id where);
  room_id any_room() { return rooms_[fate_.below(rooms_.size())]; }
  user_id any_user() { return users_[fate_.below(users_.size())]; }

  // -- what people do over HTTP (world_http.cpp) --
  void use_http();
  void moderate();
  void change_access();
  void tell_of_revocation(user_id who, timestamp cutoff);
  void submit(user_id who, room_id where);
  void change_message(user_id who);
  void answer_somebody(user_id who);
  /// Counts the call, and its answer.
  template <class Out, class Order>
  void ask_room(
    room_id where, Order what, answered<Out> then = [](const tl::expected<Out, error_code>&) {});

  // -- the end (world_end.cpp) --
  void heal();
  void rest();
  void rest_for(std::chrono::seconds time);
  void check_rest();
  void check_link(const link& way);
  void check_presence(const link& way, room_id room, const place& at);
  void check_rooms();
  void check_registries();
  void live_on();
  void check_served(const std::vector<std::pair<device*, room_id>>& joined);
  void say_goodbye();

  stage& stage_;
  lot fate_;
  plant plant_;
  trace& trace_;
  timestamp began_at_;
  plan plan_;
  test::memory_store disk_;
  ledger truth_;
  witness witness_{disk_, truth_};
  hearing ears_;
  std::unique_ptr<node> node_;
  std::vector<user_id> users_;
  std::vector<room_id> rooms_;
  std::vector<device> devices_;
  std::vector<std::shared_ptr<link>> links_; ///< of this life of the node
  std::vector<post> posts_;
  link_options link_options_;
  std::int64_t next_connection_ = 1;
  int next_post_ = 1;
  int open_calls_ = 0;
  int life_ = 0; ///< of the node
  std::uint64_t asked_in_ = 0;
  std::map<std::pair<room_id, user_id>, std::uint64_t> first_asked_; ///< to come in, in this life of the node
  bool healed_ = true;
  bool dead_ = false;
  bool doubtful_ = false;                    ///< nobody knows whether the node's place is still its own
  std::unique_ptr<storage::writer> frozen_;  ///< of a node that was followed by another one
  std::vector<storage::message_draft> late_; ///< what it is about to store
  // planted
  std::optional<test::memory_state> withheld_;
  test::memory_state stored_before_;
  bool call_failed_ = false;
  std::vector<std::pair<std::shared_ptr<link>, room_id>> removed_;
  std::vector<frame_ptr> hoard_;
};

} // namespace parley::sim
