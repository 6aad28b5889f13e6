#include "app/commands.hpp"

#include "app/database.hpp"
#include "app/existing_database.hpp"
#include "app/node_secret.hpp"
#include "app/terminal.hpp"
#include "auth/password.hpp"
#include "auth/token.hpp"
#include "protocol/http_codec.hpp"
#include "storage/ports.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>

namespace parley::app {

namespace {

constexpr std::size_t jti_bytes = 12;
constexpr std::chrono::hours fixture_token_lifetime{12};
/// The longest `parley token --minutes`: as long a revocation must be remembered.
constexpr std::chrono::minutes token_lifetime_max{token_minutes_max};

/// The database, brought up to date. Commands read by its writer: a connection that may not write leaves the log and
/// its index beside the file when it closes.
std::unique_ptr<storage::database> open_current(const config::settings& s) {
  auto out = open(s);
  bring_up(*out, s);
  return out;
}

std::string mint_for(user_id user, std::chrono::milliseconds lifetime, const std::string& secret) {
  auto now = system_now();
  return auth::mint({user, now + lifetime, now, auth::random_token(jti_bytes), {}}, secret);
}

/// A value that the catalogue refuses, as one line.
std::string describe(const problem& p) {
  const auto lang = terminal_language();
  std::string out(text(p.code, lang));
  for (const auto& x : p.fields)
    out.append("; ").append(x.field).append(": ").append(parley::describe(x, lang));
  return out;
}

std::string unknown_user(const std::string& who) {
  return std::string(text(error_code::user_not_found, terminal_language())) + ": " + who;
}

} // namespace

int migrate(const config::loaded_settings& loaded, bool status_only) {
  if (!status_only)
    if (const auto none = find_no_database(loaded, where_missing::make_if_named))
      return refuse(*none);
  auto database = open(loaded.values);
  if (!status_only)
    bring_up(*database, loaded.values);
  for (const auto& x : database->migrations())
    std::printf("%04d %s %s %s\n", x.version, x.name.c_str(), x.checksum.substr(0, 12).c_str(),
                x.applied_at ? format_time(*x.applied_at).c_str() : "pending");
  return 0;
}

int create_user(const config::loaded_settings& loaded, const new_account& account) {
  if (const auto none = find_no_database(loaded, where_missing::make_if_named))
    return refuse(*none);
  const auto password = read_password(terminal_language());
  if (!password)
    return refuse(password.error());
  nlohmann::json form{{"username", account.username}, {"email", account.email}, {"password", *password}};
  auto checked = decode_registration(form.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
                                     loaded.values.limits.texts);
  if (!checked)
    return refuse(describe(checked.error()));
  auto store = open_current(loaded.values)->open_writer();
  store->begin();
  auto made = store->users().create({checked->username, checked->email,
                                     auth::hash_password(checked->password, loaded.values.auth.bcrypt_cost),
                                     account.admin ? user_role::admin : user_role::user, system_now()});
  if (!made) {
    store->rollback();
    return refuse(std::string(text(made.error(), terminal_language())));
  }
  store->commit();
  std::printf("%lld\n", static_cast<long long>(made->id.value));
  return 0;
}

int change_password(const config::loaded_settings& loaded, const std::string& username) {
  if (const auto none = find_no_database(loaded, where_missing::refuse))
    return refuse(*none);
  const auto database = open_current(loaded.values);
  const auto known = database->open_writer()->users().find_credentials(username);
  if (!known || known->value.id == anonymous_user)
    return refuse(unknown_user(username));
  const auto password = read_password(terminal_language());
  if (!password)
    return refuse(password.error());
  const nlohmann::json form{{"password", *password}, {"current_password", ""}};
  const auto checked = decode_profile_patch(form.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), 0,
                                            loaded.values.limits.texts);
  if (!checked)
    return refuse(describe(checked.error()));
  storage::user_patch patch;
  patch.password_hash = auth::hash_password(checked->password.value_or(std::string()), loaded.values.auth.bcrypt_cost);
  auto store = database->open_writer();
  store->begin();
  if (const auto done = store->users().update(known->value.id, patch); !done) {
    store->rollback();
    return refuse(std::string(text(done.error(), terminal_language())));
  }
  const auto now = system_now();
  store->tokens().revoke_user(known->value.id, now, now + token_lifetime_max);
  store->commit();
  return 0;
}

