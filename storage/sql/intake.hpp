// Rows that come from elsewhere, by the SQL that all dialects share.
#pragma once

#include "storage/intake.hpp"
#include "storage/sql/query.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>

namespace parley::storage::sql {

class sql_intake final : public intake {
public:
  explicit sql_intake(std::shared_ptr<const dialect> kind);

  std::vector<taken_names> users() override;
  std::vector<known_room> rooms() override;
  bool has_member(room_id room, user_id user) override;
  bool has_pending(room_id room, user_id candidate) override;
  std::int64_t last_id(import_kind of) override;
  std::optional<import_state> find(std::string_view source) override;
  std::vector<std::pair<std::string, std::int64_t>> mapped(std::string_view source, import_kind of) override;

  void begin() override;
  void commit() override;
  void rollback() noexcept override;

  void put(const user& x, std::string_view password_hash, bool retired) override;
  void put(const room& x) override;
  bool put(room_id room, const membership& x) override;
  bool put_ban(room_id room, user_id user, timestamp at) override;
  void put(const message& x) override;
  void put(const notification& x, std::optional<timestamp> answered_at) override;
  void put(const read_mark& x) override;
  void keep(const import_state& x) override;
  void keep(std::string_view source, import_kind of, std::string_view their_id, std::int64_t our_id) override;

private:
  using optional_integer = std::optional<integer>;
  using optional_text = std::optional<std::string>;

  std::shared_ptr<const dialect> kind_;
  connection link_;
  std::map<room_id, std::int64_t> joined_; ///< members that came in this transaction
  std::set<std::string> filled_;           ///< tables into which rows came in this transaction

  change<integer, std::string, std::string, std::string, std::string, std::string, optional_text, integer, integer,
         integer>
    user_;
  change<integer, integer, std::string, std::string, std::string, integer, integer, integer, integer, integer, integer>
    room_;
  change<integer, integer, integer, optional_integer, integer, integer> member_;
  change<integer, integer> member_count_;
  change<integer, integer, integer> ban_;
  change<integer, integer, integer, std::string, integer, integer, optional_integer, integer, optional_text> message_;
  change<integer, integer, integer, integer, integer, integer, integer, std::string, std::string, integer, integer,
         optional_integer>
    notification_;
  change<integer, integer, integer> mark_;
  change<std::string, std::string, integer, integer, integer> state_;
  change<std::string, integer, std::string, integer> row_;
};

} // namespace parley::storage::sql
