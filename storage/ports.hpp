// What Parley stores, in words. Actors and commands know these two classes; each back end implements them.
#pragma once

#include "protocol/error_code.hpp"
#include "protocol/http_codec.hpp"
#include "protocol/model.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace parley::storage {

/// The storage itself failed (disk, lock, connection): what was asked did not happen. Thrown by every call below;
/// the actor that owns the connection turns it into `error_code::internal`. `what()` may name SQL; it is for the log.
class storage_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

template <class T>
using result = tl::expected<T, error_code>;

struct credentials {
  user value;
  std::string password_hash; ///< bcrypt; empty for a user who cannot log in
};

/// The playback of a room as it is kept over restarts.
struct playback {
  std::int64_t version = 0;
  std::optional<video> watched; ///< none where it was removed since
  double position_s = 0;
  double rate = 1;
  user_id by;
};

/// A room with everything that its actor keeps of it.
struct room_state {
  room value;
  message_id last_message; ///< 0 where the room has none
  std::optional<playback> watching;
  std::optional<timestamp> guests_muted_until = {};
};

/// A user's right to a room, read in one go.
struct room_access {
  room value;
  std::optional<membership> who; ///< empty for a stranger
  bool banned = false;
};

/// A refresh token as stored: only its SHA-256, and the family that every rotation keeps.
struct refresh_token_record {
  std::string token_hash; ///< 32 bytes
  std::string family;     ///< random, shared by all tokens that came from one login
  user_id user;
  timestamp expires_at{};
};

/// Access tokens of a family are refused from now on; forgotten after `forget_at`, when all of them have expired.
struct revoked_family {
  std::string family;
  timestamp forget_at{};
};

/// Access tokens of a user without a family that were issued at or before `cutoff` are refused.
struct revoked_user {
  user_id user;
  timestamp cutoff{};
};

struct revocations {
  std::vector<revoked_family> families;
  std::vector<revoked_user> users;
};

struct new_user {
  std::string username;
  std::string email;
  std::string password_hash;
  user_role role = user_role::user;
  timestamp created_at{};
};

struct user_patch {
  std::optional<std::string> username;
  std::optional<std::string> email;
  std::optional<std::string> password_hash;
  std::optional<std::optional<std::string>> avatar_url; ///< inner none: removes it
};

struct new_notification {
  notification_kind kind = notification_kind::join_request;
  user_id receiver;
  user_id from;
  room_id room;
  std::string token;
  timestamp created_at{};
};

struct new_video {
  room_id room;
  std::string title;
  video_kind kind = video_kind::file;
  std::string url;  ///< of a link; empty for a file
  std::string file; ///< the file's name in the videos folder; empty for a link
  std::optional<std::int64_t> size;
  std::optional<std::string> content_type;
  user_id uploaded_by;
  timestamp created_at{};
};

/// A video with the name of its file in the videos folder (empty for a link).
struct stored_video {
  video value;
  std::string file;
};

/// A resumable upload. Its offset is the size of its file, until it has become a video.
struct upload {
  std::string id; ///< random; the file's name as well
  room_id room;
  user_id user;
  std::string title;
  std::string content_type;
  std::optional<std::int64_t> length; ///< bytes in the end; none where the client has not told yet
  timestamp touched_at{};             ///< when its last byte came
  std::string metadata;               ///< `Upload-Metadata` as the client gave it
  std::string concat;                 ///< `Upload-Concat` as the client gave it: of a part, of a whole, or empty
  std::optional<video_id> made;       ///< the video that it has become
};

struct owned_task {
  user_id owner;
  task_status value;
};

struct message_draft {
  room_id room;
  user_brief sender;
  post_draft post;
  timestamp sent_at{};
  std::string guest = {}; ///< with a client_msg_id: which of the guests that all are `sender`; empty for a user
};

/// What became of one draft.
struct appended {
  message value;
  /// This client_msg_id of this author in this room was stored within 24 h, with this content: `value` is that one as
  /// it is now.
  bool repeated = false;
};

/// The exchange of a refresh token for the one that follows from it.
struct rotation {
  std::string old_hash;  ///< SHA-256, 32 bytes
  std::string next_hash; ///< the same of the successor, which is derived from the old one
  std::string key_hash;  ///< SHA-256 of the key by which a client asks again; empty where it has none
  timestamp now{};
  timestamp expires_at{}; ///< of the successor
  timestamp forget_at{};  ///< of the family, where it is revoked
};

