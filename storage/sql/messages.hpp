// Table messages.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/event_book.hpp"
#include "storage/sql/files.hpp"
#include "storage/sql/query.hpp"

#include <span>

namespace parley::storage::sql {

/// The columns of a message and its sender's name. `Column` is what those have that a message is never without.
template <template <class> class Column>
struct message_columns {
  Column<integer> id{};
  Column<integer> room_id{};
  Column<integer> sender_id{};
  Column<std::string> sender_username{};
  Column<std::string> content{};
  Column<integer> type{};
  Column<integer> sent_at{};
  nullable<integer> edited_at{};
  Column<integer> deleted{};
  nullable<std::string> client_msg_id{};
  Column<integer> changed{};
  Column<integer> file_count{};

  template <class Visit>
  void columns(Visit&& visit) {
    visit(id);
    visit(room_id);
    visit(sender_id);
    visit(sender_username);
    visit(content);
    visit(type);
    visit(sent_at);
    visit(edited_at);
    visit(deleted);
    visit(client_msg_id);
    visit(changed);
    visit(file_count);
  }
};

template <class T>
using column = T;

struct message_row : message_columns<column> {
  bool has_files() const { return file_count != 0 && deleted == 0; }
  message take();
};

/// The columns of a message `l` and its sender `s`; all NULL where an outer join found none.
inline const std::string last_message_columns = "l.id, l.room_id, l.sender_id, s.username, l.content, l.type, "
                                                "l.sent_at, l.edited_at, l.deleted, l.client_msg_id, l.changed, "
                                                "l.file_count";

struct last_message_row : message_columns<nullable> {
  /// Only where `id` is not null.
  message_row take();
};

class message_queries : public virtual message_reader {
public:
  message_queries(connection& link, file_queries& files);

  std::optional<message> find(message_id id) override;
  history_page list(room_id room, message_id visible_after, const history_request& at) override;
  std::vector<message> find_missed(room_id room, message_id after, std::size_t limit) override;
  std::vector<message> find_changed(room_id room, std::int64_t after, std::size_t limit) override;

private:
  file_queries& files_;
  query<message_row, integer> by_id_;
  query<message_row, integer, integer, integer> oldest_;
  query<message_row, integer, integer, integer> changed_;
  query<message_row, integer, integer, integer, integer> newest_;
};

/// The hot path of the program: one insert a message, nothing else unless the client gave the message an id.
class message_changes final : public message_queries, public message_writer {
public:
  message_changes(connection& link, file_changes& files, event_book& book, content_seal seal);

  std::vector<result<appended>> append(std::span<const message_draft> drafts) override;
  result<message> edit(message_id id, std::string_view content, timestamp now) override;
  result<message> remove(message_id id) override;

  /// Stores and commits them by one statement, outside of a transaction. Nullopt where that cannot be: `append` can.
  std::optional<std::vector<result<appended>>> store(std::span<const message_draft> drafts);

private:
  /// A message with a client_msg_id, and the seal of what it said first, where it says something else now.
  struct named_row : message_row {
    nullable<std::string> first_said;

    template <class Visit>
    void columns(Visit&& visit) {
      message_row::columns(visit);
      visit(first_said);
    }
  };

  std::vector<result<appended>> append_all(std::span<const message_draft> drafts);
  result<appended> append_one(const message_draft& draft);
  /// By as few statements as there are, each with no client_msg_id twice; those with files one by one.
  std::vector<result<appended>> append_batches(std::span<const message_draft> drafts);
  std::vector<result<appended>> append_batch(std::span<const message_draft> drafts);
  result<appended> settle(const message_draft& draft, const placed& outcome);
  std::optional<named_row> find_named(const message_draft& draft);
  /// The new id; none where the room is gone.
  std::optional<integer> insert(const message_draft& draft);
  static appended as_stored(std::int64_t id, const message_draft& draft);
  result<appended> answer_again(named_row first, const message_draft& draft);
  bool is_repeated(const named_row& first, const message_draft& draft) const;
  /// Seals what a message said that is about to say something else; none where nobody will ask for it.
  std::optional<std::string> seal_first(message_id id);
  std::string sealed(message_id id, std::string_view content) const;

  connection& link_;
  file_changes& files_;
  event_book& book_;
  content_seal seal_;
  query<named_row, integer, integer, std::string, std::string, integer> named_;
  change<integer, std::string, std::string, integer, integer, std::optional<std::string>, integer> insert_;
  /// For a database that stores batches, which knows no last id of a table.
  query<new_id, integer, std::string, std::string, integer, integer, std::optional<std::string>, integer>
    insert_answered_;
  change<std::string, integer, std::optional<std::string>, integer> edit_;
  change<std::optional<std::string>, integer> delete_;
  change<integer, integer> count_change_;
};

} // namespace parley::storage::sql