int promote_user(const config::loaded_settings& loaded, const std::string& username) {
  if (const auto none = find_no_database(loaded, where_missing::refuse))
    return refuse(*none);
  auto store = open_current(loaded.values)->open_writer();
  store->begin();
  auto known = store->users().find_credentials(username);
  if (!known || known->value.id == anonymous_user) {
    store->rollback();
    return refuse(unknown_user(username));
  }
  auto done = store->users().promote(known->value.id, user_role::admin);
  if (!done) {
    store->rollback();
    return refuse(std::string(text(done.error(), terminal_language())));
  }
  store->commit();
  return 0;
}

int print_token(const config::loaded_settings& loaded, std::int64_t user, std::int64_t minutes) {
  const auto& s = loaded.values;
  if (const auto none = find_no_database(loaded, where_missing::refuse))
    return refuse(*none);
  auto known = open_current(s)->open_writer()->users().find(user_id{user});
  if (!known || known->id == anonymous_user)
    return refuse(unknown_user(std::to_string(user)));
  // A folder that is not there is not the server's, and a secret that is made in it not what the server signs with.
  if (std::error_code ignored; s.auth.secret.empty() && !std::filesystem::exists(s.data_dir, ignored))
    return refuse(not_there(words::no_secret, s.data_dir / "secret"));
  auto secret = obtain_secret(s);
  if (!secret)
    return refuse(secret.error());
  std::chrono::minutes lifetime{minutes > 0 ? minutes : static_cast<std::int64_t>(s.auth.access_minutes)};
  std::printf("%s\n", mint_for(known->id, lifetime, *secret).c_str());
  return 0;
}

int make_fixtures(const config::loaded_settings& loaded, const fixture_plan& plan) {
  if (const auto none = find_no_database(loaded, where_missing::make_if_named))
    return refuse(*none);
  auto secret = obtain_secret(loaded.values);
  if (!secret)
    return refuse(secret.error());
  auto store = open_current(loaded.values)->open_writer();
  if (!store->users().is_empty())
    return refuse("the database has users already; fixtures need an empty one");
  std::ofstream tokens(plan.tokens);
  if (!tokens)
    return refuse("cannot write " + plan.tokens);
  auto now = system_now();
  store->begin();
  std::vector<user_id> users;
  for (std::int64_t i = 1; i <= plan.users; ++i) {
    auto name = "load" + std::to_string(i);
    auto made = store->users().create({name, name + "@load.invalid", {}, user_role::user, now});
    if (!made)
      return refuse(name + ": " + std::string(text(made.error(), language::en)));
    users.push_back(made->id);
    tokens << mint_for(made->id, fixture_token_lifetime, *secret) << '\n';
  }
  auto count = static_cast<std::int64_t>(users.size());
  std::vector<room_id> rooms;
  for (std::int64_t i = 0; i < plan.rooms; ++i)
    rooms.push_back(store->rooms()
                      .create(users[static_cast<std::size_t>(i % count)], {"load" + std::to_string(i + 1), {}, {}}, now)
                      .id);
  // The first `rooms` users own a room each, which is the one that the rule gives them.
  for (std::int64_t k = plan.rooms; k < count && plan.rooms > 0; ++k) {
    auto added = store->members().add(rooms[static_cast<std::size_t>(k % plan.rooms)],
                                      users[static_cast<std::size_t>(k)], member_role::member, now);
    if (!added)
      return refuse(std::string(text(added.error(), language::en)));
  }
  store->commit();
  tokens.flush();
  return tokens ? 0 : refuse("cannot write " + plan.tokens);
}

} // namespace parley::app