/// How long after an exchange the same answer is given again, as long as the successor was not used.
inline constexpr std::chrono::seconds rotation_grace{10};
/// The same where the request has the key of the first one.
inline constexpr std::chrono::seconds rotation_grace_by_key{120};

struct rotated {
  user_id user;
  std::string username;
  std::string family;
  timestamp rotated_at{}; ///< when the old token was first exchanged: earlier than now where the answer is given again
};

enum class room_scope : std::uint8_t { mine, listed }; ///< rooms of the user; rooms with `is_public`

/// Questions. One object a thread; not thread-safe. Each call sees one consistent snapshot.
class reader {
public:
  virtual ~reader() = default;

  // -- users --
  virtual std::optional<user> find_user(user_id id) = 0;
  /// By username or e-mail, both compared case-folded.
  virtual std::optional<credentials> find_credentials(std::string_view login) = 0;
  virtual std::optional<credentials> find_credentials(user_id id) = 0;
  /// `is_active` of the briefs is the stored one.
  virtual std::optional<own_profile> find_profile(user_id id) = 0;
  virtual revocations find_revocations(timestamp now) = 0;
  /// Users but `anonymous` whose folded name holds `search`, by id.
  virtual page<user_brief> find_users(std::string_view search, page_request at) = 0;
  virtual bool has_blocked(user_id by, user_id whom) = 0;
  /// Whom the user blocks, the latest first.
  virtual page<user_brief> find_blocks(user_id by, page_request at) = 0;
  virtual std::int64_t count_blocks(user_id by) = 0;

  // -- rooms --
  virtual std::optional<room_state> find_room(room_id id) = 0;
  virtual std::optional<room_access> find_access(room_id room, user_id user) = 0;
  virtual page<room> find_rooms(user_id user, room_scope scope, std::string_view search, page_request at) = 0;
  /// Members in the order in which they joined; `online` is left false.
  virtual std::vector<member_view> find_members(room_id room) = 0;
  /// Who is banned, the latest first.
  virtual page<user_brief> find_bans(room_id room, page_request at) = 0;

  // -- notifications --
  /// The receiver's but those that were withdrawn, newest first; of every status where none is given.
  virtual page<notification> find_notifications(user_id receiver, std::optional<notification_status> status,
                                                page_request at) = 0;
  virtual std::optional<notification> find_notification(notification_id id) = 0;
  /// How often `by` has rejected since then what `from` asked it about the room.
  virtual std::int64_t count_rejections(room_id room, user_id from, user_id by, timestamp since) = 0;

  // -- messages --
  virtual std::optional<message> find_message(message_id id) = 0;
  /// Messages of a room within `after < id < before`, oldest first, the newest ones where neither cursor is set.
  virtual history_page find_messages(room_id room, message_id visible_after, history_request at) = 0;
  /// At most `limit` messages with an id above `after`, oldest first: what a resume replays.
  virtual std::vector<message> find_missed(room_id room, message_id after, std::size_t limit) = 0;
  /// Members of the room whose read mark is at or past the message, by id.
  virtual page<user_brief> find_readers(room_id room, message_id id, page_request at) = 0;

  // -- tasks --
  virtual std::optional<owned_task> find_task(std::string_view connection) = 0;

  // -- videos; `url` of a file is left empty --
  virtual std::optional<stored_video> find_video(video_id id) = 0;
  /// Newest first.
  virtual page<video> find_videos(room_id room, page_request at) = 0;
  virtual std::optional<upload> find_upload(std::string_view id) = 0;
  /// The user's upload of that `concat` that has become a video.
  virtual std::optional<upload> find_whole_upload(user_id user, std::string_view concat) = 0;
  /// Uploads whose last byte came before `limit`.
  virtual std::vector<upload> find_stale_uploads(timestamp limit) = 0;
  /// The user's that are not complete.
  virtual std::int64_t count_uploads(user_id user) = 0;
  /// The names of all files that a row of videos or uploads knows.
  virtual std::vector<std::string> find_video_files() = 0;

  /// Throws `storage_error` where the storage does not answer. A writer leaves something to be committed, so that the
  /// commit tells whether the disk takes it.
  virtual void ping() = 0;
};

