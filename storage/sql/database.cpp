// Opens connections and hands them to readers, writers and migrations.
#include "storage/sql/database.hpp"

#include "storage/sql/migrations.hpp"
#include "storage/sql/reader.hpp"
#include "storage/sql/writer.hpp"

namespace parley::storage::sql {

void sql_database::require_existence() const {
  if (!kind_->exists())
    throw storage_error("there is no database yet: migrate first");
}

void sql_database::migrate(timestamp now) {
  kind_->create();
  connection link(kind_, access::write);
  apply_migrations(link, *kind_, now);
}

std::vector<migration_status> sql_database::migrations() {
  if (!kind_->exists())
    return unapplied_migrations(*kind_);
  // Not for reading: what SQLite puts beside the file, a connection that may not write leaves there when it closes.
  connection link(kind_, access::write);
  return read_migrations(link, *kind_);
}

std::unique_ptr<lease> sql_database::join(std::function<void()> lost) {
  require_existence();
  return kind_->join(std::move(lost));
}

std::unique_ptr<reader> sql_database::open_reader() {
  require_existence();
  return std::make_unique<sql_reader>(kind_);
}

std::unique_ptr<writer> sql_database::open_writer() {
  require_existence();
  return std::make_unique<sql_writer>(kind_, seal_);
}

} // namespace parley::storage::sql
