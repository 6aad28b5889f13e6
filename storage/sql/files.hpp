// Table files.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/query.hpp"

#include <span>

namespace parley::storage::sql {

struct file_row {
  integer id = 0;
  integer room_id = 0;
  integer uploaded_by = 0;
  std::string file;
  std::string name;
  std::string content_type;
  integer size = 0;
  nullable<integer> width;
  nullable<integer> height;
  integer created_at = 0;
  nullable<integer> message_id;

  template <class Visit>
  void columns(Visit&& visit) {
    visit(id);
    visit(room_id);
    visit(uploaded_by);
    visit(file);
    visit(name);
    visit(content_type);
    visit(size);
    visit(width);
    visit(height);
    visit(created_at);
    visit(message_id);
  }
  stored_file take();
};

class file_queries : public virtual file_reader {
public:
  explicit file_queries(connection& link);

  std::optional<stored_file> find(file_id id) override;
  std::vector<std::string> list_names(std::string_view after, std::size_t limit) override;
  std::vector<std::string> list_names(room_id room) override;
  std::vector<std::string> list_names(room_id room, message_id message) override;
  std::vector<stored_file> list_unused(timestamp limit_time, std::size_t limit) override;
  std::vector<std::string> list_unused(user_id user) override;

  /// Gives messages of one room, whose ids rise or fall, their files.
  void attach(std::span<message> to);

private:
  query<file_row, integer> by_id_;
  query<scalar<std::string>, std::string, integer> names_;
  query<scalar<std::string>, integer> of_room_;
  query<scalar<std::string>, integer, integer> of_message_;
  query<file_row, integer, integer> unused_;
  query<scalar<std::string>, integer> unused_by_user_;
  query<file_row, integer, integer, integer> between_;
};

class file_changes final : public file_queries, public file_writer {
public:
  explicit file_changes(connection& link);

  result<attachment> add(const new_file& x) override;
  bool remove_unused(file_id id) override;

  /// The files that the draft names, in its order; until the end of the transaction nobody else uses or removes them.
  /// `file_not_found` if one is not its sender's, of another room, used, or named twice; `validation_failed` if the
  /// draft announces a picture and has other files only.
  result<std::vector<attachment>> claim(const message_draft& draft);
  void use(message_id by, std::span<const attachment> claimed);
  /// Those of the message.
  void remove_of(message_id message);

private:
  connection& link_;
  query<new_id, integer, std::string, std::string, std::string, integer, std::optional<integer>, std::optional<integer>,
        integer, integer>
    insert_;
  change<integer> delete_;
  change<integer, integer, integer, integer> claim_;
  change<integer, integer> use_;
  change<integer, integer> count_;
  change<integer> delete_of_message_;
};

} // namespace parley::storage::sql
