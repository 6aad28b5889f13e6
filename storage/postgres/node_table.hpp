// The servers of one database, and the homes of its rooms, on PostgreSQL.
#pragma once

#include "storage/ports.hpp"
#include "storage/ports/nodes.hpp"
#include "storage/postgres/watchdog.hpp"
#include "storage/postgres/writer_name.hpp"

#include <libpq-fe.h>
#include <memory>
#include <string>

namespace parley::storage::postgres {

/// Adds the row of a server that serves beside others; its id, or 0 where somebody was faster. Throws `storage_error`
/// where those have another secret, another folder or another time.
std::int64_t add_node(PGconn* conn, const node_wish& wish);

class postgres_node_table final : public node_table {
public:
  postgres_node_table(std::string address, std::shared_ptr<writer_name> name);

  std::vector<node_row> list() override;
  node_row self() override;
  void announce(const std::string& address, node_row::phase state) override;
  void show(std::int64_t connections) override;
  std::int64_t count_homes() override;
  std::optional<std::chrono::milliseconds> take_turn(const std::string& what, const std::string& who,
                                                     std::int64_t per_minute) override;
  bool hold_upload(const std::string& id) override;
  void release_upload(const std::string& id) override;
  void sweep() override;
  std::optional<room_home> claim(room_id room) override;
  bool is_home_of(room_id room) override;
  void release(room_id room) override;
  bool fence(const node_row& seen) override;
  void forget_dead_homes(bool all) override;
  void give_up_homes() override;

private:
  /// Runs `step` on a connection that is not broken; the watchdog ends a call that hangs.
  template <class Step>
  decltype(auto) guarded(Step step);
  void open();

  std::string address_;
  std::shared_ptr<writer_name> name_;
  std::unique_ptr<PGconn, void (*)(PGconn*)> conn_;
  watchdog::leash leash_;
};

} // namespace parley::storage::postgres
