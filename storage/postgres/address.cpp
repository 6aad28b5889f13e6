#include "storage/postgres/address.hpp"

#include "storage/postgres/link.hpp"

#include <libpq-fe.h>
#include <memory>
#include <utility>

namespace parley::storage::postgres {
namespace {

/// In force where the URL says nothing else. Seconds, but for `tcp_user_timeout` (milliseconds).
constexpr std::pair<std::string_view, std::string_view> defaults[] = {
  {"connect_timeout", "2"},
  {"tcp_user_timeout", "3000"},
  {"keepalives", "1"},
  {"keepalives_idle", "2"},
  {"keepalives_interval", "1"},
  {"keepalives_count", "3"},
  {"fallback_application_name", "parley"},
  {"target_session_attrs", "read-write"},
  {"client_encoding", "UTF8"},
};

std::string quoted(std::string_view value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\')
      out += '\\';
    out += c;
  }
  return out + "'";
}

std::string_view default_of(std::string_view key) {
  for (const auto& [name, value] : defaults)
    if (name == key)
      return value;
  return {};
}

/// Words of libpq or PostgreSQL, and what mends it.
constexpr std::pair<std::string_view, std::string_view> remedies[] = {
  {"password authentication failed", "check user and password in storage.url, or in ~/.pgpass"},
  {"no password supplied", "put the password into storage.url, ~/.pgpass or PGPASSWORD"},
  {"Peer authentication failed", "the system user must have the role's name, or pg_hba.conf must allow another way"},
  {"no pg_hba.conf entry", "pg_hba.conf of the server must allow this user, database and address"},
  {"does not exist", "create it first (createuser, createdb), or correct storage.url"},
  {"session is read-only", "this is a standby: name the primary, or all hosts, in storage.url"},
  {"server is in hot standby mode", "this is a standby: name the primary, or all hosts, in storage.url"},
  {"Connection refused", "is PostgreSQL running there, and listening on that address?"},
  {"No such file or directory", "is PostgreSQL running there, and is this its socket's folder?"},
  {"could not translate host name", "correct the host in storage.url"},
  {"timeout expired", "the server did not answer within connect_timeout: is the address right, and not firewalled?"},
  {"certificate", "sslmode and sslrootcert in storage.url decide which certificate is trusted"},
  {"permission denied", "the role needs the rights to connect, and to use and create in the schema public"},
};

} // namespace

std::string connection_string(std::string_view url) {
  char* raw = nullptr;
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(
    PQconninfoParse(std::string(url).c_str(), &raw), PQconninfoFree);
  const std::unique_ptr<char, void (*)(void*)> fault(raw, PQfreemem);
  if (!options) // libpq's own words may show the URL
    throw storage_error("storage.url is not a URL of PostgreSQL; the form is "
                        "postgresql://user:password@host:5432/database?sslmode=verify-full");
  std::string out;
  for (const auto* x = options.get(); x->keyword != nullptr; ++x) {
    const auto value = x->val != nullptr ? std::string_view(x->val) : default_of(x->keyword);
    if (!value.empty())
      out.append(out.empty() ? "" : " ").append(x->keyword).append("=").append(quoted(value));
  }
  return out;
}

void throw_unconnected(std::string_view refusal) {
  auto why = "cannot connect to PostgreSQL: " + one_line(std::string(refusal).c_str());
  for (const auto& [word, remedy] : remedies)
    if (why.find(word) != std::string::npos)
      throw storage_error(why.append("; ").append(remedy));
  throw storage_error(why);
}

} // namespace parley::storage::postgres
