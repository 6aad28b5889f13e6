#include "app/commands.hpp"

#include "app/data_lock.hpp"
#include "app/database.hpp"
#include "auth/password.hpp"
#include "auth/token.hpp"
#include "config/secret.hpp"
#include "protocol/http_codec.hpp"
#include "storage/ports.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <optional>

namespace parley::app {

namespace {

constexpr std::size_t secret_bytes = 32;
constexpr std::size_t jti_bytes = 12;
constexpr std::chrono::hours fixture_token_lifetime{12};

int fail(const std::string& why) {
  std::fprintf(stderr, "parley: %s\n", why.c_str());
  return 1;
}

/// Brings the schema up, and not below a server that runs: where there is something to do, the data must be free.
void bring_up(storage::database& what, const config::settings& s) {
  std::optional<data_lock> alone;
  if (std::ranges::any_of(what.migrations(), [](const auto& x) { return !x.applied_at; }))
    alone.emplace(s);
  what.migrate(system_now());
}

/// The database, brought up to date.
std::unique_ptr<storage::database> open_current(const config::settings& s) {
  auto out = open(s);
  bring_up(*out, s);
  return out;
}

tl::expected<std::string, std::string> secret_of(const config::settings& s) {
  return config::obtain_secret(s, [] { return auth::random_token(secret_bytes); });
}

std::string mint_for(user_id user, std::chrono::milliseconds lifetime, const std::string& secret) {
  auto now = system_now();
  return auth::mint({user, now + lifetime, now, auth::random_token(jti_bytes), {}}, secret);
}

/// A value that the catalogue refuses, as one line.
std::string describe(const problem& p) {
  std::string out(text(p.code, language::en));
  for (const auto& [field, what] : p.fields)
    out.append("; ").append(field).append(": ").append(text(what, language::en));
  return out;
}

} // namespace

int migrate(const config::loaded_settings& loaded, bool status_only) {
  auto database = open(loaded.values);
  if (!status_only)
    bring_up(*database, loaded.values);
  for (const auto& x : database->migrations())
    std::printf("%04d %s %s %s\n", x.version, x.name.c_str(), x.checksum.substr(0, 12).c_str(),
                x.applied_at ? format_time(*x.applied_at).c_str() : "pending");
  return 0;
}

int create_user(const config::loaded_settings& loaded, const new_account& account) {
  std::string password;
  std::getline(std::cin, password);
  nlohmann::json form{{"username", account.username}, {"email", account.email}, {"password", password}};
  auto checked = decode_registration(form.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  if (!checked)
    return fail(describe(checked.error()));
  auto store = open_current(loaded.values)->open_writer();
  store->begin();
  auto made = store->create_user({checked->username, checked->email,
                                  auth::hash_password(checked->password, loaded.values.auth.bcrypt_cost),
                                  account.admin ? user_role::admin : user_role::user, system_now()});
  if (!made) {
    store->rollback();
    return fail(std::string(text(made.error(), language::en)));
  }
  store->commit();
  std::printf("%lld\n", static_cast<long long>(made->id.value));
  return 0;
}

int promote_user(const config::loaded_settings& loaded, const std::string& username) {
  auto store = open_current(loaded.values)->open_writer();
  store->begin();
  auto known = store->find_credentials(username);
  if (!known) {
    store->rollback();
    return fail("no such user: " + username);
  }
  auto done = store->promote(known->value.id, user_role::admin);
  if (!done) {
    store->rollback();
    return fail(std::string(text(done.error(), language::en)));
  }
  store->commit();
  return 0;
}

int print_token(const config::loaded_settings& loaded, std::int64_t user, std::int64_t minutes) {
  const auto& s = loaded.values;
  auto secret = secret_of(s);
  if (!secret)
    return fail(secret.error());
  auto known = open_current(s)->open_reader()->find_user(user_id{user});
  if (!known || known->id == anonymous_user)
    return fail("no such user: " + std::to_string(user));
  std::chrono::minutes lifetime{minutes > 0 ? minutes : static_cast<std::int64_t>(s.auth.access_minutes)};
  std::printf("%s\n", mint_for(known->id, lifetime, *secret).c_str());
  return 0;
}

int make_fixtures(const config::loaded_settings& loaded, const fixture_plan& plan) {
  auto secret = secret_of(loaded.values);
  if (!secret)
    return fail(secret.error());
  auto store = open_current(loaded.values)->open_writer();
  if (!store->is_empty())
    return fail("the database has users already; fixtures need an empty one");
  std::ofstream tokens(plan.tokens);
  if (!tokens)
    return fail("cannot write " + plan.tokens);
  auto now = system_now();
  store->begin();
  std::vector<user_id> users;
  for (std::int64_t i = 1; i <= plan.users; ++i) {
    auto name = "load" + std::to_string(i);
    auto made = store->create_user({name, name + "@load.invalid", {}, user_role::user, now});
    if (!made)
      return fail(name + ": " + std::string(text(made.error(), language::en)));
    users.push_back(made->id);
    tokens << mint_for(made->id, fixture_token_lifetime, *secret) << '\n';
  }
  auto count = static_cast<std::int64_t>(users.size());
  std::vector<room_id> rooms;
  for (std::int64_t i = 0; i < plan.rooms; ++i)
    rooms.push_back(
      store->create_room(users[static_cast<std::size_t>(i % count)], {"load" + std::to_string(i + 1), {}, {}}, now).id);
  // The first `rooms` users own a room each, which is the one that the rule gives them.
  for (std::int64_t k = plan.rooms; k < count && plan.rooms > 0; ++k) {
    auto added = store->add_member(rooms[static_cast<std::size_t>(k % plan.rooms)], users[static_cast<std::size_t>(k)],
                                   member_role::member, now);
    if (!added)
      return fail(std::string(text(added.error(), language::en)));
  }
  store->commit();
  tokens.flush();
  return tokens ? 0 : fail("cannot write " + plan.tokens);
}

} // namespace parley::app
