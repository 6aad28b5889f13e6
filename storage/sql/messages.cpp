// A room's history in both directions, and new messages.
#include "storage/sql/messages.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <set>
#include <tuple>

namespace parley::storage::sql {
namespace {

const std::string columns = "m.id, m.room_id, m.sender_id, u.username, m.content, m.type, m.sent_at, m.edited_at, "
                            "m.deleted, m.client_msg_id, m.changed, m.file_count";
const std::string from_where = " FROM messages m JOIN users u ON u.id = m.sender_id WHERE ";
/// Which change of its room a change of a message is; the room counts it afterwards.
const std::string next_change = ", changed = (SELECT r.revision + 1 FROM rooms r WHERE r.id = messages.room_id) ";
const std::string insert_message =
  "INSERT INTO messages (room_id, sender_id, guest, content, type, sent_at, client_msg_id) "
  "SELECT r.id, :sender, :guest, :content, :type, :sent_at, :client_msg_id FROM rooms r WHERE r.id = :room";
const std::string select_messages = "SELECT " + columns + from_where;

/// Those of a deleted message are gone: which ones there were cannot be known any more.
bool has_the_same_files(const message& stored, const message_draft& again) {
  return stored.deleted || std::ranges::equal(stored.attachments, again.post.attachments, {}, &attachment::id);
}

/// How many of the first drafts can go in one statement: none has files, and no two of them have the same author, room
/// and client_msg_id.
std::size_t length_of_batch(std::span<const message_draft> drafts) {
  std::set<std::tuple<integer, integer, std::string_view, std::string_view>> names;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    const auto& x = drafts[i];
    if (!x.post.attachments.empty())
      return i;
    if (x.post.client_msg_id && !names.emplace(x.room.value, x.sender.id.value, *x.post.client_msg_id, x.guest).second)
      return i;
  }
  return drafts.size();
}

} // namespace

message message_row::take() {
  const auto edited = edited_at.get();
  return {.id = message_id{id},
          .room = parley::room_id{room_id},
          .sender = user_id{sender_id},
          .sender_username = std::move(sender_username),
          .content = deleted ? std::string() : std::move(content),
          .type = static_cast<message_type>(type),
          .sent_at = to_time(sent_at),
          .edited_at = edited ? std::optional(to_time(*edited)) : std::nullopt,
          .deleted = deleted != 0,
          .client_msg_id = client_msg_id.get(),
          .change = changed};
}

message_row last_message_row::take() {
  return {{.id = id.value,
           .room_id = room_id.value,
           .sender_id = sender_id.value,
           .sender_username = std::move(sender_username.value),
           .content = std::move(content.value),
           .type = type.value,
           .sent_at = sent_at.value,
           .edited_at = edited_at,
           .deleted = deleted.value,
           .client_msg_id = std::move(client_msg_id),
           .changed = changed.value,
           .file_count = file_count.value}};
}

message_queries::message_queries(connection& link, file_queries& files)
  : files_(files), by_id_(link, select_messages + "m.id = :id", {"id"}),
    oldest_(link, select_messages + "m.room_id = :room AND m.id > :after ORDER BY m.id LIMIT :limit",
            {"room", "after", "limit"}),
    // The second condition in the words of the index `messages_changed`; SQLite begins where the first one says.
    changed_(link,
             select_messages +
               "m.room_id = :room AND m.changed > :after AND m.changed > 0 ORDER BY m.changed LIMIT :limit",
             {"room", "after", "limit"}),
    newest_(link,
            select_messages + "m.room_id = :room AND m.id > :after AND m.id < :before ORDER BY m.id DESC LIMIT :limit",
            {"room", "after", "before", "limit"}) {}

// A message has its files from its beginning and loses them only when it is deleted: two questions, one after the
// other, need no snapshot.
std::optional<message> message_queries::find(message_id id) {
  auto row = by_id_.one(id);
  if (!row)
    return std::nullopt;
  auto out = row->take();
  if (row->has_files())
    files_.attach({&out, 1});
  return out;
}

history_page message_queries::list(room_id room, message_id visible_after, const history_request& at) {
  const auto after = std::max(visible_after, at.after.value_or(message_id{}));
  const bool forward = at.after && !at.before;
  history_page out;
  bool have_files = false; // of those that are read backwards
  // One row more than asked for tells whether there are more.
  if (forward) {
    out.items = find_missed(room, after, static_cast<std::size_t>(at.limit) + 1);
  } else {
    const auto before = at.before.value_or(message_id{std::numeric_limits<integer>::max()});
    out.items.reserve(static_cast<std::size_t>(at.limit) + 1);
    newest_.each(
      [&](message_row& row) {
        have_files = have_files || row.has_files();
        out.items.push_back(row.take());
      },
      room, after, before, at.limit + 1);
  }
  if (std::ssize(out.items) > at.limit) {
    out.has_more = true;
    out.items.pop_back();
  }
  if (!forward) {
    std::reverse(out.items.begin(), out.items.end());
    if (have_files)
      files_.attach(out.items);
  }
  return out;
}

