// A database in memory, for tests of actors. It fails when it is told to, and on what actors should not ask.
#pragma once

#include "storage/ports.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace parley::test {

/// Everything that is stored. A transaction works on a copy.
struct memory_state {
  using place = std::pair<room_id, user_id>;

  std::map<user_id, user> users;
  std::map<room_id, room> rooms;
  std::map<place, membership> members;
  std::map<place, timestamp> bans; ///< since when
  std::vector<message> messages;
  /// By which guest a message with a client_msg_id came, and with which content first.
  struct first_words {
    std::string guest;
    std::string content;
  };
  std::map<message_id, first_words> said;
  std::map<place, message_id> read_marks;
  std::vector<std::pair<room_id, bool>> activity; ///< every `set_active`, in order
  std::map<notification_id, notification> notifications;
  std::map<notification_id, timestamp> answered_at;        ///< of those that were answered
  std::map<std::pair<user_id, user_id>, timestamp> blocks; ///< since when the first blocks the second
  std::map<room_id, timestamp> guests_muted_until;
  std::map<room_id, std::int64_t> revisions; ///< of rooms of which a message was changed
  std::map<std::string, storage::owned_task, std::less<>> tasks;
  std::map<video_id, storage::stored_video> videos;
  std::map<std::string, storage::upload, std::less<>> uploads;
  std::map<file_id, storage::stored_file> files;
  std::map<room_id, storage::playback> playback;
  storage::revocations revoked;

  /// What was last written of it.
  bool is_active(room_id room) const;
  /// Lets ids go on behind these.
  void start_after(room_id room, message_id message, video_id video);
  /// From now on messages get ids from here on, whatever others were given since: for a test of the tests.
  void take_ids_from(message_id first) { reserved_ = first.value; }
  /// Ids, which are not given out twice.
  room_id next_room();
  message_id next_message();
  video_id next_video();
  notification_id next_notification();

  message_id last_message(room_id room) const;
  /// What is shown of a user who is not listed, as `anonymous`: the id with an empty name.
  user_brief brief(user_id id) const;
  /// The one that waits for an answer, where there is one.
  const notification* pending(room_id room, user_id candidate) const;

private:
  std::int64_t last_room_ = 0;
  std::int64_t last_message_ = 0;
  std::int64_t reserved_ = 0; ///< the next of ids that were taken ahead; 0: none were
  std::int64_t last_video_ = 0;
};

enum class store_call { begin, append, commit, savepoint, read };

/// What a connection to a store elsewhere loses of a commit. The writer then asks the store what became of it, by the
/// commit's own name: where it is stored, it goes on as if the answer had come; where not, messages are sent again, and
/// other changes have failed.
enum class lost : std::uint8_t { nothing, question, answer };

class memory_store {
public:
  /// What is committed; tests may change it between transactions.
  memory_state committed;
  int commits = 0;
  std::vector<std::size_t> appended; ///< drafts of each `append`

  /// Run right after a commit, and after a look for missed messages: before anybody can be told of it. Other actors
  /// may run within.
  std::function<void()> after_commit = [] {};
  std::function<void()> after_find_missed = [] {};
  /// Run before each call; the call fails where it throws `storage_error`. A reader's question may count for several.
  std::function<void(store_call)> before;

  /// What `owes_erasure` answers, and what `erase` does. Memory keeps nothing that is gone.
  bool owes_erasure = false;
  std::function<storage::erasure()> erase = [] { return storage::erasure::done; };

  /// Asked at each commit.
  std::function<lost()> loses = [] { return lost::nothing; };
  /// A writer that takes what it stored for lost, where its answer was: for a test of the tests.
  bool knows_commits = true;
  /// Nothing that writers of before have not committed yet can be: another process has taken their place.
  void fence() { ++incarnation; }
  int incarnation = 0; ///< of the writers that may commit
  /// Run with the messages of a transaction that has nothing else, before it.
  std::function<void(std::span<const storage::message_draft>)> before_store = [](const auto&) {};

  /// A store whose lookup of `client_msg_id` finds nothing, where false: for a test of the tests.
  bool finds_repeats = true;

  std::unique_ptr<storage::reader> open_reader();
  std::unique_ptr<storage::writer> open_writer();

  /// Lets the n-th such call from now throw `storage_error`, once.
  void fail(store_call what, int nth = 1) { failures_[what] = nth; }
  void count(store_call what);

  // -- contents --
  user_id add_user(const std::string& name);
  room_id add_room(user_id owner, const room_config& config = {});
  void add_member(room_id room, user_id user, member_role role = member_role::member);
  message_id add_message(room_id room, user_id sender, const std::string& content);
  notification_id add_notification(notification_kind kind, room_id room, user_id receiver, user_id from,
                                   const std::string& token = "token");
  /// Adds a file of nobody's message; a picture where it has a width.
  file_id add_file(room_id room, user_id by, std::optional<std::int64_t> width = {});
  video_id add_video(room_id room, user_id by, const std::string& title = "video");

private:
  std::map<store_call, int> failures_;
};

} // namespace parley::test
