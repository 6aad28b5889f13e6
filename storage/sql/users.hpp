// Table users.
#pragma once

#include "storage/ports.hpp"
#include "storage/retired.hpp"
#include "storage/sql/query.hpp"

namespace parley::storage::sql {

inline const std::string user_columns = "u.id, u.username, u.email, u.avatar_url, u.role, u.created_at";

struct user_row {
  integer id = 0;
  std::string username;
  std::string email;
  nullable<std::string> avatar_url;
  integer role = 0;
  integer created_at = 0;

  template <class Visit>
  void columns(Visit&& visit) {
    visit(id);
    visit(username);
    visit(email);
    visit(avatar_url);
    visit(role);
    visit(created_at);
  }
  user take();
};

inline const std::string user_brief_columns = "u.id, u.username, u.avatar_url";

struct user_brief_row {
  integer id = 0;
  std::string username;
  nullable<std::string> avatar_url;

  template <class Visit>
  void columns(Visit&& visit) {
    visit(id);
    visit(username);
    visit(avatar_url);
  }
  user_brief take();
};

struct credentials_row {
  user_row value;
  std::string password_hash;

  template <class Visit>
  void columns(Visit&& visit) {
    value.columns(visit);
    visit(password_hash);
  }
};

struct known_identity_row {
  integer user_id = 0;
  integer deleted = 0;
  integer cutoff = 0; ///< of the user's tokens; 0 where there is none

  template <class Visit>
  void columns(Visit&& visit) {
    visit(user_id);
    visit(deleted);
    visit(cutoff);
  }
};

class user_queries : public virtual user_reader {
public:
  explicit user_queries(connection& link);

  std::optional<user> find(user_id id) override;
  std::optional<credentials> find_credentials(std::string_view login) override;
  std::optional<credentials> find_credentials(user_id id) override;
  page<user_brief> search(std::string_view search, page_request at) override;
  bool is_empty() override;
  bool exists(user_id id);
  std::optional<user_id> find_by_username_key(std::string_view key);
  std::optional<user_id> find_by_email_key(std::string_view key);

private:
  connection& link_;
  query<user_row, integer> by_id_;
  query<credentials_row, std::string> by_login_;
  query<credentials_row, integer> credentials_by_id_;
  query<user_brief_row, integer, std::string, integer, integer> list_;
  query<scalar<integer>, integer, std::string> count_;
  query<scalar<integer>, integer> presence_;
  query<scalar<integer>, integer> registered_;
  query<scalar<integer>, std::string> by_username_;
  query<scalar<integer>, std::string> by_email_;
};

class user_changes final : public user_queries, public user_writer {
public:
  explicit user_changes(connection& link);

  result<user> create(const new_user& x) override;
  result<user> update(user_id id, const user_patch& x) override;
  result<void> promote(user_id id, user_role role) override;
  result<user_id> admit(const identity& who, timestamp issued_at, const new_user& x) override;

private:
  /// `none` where nobody but `self` has the name and the e-mail.
  error_code taken(user_id self, std::string_view username_key, std::string_view email_key);

  connection& link_;
  query<new_id, std::string, std::string, std::string, std::string, std::string, integer, integer> insert_;
  change<std::string, std::string, std::string, std::string, std::string, std::optional<std::string>, integer> update_;
  change<integer, integer> promote_;
  query<known_identity_row, std::string, std::string> by_identity_;
  change<std::string, std::string, integer, integer> set_identity_;
};

} // namespace parley::storage::sql