std::vector<message> message_queries::find_missed(room_id room, message_id after, std::size_t limit) {
  std::vector<message> out;
  bool have_files = false;
  oldest_.each(
    [&](message_row& row) {
      have_files = have_files || row.has_files();
      out.push_back(row.take());
    },
    room, after, limit);
  if (have_files)
    files_.attach(out);
  return out;
}

std::vector<message> message_queries::find_changed(room_id room, std::int64_t after, std::size_t limit) {
  std::vector<message> out;
  std::vector<std::size_t> with_files; // one by one: they are not in the order of their ids
  changed_.each(
    [&](message_row& row) {
      if (row.has_files())
        with_files.push_back(out.size());
      out.push_back(row.take());
    },
    room, after, limit);
  for (const auto i : with_files)
    files_.attach({&out[i], 1});
  return out;
}

// The insert takes the room's id from the room itself: where that is gone, nothing is inserted and no statement fails,
// which matters where a failed one ends the transaction (PostgreSQL).
message_changes::message_changes(connection& link, file_changes& files, event_book& book, content_seal seal)
  : message_queries(link, files), link_(link), files_(files), book_(book), seal_(std::move(seal)),
    named_(link,
           "SELECT " + columns + ", m.first_said" + from_where +
             "m.room_id = :room AND m.sender_id = :sender AND m.client_msg_id = :client_msg_id AND m.guest = :guest "
             "AND m.sent_at >= :since ORDER BY m.id LIMIT 1",
           {"room", "sender", "client_msg_id", "guest", "since"}),
    insert_(link, insert_message, {"sender", "guest", "content", "type", "sent_at", "client_msg_id", "room"}),
    insert_answered_(link, insert_message + " RETURNING id",
                     {"sender", "guest", "content", "type", "sent_at", "client_msg_id", "room"}),
    edit_(link,
          "UPDATE messages SET content = :content, edited_at = :now, first_said = COALESCE(first_said, :said)" +
            next_change + "WHERE id = :id AND deleted = 0",
          {"content", "now", "said", "id"}),
    delete_(link,
            "UPDATE messages SET content = '', deleted = 1, first_said = COALESCE(first_said, :said)" + next_change +
              "WHERE id = :id AND deleted = 0",
            {"said", "id"}),
    count_change_(link,
                  "UPDATE rooms SET revision = revision + 1, messages_deleted = messages_deleted + :deleted "
                  "WHERE id = (SELECT m.room_id FROM messages m WHERE m.id = :id)",
                  {"deleted", "id"}) {}

std::vector<result<appended>> message_changes::append(std::span<const message_draft> drafts) {
  auto out = append_all(drafts);
  if (book_.is_idle())
    return out;
  for (const auto& one : out)
    if (one && !one->repeated)
      book_.tell(
        webhook_kind::message_posted, one->value.room,
        [&](timestamp at) { return encode_event(webhook_kind::message_posted, at, one->value); }, one->value.id);
  return out;
}

std::vector<result<appended>> message_changes::append_all(std::span<const message_draft> drafts) {
  if (link_.appends_batches())
    return append_batches(drafts);
  std::vector<result<appended>> out;
  out.reserve(drafts.size());
  for (const message_draft& draft : drafts)
    out.push_back(append_one(draft));
  return out;
}

std::optional<std::vector<result<appended>>> message_changes::store(std::span<const message_draft> drafts) {
  if (!link_.appends_batches() || drafts.empty() || length_of_batch(drafts) < drafts.size())
    return std::nullopt;
  return append_batch(drafts);
}

std::vector<result<appended>> message_changes::append_batches(std::span<const message_draft> drafts) {
  link_.require_transaction();
  std::vector<result<appended>> out;
  out.reserve(drafts.size());
  while (!drafts.empty()) {
    const auto length = length_of_batch(drafts);
    if (length == 0)
      out.push_back(append_one(drafts.front()));
    else
      for (auto& x : append_batch(drafts.first(length)))
        out.push_back(std::move(x));
    drafts = drafts.subspan(std::max<std::size_t>(length, 1));
  }
  return out;
}

std::vector<result<appended>> message_changes::append_batch(std::span<const message_draft> drafts) {
  const auto outcomes = link_.append(drafts);
  std::vector<result<appended>> out;
  out.reserve(drafts.size());
  for (std::size_t i = 0; i < drafts.size(); ++i)
    out.push_back(settle(drafts[i], outcomes.at(i)));
  return out;
}

