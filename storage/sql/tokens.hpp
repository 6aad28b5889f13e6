// Tables refresh_tokens, sessions, revoked_families and revoked_users.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/query.hpp"
#include "storage/sql/users.hpp"

namespace parley::storage::sql {

class token_queries : public virtual token_reader {
public:
  explicit token_queries(connection& link);

  revocations find_revocations(timestamp now) override;
  page<login_session> list_sessions(user_id user, std::string_view current, timestamp now, page_request at) override;

private:
  struct session_row {
    integer id = 0;
    std::string family;
    integer created_at = 0;
    integer last_used_at = 0;
    std::string address;
    std::string user_agent;

    template <class Visit>
    void columns(Visit&& visit) {
      visit(id);
      visit(family);
      visit(created_at);
      visit(last_used_at);
      visit(address);
      visit(user_agent);
    }
  };
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
  query<session_row, integer, integer, integer, integer> sessions_;
  query<scalar<integer>, integer, integer> count_sessions_;
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
  result<std::string> end_session(user_id user, session_id id, timestamp forget_at) override;
  std::vector<std::string> end_other_sessions(user_id user, std::string_view current, timestamp forget_at) override;
  std::vector<std::string> revoke_user(user_id id, timestamp now, timestamp forget_at) override;

private:
  /// The answer that was given for a used token, where it is to be given again.
  std::optional<rotated> repeat(const refresh_row& used, const rotation& x);
  void kill_family(std::string_view family, timestamp forget_at);
  /// Drops some rows that nobody asks for any more, a bounded number.
  void purge(timestamp now);

  connection& link_;
  user_queries& users_;
  query<refresh_row, std::string> find_;
  query<scalar<std::string>, integer> families_of_user_;
  query<scalar<std::string>, integer, integer> family_of_session_;
  change<std::string, std::string, integer, integer> insert_;
  change<integer, std::string, std::string> mark_used_;
  change<std::string, integer, integer, integer, integer, std::string, std::string> insert_session_;
  change<integer, integer, std::string, std::string, std::string> use_session_;
  change<std::string> delete_session_;
  change<std::string> delete_family_;
  change<std::string, integer> revoke_family_;
  change<integer, integer, integer> revoke_user_;
  change<integer> purge_tokens_;
  change<integer> purge_sessions_;
  change<integer> purge_families_;
  change<integer> purge_identities_;
  change<integer> purge_users_;
};

} // namespace parley::storage::sql
