// Tables refresh_tokens, revoked_families and revoked_users.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/query.hpp"
#include "storage/sql/users.hpp"

namespace parley::storage::sql {

class token_queries : public virtual token_reader {
public:
  explicit token_queries(connection& link);

  revocations find_revocations(timestamp now) override;

private:
  struct family_row {
    std::string family;
    integer forget_at = 0;

    template <class Visit>
    void columns(Visit&& visit) {
      visit(family);
      visit(forget_at);
    }
  };
  struct cutoff_row {
    integer user_id = 0;
    integer cutoff = 0;

    template <class Visit>
    void columns(Visit&& visit) {
      visit(user_id);
      visit(cutoff);
    }
  };

  connection& link_;
  query<family_row, integer> families_;
  query<cutoff_row, integer> users_;
};

struct refresh_row {
  std::string family;
  integer user_id = 0;
  std::string username;
  integer expires_at = 0;
  integer used = 0;
  nullable<integer> used_at; ///< none where a version used it that did not note it
  std::string used_key;      ///< hexadecimal; empty where the client gave none

  template <class Visit>
  void columns(Visit&& visit) {
    visit(family);
    visit(user_id);
    visit(username);
    visit(expires_at);
    visit(used);
    visit(used_at);
    visit(used_key);
  }
};

/// Token hashes are raw bytes.
class token_changes final : public token_queries, public token_writer {
public:
  token_changes(connection& link, user_queries& users);

  void add(const refresh_token_record& x) override;
  result<rotated> rotate(const rotation& x, std::optional<std::string>& revoked) override;
  std::optional<std::string> revoke(std::string_view hash, timestamp forget_at) override;
  std::vector<std::string> revoke_user(user_id id, timestamp now, timestamp forget_at) override;

private:
  /// The answer that was given for a used token, where it is to be given again.
  std::optional<rotated> repeat(const refresh_row& used, const rotation& x);
  void kill_family(std::string_view family, timestamp forget_at);
  /// Drops some rows that nobody asks for any more, a bounded number.
  void purge(timestamp now);

  user_queries& users_;
  query<refresh_row, std::string> find_;
  query<scalar<std::string>, integer> families_of_user_;
  change<std::string, std::string, integer, integer> insert_;
  change<integer, std::string, std::string> mark_used_;
  change<std::string> delete_family_;
  change<std::string, integer> revoke_family_;
  change<integer, integer, integer> revoke_user_;
  change<integer> purge_tokens_;
  change<integer> purge_families_;
  change<integer> purge_users_;
};

} // namespace parley::storage::sql