/// How far `writer::erase` came.
enum class erasure : std::uint8_t {
  done,
  unfinished, ///< a part is done: call again, soon
  hindered,   ///< somebody reads what was there before: try again
};

/// Changes. One object a process, on one thread. Every call must be inside `begin` … `commit`, but for `erase`.
class writer : public reader {
public:
  virtual void begin() = 0;
  /// When it returns, all since `begin` survives a crash (with `durability = full`).
  virtual void commit() = 0;
  virtual void rollback() noexcept = 0;

  /// Runs `step` inside a savepoint: where it throws, its own changes alone are undone and the exception goes on.
  template <class Step>
  auto guarded(Step&& step);

  // -- users and tokens --
  /// `username_taken` or `email_taken`.
  virtual result<user> create_user(const new_user& x) = 0;
  /// `user_not_found`, `username_taken` or `email_taken`.
  virtual result<user> update_user(user_id id, const user_patch& x) = 0;
  virtual result<void> promote(user_id id, user_role role) = 0;
  /// `user_not_found`. Blocking again changes nothing.
  virtual result<void> block_user(user_id by, user_id whom, timestamp now) = 0;
  virtual void unblock_user(user_id by, user_id whom) = 0;
  virtual void add_refresh_token(const refresh_token_record& x) = 0;
  /// Replaces the old token by its successor in the same family. `invalid_token` where the old one is unknown, expired
  /// or dead. Where it was used before: within the grace, the successor being unused, the first answer again; else the
  /// whole family dies with it (`invalid_token`, and `revoked` names the family).
  virtual result<rotated> rotate_refresh_token(const rotation& x, std::optional<std::string>& revoked) = 0;
  /// The family that died, where the token was known.
  virtual std::optional<std::string> revoke_refresh_token(std::string_view hash, timestamp forget_at) = 0;
  /// Every family of the user dies, and its access tokens without a family up to `now`. The families that died.
  virtual std::vector<std::string> revoke_user(user_id id, timestamp now, timestamp forget_at) = 0;

  // -- rooms --
  /// The creator becomes owner and member.
  virtual room create_room(user_id owner, const new_room& x, timestamp now) = 0;
  virtual result<room> update_room(room_id id, const room_patch& x) = 0;
  virtual result<room> update_room_config(room_id id, const room_config& x) = 0;
  virtual result<void> delete_room(room_id id) = 0;
  virtual void set_active(room_id id, bool is_active) = 0;
  /// After a start: no session is joined anywhere.
  virtual void clear_active() = 0;
  /// `already_member`, `banned`, `room_not_found`.
  virtual result<membership> add_member(room_id room, user_id user, member_role role, timestamp now) = 0;
  /// `not_a_member`, `owner_cannot_leave`. With `ban`, the user cannot come back until unbanned.
  virtual result<void> remove_member(room_id room, user_id user, bool ban, timestamp now) = 0;
  /// `not_a_member`.
  virtual result<membership> change_member(room_id room, user_id user, const member_patch& x) = 0;
  /// `user_not_found` where the user is not banned.
  virtual result<void> lift_ban(room_id room, user_id user) = 0;
  /// Guests, who are no members; of a room that is there.
  virtual void mute_guests(room_id room, std::optional<timestamp> until) = 0;
  /// The old owner stays as a moderator; join requests that wait for an answer go to the new one and are given back
  /// as they are now. `room_not_found`, `not_a_member`.
  virtual result<std::pair<room, std::vector<notification>>> transfer_room(room_id room, user_id to) = 0;

  // -- notifications --
  /// `already_pending` where one of any kind about the same candidate and room waits for an answer; `room_not_found`,
  /// `user_not_found`.
  virtual result<notification> add_notification(const new_notification& x) = 0;
  /// `notification_not_found` where it is not the receiver's, `already_answered`, `gone` where it was withdrawn.
  virtual result<notification> mark_notification(notification_id id, user_id receiver, bool read) = 0;
  /// `notification_not_found`, `already_answered`, `gone` where it was withdrawn.
  virtual result<notification> answer_notification(notification_id id, bool accept, timestamp now) = 0;
  /// Takes the user's own request to join back. `notification_not_found` where none waits for an answer.
  virtual result<void> withdraw_request(room_id room, user_id by) = 0;

