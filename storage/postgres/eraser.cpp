#include "storage/postgres/eraser.hpp"

#include "storage/postgres/driver.hpp"

namespace parley::storage::postgres {
namespace {

class postgres_eraser final : public sql::eraser {
public:
  explicit postgres_eraser(postgres_driver& link) : link_(link) {}

  erasure erase(std::chrono::milliseconds) override {
    if (link_.is_broken())
      return erasure::hindered;
    link_.begin_write();
    try {
      const auto gone =
        execute(link_.conn(), "DELETE FROM messages WHERE id IN (SELECT m.id FROM messages m "
                              "WHERE m.room_id = (SELECT MIN(room_id) FROM dissolved_rooms) LIMIT 5000)");
      const bool emptied = std::string_view(PQcmdTuples(gone.get())) == "0";
      if (emptied)
        execute(link_.conn(), "DELETE FROM dissolved_rooms WHERE room_id = (SELECT MIN(room_id) FROM dissolved_rooms)");
      const auto left = execute(link_.conn(), "SELECT COUNT(*) FROM dissolved_rooms");
      const bool done = number_in(left) == 0;
      link_.commit();
      return done ? erasure::done : erasure::unfinished;
    } catch (...) {
      if (link_.in_transaction())
        link_.rollback();
      throw;
    }
  }

  bool gather(std::chrono::milliseconds) override { return true; }

private:
  postgres_driver& link_;
};

} // namespace

std::unique_ptr<sql::eraser> make_eraser(postgres_driver& link) {
  return std::make_unique<postgres_eraser>(link);
}

} // namespace parley::storage::postgres
