// Table tasks.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/event_book.hpp"
#include "storage/sql/query.hpp"

namespace parley::storage::sql {

struct task_row {
  std::string connection;
  integer owner_id = 0;
  std::string status;
  nullable<double> progress;
  std::string message;
  std::string data;
  integer updated_at = 0;
  integer version = 0;

  template <class Visit>
  void columns(Visit&& visit) {
    visit(connection);
    visit(owner_id);
    visit(status);
    visit(progress);
    visit(message);
    visit(data);
    visit(updated_at);
    visit(version);
  }

  task_status take();
};

/// What a save made of the row.
struct new_version {
  integer version = 0;

  template <class Visit>
  void columns(Visit&& visit) {
    visit(version);
  }
};

class task_queries : public virtual task_reader {
public:
  explicit task_queries(connection& link);

  std::optional<owned_task> find(std::string_view connection) override;
  page<task_status> list(user_id owner, page_request at) override;

private:
  connection& link_;
  query<task_row, std::string> by_connection_;
  query<task_row, integer, integer, integer> list_;
  query<scalar<integer>, integer> count_;
};

class task_changes final : public task_queries, public task_writer {
public:
  task_changes(connection& link, event_book& book);

  result<std::int64_t> save(user_id by, const task_status& x) override;

private:
  event_book& book_;
  query<new_version, std::string, integer, std::string, std::optional<double>, std::string, std::string, integer> save_;
};

} // namespace parley::storage::sql
