// Messages, and how far they were read.
#pragma once

#include "storage/ports/result.hpp"

#include <functional>
#include <span>

namespace parley::storage {

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

/// Makes a keyed hash of a text, so that content can be known again when it is gone: the first `seal_key_characters`
/// name the key. Of one text and key always the same, also after a restart.
using content_seal = std::function<std::string(std::string_view text)>;

inline constexpr std::size_t seal_key_characters = 5;

class message_reader {
public:
  virtual ~message_reader() = default;

  virtual std::optional<message> find(message_id id) = 0;
  /// Messages of a room within `after < id < before`, oldest first, the newest ones where neither cursor is set.
  virtual history_page list(room_id room, message_id visible_after, const history_request& at) = 0;
  /// At most `limit` messages with an id above `after`, oldest first: what a resume replays.
  virtual std::vector<message> find_missed(room_id room, message_id after, std::size_t limit) = 0;
  /// At most `limit` messages that were edited or deleted after the room had the revision `after`, in the order of
  /// their latest changes.
  virtual std::vector<message> find_changed(room_id room, std::int64_t after, std::size_t limit) = 0;
};

class message_writer : public virtual message_reader {
public:
  /// Stores drafts in their order, with rising ids. `room_not_found` where the room is gone, `client_msg_id_reused`
  /// where the author named another message so within 24 h, `file_not_found` if a file is not the author's, of another
  /// room or used, `validation_failed` if an image has files and no picture among them.
  virtual std::vector<result<appended>> append(std::span<const message_draft> drafts) = 0;
  /// Raises the room's revision, and is the change that made it so. `message_not_found`; `gone` where it was deleted.
  virtual result<message> edit(message_id id, std::string_view content, timestamp now) = 0;
  /// The content goes from storage; raises the revision as well. Deleting it again changes nothing.
  /// `message_not_found`.
  virtual result<message> remove(message_id id) = 0;
};

class read_mark_reader {
public:
  virtual ~read_mark_reader() = default;

  /// Members of the room whose read mark is at or past the message, by id. Costs a look at each mark of the room, for
  /// `total` is exact.
  virtual page<user_brief> list_readers(room_id room, message_id id, page_request at) = 0;
  /// The marks of the room's members who have one, by user. Costs a look at each member: not for rooms of many.
  virtual std::vector<read_mark> list(room_id room) = 0;
  /// 0 where there is none. The mark of somebody who left stays.
  virtual message_id find(room_id room, user_id user) = 0;
};

class read_mark_writer : public virtual read_mark_reader {
public:
  /// Moves the mark up to `id`, never down. The mark as it is then.
  virtual read_mark raise(room_id room, user_id user, message_id id) = 0;
};

} // namespace parley::storage