  // -- messages --
  /// Stores drafts in their order, with rising ids. `room_not_found` where the room is gone, `client_msg_id_reused`
  /// where the author named another message so within 24 h.
  virtual std::vector<result<appended>> append(std::span<const message_draft> drafts) = 0;
  /// `message_not_found`; `gone` where it was deleted.
  virtual result<message> edit_message(message_id id, std::string_view content, timestamp now) = 0;
  /// The content goes from storage. Deleting it again changes nothing. `message_not_found`.
  virtual result<message> delete_message(message_id id) = 0;
  /// Moves the mark up to `id`, never down. The mark as it is then.
  virtual read_mark raise_read_mark(room_id room, user_id user, message_id id) = 0;

  // -- tasks, watching together --
  /// The first to save a status under a connection owns it. `not_task_owner`.
  virtual result<void> save_task(user_id by, const task_status& x) = 0;
  /// Kept over restarts; nothing happens where the room is gone.
  virtual void save_playback(room_id room, const playback& x) = 0;
  /// `room_not_found`.
  virtual result<video> add_video(const new_video& x) = 0;
  /// `video_not_found`. Playback that showed it shows nothing then.
  virtual result<stored_video> remove_video(video_id id) = 0;
  virtual result<void> add_upload(const upload& x) = 0;
  virtual void set_upload_length(std::string_view id, std::int64_t length) = 0;
  /// The upload has become the video, which is there. It ends with that, or as others do: by age.
  virtual void finish_upload(std::string_view id, video_id made) = 0;
  virtual void touch_upload(std::string_view id, timestamp now) = 0;
  virtual void remove_upload(std::string_view id) = 0;

  // -- what is gone --
  /// True where the database's files may still hold what transactions removed or replaced and nobody is to read again.
  virtual bool owes_erasure() const = 0;
  /// Takes it out of them: after `done`, until something else is removed, no byte of it is left. Not inside a
  /// transaction. Waits for readers at most `patience`, and nobody can write meanwhile.
  virtual erasure erase(std::chrono::milliseconds patience) = 0;
  /// Brings all that is committed into the database's one file. Not inside a transaction. False where somebody who
  /// reads keeps it from that for `patience`.
  virtual bool gather(std::chrono::milliseconds patience) = 0;

  // -- fixtures for load tests --
  virtual bool is_empty() = 0; ///< no user but `anonymous`

protected:
  virtual void savepoint() = 0;
  virtual void release_savepoint() = 0;
  virtual void rollback_to_savepoint() = 0;
};

template <class Step>
auto writer::guarded(Step&& step) {
  savepoint();
  try {
    if constexpr (std::is_void_v<decltype(step())>) {
      step();
      release_savepoint();
    } else {
      auto out = step();
      release_savepoint();
      return out;
    }
  } catch (...) {
    rollback_to_savepoint();
    throw;
  }
}

struct migration_status {
  int version = 0;
  std::string name;
  std::string checksum; ///< SHA-256 of the SQL, hexadecimal
  std::optional<timestamp> applied_at;
};

enum class durability : std::uint8_t { full, normal };

/// Makes a keyed hash of a text, so that content can be known again when it is gone: the first `seal_key_characters`
/// name the key. Of one text and key always the same, also after a restart.
using content_seal = std::function<std::string(std::string_view text)>;

inline constexpr std::size_t seal_key_characters = 5;

/// One database. `open_reader` and `open_writer` may be called on the thread that will use the object.
class database {
public:
  virtual ~database() = default;

  /// Brings the schema up under a lock that other processes respect. Throws `storage_error` where an applied
  /// migration's checksum differs, or the database is newer than this program.
  virtual void migrate(timestamp now) = 0;
  virtual std::vector<migration_status> migrations() = 0;
  virtual std::unique_ptr<reader> open_reader() = 0;
  virtual std::unique_ptr<writer> open_writer() = 0;
};

/// `sqlite:///relative`, `sqlite:////absolute`; throws `storage_error` on a URL that no back end takes. Without a seal,
/// a message that was edited or deleted is the first of any draft of its author with its client_msg_id.
std::unique_ptr<database> open_database(std::string_view url, durability how, content_seal seal = nullptr);

} // namespace parley::storage