result<appended> message_changes::settle(const message_draft& draft, const placed& outcome) {
  if (outcome.outcome == placed::how::room_gone)
    return tl::unexpected(error_code::room_not_found);
  if (outcome.outcome == placed::how::stored)
    return as_stored(outcome.id, draft);
  auto first = find_named(draft);
  if (!first)
    throw storage_error("a message that was found by its client_msg_id is gone");
  return answer_again(std::move(*first), draft);
}

std::optional<message_changes::named_row> message_changes::find_named(const message_draft& x) {
  return named_.one(x.room, x.sender.id, x.post.client_msg_id.value_or(std::string()), x.guest,
                    x.sent_at - repeat_window);
}

result<appended> message_changes::append_one(const message_draft& x) {
  if (x.post.client_msg_id)
    if (auto first = find_named(x))
      return answer_again(std::move(*first), x);
  auto files = files_.claim(x);
  if (!files)
    return tl::unexpected(files.error());
  const auto id = insert(x);
  if (!id)
    return tl::unexpected(error_code::room_not_found);
  auto out = as_stored(*id, x);
  files_.use(out.value.id, *files);
  out.value.attachments = std::move(*files);
  return out;
}

std::optional<integer> message_changes::insert(const message_draft& x) {
  const auto with = [&](auto&& step) {
    return step(x.sender.id, x.guest, x.post.content, x.post.type, x.sent_at, x.post.client_msg_id, x.room);
  };
  if (link_.appends_batches()) {
    const auto row = with([&](const auto&... in) { return insert_answered_.one(in...); });
    return row ? std::optional(row->value) : std::nullopt;
  }
  if (with([&](const auto&... in) { return insert_.run(in...); }) == 0)
    return std::nullopt;
  return link_.last_id("messages");
}

appended message_changes::as_stored(std::int64_t id, const message_draft& x) {
  return {.value = {.id = message_id{id},
                    .room = x.room,
                    .sender = x.sender.id,
                    .sender_username = x.sender.username,
                    .content = x.post.content,
                    .type = x.post.type,
                    .sent_at = x.sent_at,
                    .edited_at = std::nullopt,
                    .deleted = false,
                    .client_msg_id = x.post.client_msg_id},
          .repeated = false};
}

result<appended> message_changes::answer_again(named_row first, const message_draft& draft) {
  const bool repeated = is_repeated(first, draft);
  const bool has_files = first.has_files();
  auto value = first.take();
  if (has_files)
    files_.attach({&value, 1});
  if (!repeated || !has_the_same_files(value, draft))
    return tl::unexpected(error_code::client_msg_id_reused);
  return appended{std::move(value), true};
}

bool message_changes::is_repeated(const named_row& first, const message_draft& draft) const {
  if (first.type != to_integer(draft.post.type))
    return false;
  if (first.deleted == 0 && first.edited_at.is_null())
    return first.content == draft.post.content;
  const auto again = seal_ ? sealed(message_id{first.id}, draft.post.content) : std::string();
  // What cannot be known any more, because the key is another one or there was none, counts as a repetition.
  if (again.empty() || first.first_said.is_null() ||
      !first.first_said.value.starts_with(again.substr(0, seal_key_characters)))
    return true;
  return first.first_said.value == again;
}

std::string message_changes::sealed(message_id id, std::string_view content) const {
  // With the id: two messages that say the same have different seals.
  return seal_(std::to_string(id.value).append(":").append(content));
}

std::optional<std::string> message_changes::seal_first(message_id id) {
  const auto before = seal_ ? find(id) : std::nullopt;
  if (!before || !before->client_msg_id || before->deleted || before->edited_at)
    return std::nullopt;
  return sealed(id, before->content);
}

result<message> message_changes::edit(message_id id, std::string_view content, timestamp now) {
  link_.owe_erasure();
  const bool changed = edit_.run(content, now, seal_first(id), id) != 0;
  if (changed)
    count_change_.run(0, id);
  auto value = find(id);
  if (!value)
    return tl::unexpected(error_code::message_not_found);
  if (!changed)
    return tl::unexpected(error_code::gone);
  book_.rewrite(*value);
  book_.tell(
    webhook_kind::message_edited, value->room,
    [&](timestamp at) { return encode_event(webhook_kind::message_edited, at, *value); }, id);
  return std::move(*value);
}

result<message> message_changes::remove(message_id id) {
  link_.owe_erasure();
  const bool changed = delete_.run(seal_first(id), id) != 0;
  if (changed) {
    count_change_.run(1, id); // whoever counted messages of the room counts again
    files_.remove_of(id);
  }
  auto value = find(id);
  if (!value)
    return tl::unexpected(error_code::message_not_found);
  if (changed) {
    book_.rewrite(*value);
    book_.tell(webhook_kind::message_deleted, value->room,
               [&](timestamp at) { return encode_event(webhook_kind::message_deleted, at, *value); });
  }
  return std::move(*value);
}

} // namespace parley::storage::sql
