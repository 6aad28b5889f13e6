// Brings the rows of a source in, by rules that make each of them one of ours or say why it is none. docs/adr/0058.
#pragma once

#include "moving/pictures.hpp"
#include "moving/report.hpp"
#include "moving/source.hpp"
#include "protocol/limits.hpp"
#include "storage/intake.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace parley::moving {

struct plan {
  std::string source;                               ///< the name under which the database knows it
  bool only_look = false;                           ///< the report alone: nothing is written
  text_limits texts;                                ///< what new texts may be
  std::size_t content_bytes = 65536;                ///< more of a message is cut off
  std::size_t avatar_bytes = 2 << 20;               ///< more of a picture is none
  std::filesystem::path pictures;                   ///< our folder of them
  std::optional<std::filesystem::path> their_files; ///< the folder that holds theirs
  timestamp now{};
  std::function<std::string()> make_token; ///< of a notification that has none
  /// The hash of a new password, which it has noted down for whoever needs one; empty where none are made.
  std::function<std::string(const parley::user&)> make_password;
  /// Called often: rows of the kind that were looked at, and in all.
  std::function<void(std::string_view kind, std::int64_t done, std::int64_t all)> tell;
};

/// For one run. Each kind is one transaction; a run that was broken off is gone on with by another one.
class mover {
public:
  mover(source& from, storage::intake& to, report& told, plan how);

  /// Throws storage::storage_error, std::runtime_error: the source or the database failed, or the source is not the one
  /// that had this name before. What kinds were done stay.
  void run();

private:
  /// One of ours, and whether it was here before this run.
  struct place {
    std::int64_t id = 0;
    bool old = false;
  };
  using places = std::unordered_map<std::string, place>;

  template <class Take>
  void take_all(kind of, Take&& take);
  void take_user(record& x);
  void take_room(record& x);
  void take_member(record& x);
  void take_ban(record& x);
  void take_message(record& x);
  void take_notification(record& x);

  // -- what is common to all kinds: mover.cpp
  void know_target();
  void know_source();
  void leave_out(kind of, std::string_view id, rule why, std::string_view what);
  /// Theirs if it is free, else a new one; noted.
  std::int64_t choose_id(kind of, const std::string& theirs);
  /// The place of a row that was not taken yet; null where it is none, which is counted.
  place* new_place(kind of, const record& x, places& all);
  void keep(kind of, const std::string& theirs, std::int64_t ours);
  timestamp time_of(kind of, std::string_view id, const std::optional<std::string>& said, timestamp otherwise,
                    std::string_view what);
  bool truth_of(kind of, std::string_view id, const std::optional<std::string>& said, bool otherwise,
                std::string_view what);
  std::string text_of(kind of, std::string_view id, const std::optional<std::string>& said, std::string_view what);
  template <class Enum>
  Enum word_of(kind of, std::string_view id, const std::optional<std::string>& said, Enum otherwise,
               std::optional<Enum> (*read)(std::string_view), std::string_view what);
  std::optional<user_id> find_user(const std::optional<std::string>& theirs) const;
  std::optional<room_id> find_room(const std::optional<std::string>& theirs) const;

  // -- mover_users.cpp
  std::string choose_name(const record& x, std::string_view id, std::int64_t ours);
  std::string choose_email(const record& x, std::string_view id, std::int64_t ours);
  std::string choose_hash(const record& x, std::string_view id, const parley::user& who);
  std::optional<std::string> bring_picture(const record& x, std::string_view id);
  void put_retired(const std::string& theirs, std::int64_t ours, std::string name);
  user_id stand_in(const std::string& theirs, std::string_view message);

  // -- mover_rooms.cpp
  void know_first_members();
  room_config config_of(const record& x, std::string_view id);
  void put_member(room_id room, const membership& who);
  bool is_member(room_id room, user_id user);

  // -- mover_messages.cpp
  void prepare_messages();
  std::optional<message_id> message_of(const std::optional<std::string>& theirs) const;
  std::int64_t shift_of(std::int64_t theirs) const;

  source& from_;
  storage::intake& to_;
  report& told_;
  plan how_;
  picture_reader read_picture_;
  picture_folder pictures_;
  storage::import_state state_;
  bool known_ = false; ///< the source was imported before

  places users_;
  places rooms_;
  places notifications_;
  std::array<std::int64_t, all_kinds.size()> last_{}; ///< ids up to here are not free
  std::array<std::int64_t, all_kinds.size()> most_{}; ///< theirs are not higher
  std::array<std::int64_t, all_kinds.size()> next_{}; ///< the next new id
  std::unordered_set<std::string> names_;             ///< folded
  std::unordered_set<std::string> emails_;            ///< folded
  std::unordered_map<std::int64_t, storage::known_room> our_rooms_;
  std::unordered_set<std::string> members_; ///< `room user` of those that came
  std::unordered_set<std::string> bans_;
  std::unordered_set<std::string> waiting_;                ///< `room candidate` of notifications that came
  std::unordered_map<std::string, user_id> first_members_; ///< of their rooms

  id_survey messages_;                            ///< theirs behind those that came before
  std::int64_t shift_ = 0;                        ///< of those that come now
  std::int64_t old_shift_ = 0;                    ///< of messages that came before
  std::int64_t old_last_ = 0;                     ///< the last of them
  std::int64_t passed_ = 0;                       ///< messages that were looked at
  timestamp last_sent_{};                         ///< of the message before
  std::vector<std::int64_t> seen_;                ///< ids of theirs, rising
  std::unordered_set<std::int64_t> out_of_order_; ///< those that came behind a higher one
};

template <class Enum>
Enum mover::word_of(kind of, std::string_view id, const std::optional<std::string>& said, Enum otherwise,
                    std::optional<Enum> (*read)(std::string_view), std::string_view what) {
  if (!said || said->empty())
    return otherwise;
  const auto known = read(*said);
  if (!known)
    told_.note(of, id, rule::unknown_word, std::string(what).append(" \"").append(*said).append("\""));
  return known.value_or(otherwise);
}

/// A database in which nobody is but `anonymous`: for a look before there is one.
std::unique_ptr<storage::intake> open_empty();

} // namespace parley::moving
