#include "net/backend.hpp"

#include <caf/actor_cast.hpp>
#include <caf/atom.hpp>

#include <algorithm>
#include <utility>

namespace parley::net {

asker::behavior_type asker::make_behavior() {
  return {[](const tick&) {}};
}

backend::backend(caf::actor_system& system, boost::asio::io_context& loop, pin where, node_actors actors,
                 known_users& users)
  : actors_(std::move(actors)), users_(users), deadlines_(loop) {
  auto handle = spawn_pinned<asker>(system, where);
  hold_ = caf::actor_cast<caf::strong_actor_ptr>(handle);
  asker_ = static_cast<asker*>(caf::actor_cast<caf::abstract_actor*>(handle));
}

backend::~backend() {
  close();
}

void backend::close() {
  if (std::exchange(asker_, nullptr) == nullptr)
    return;
  caf::anon_send_exit(hold_, caf::exit_reason::user_shutdown);
  hold_ = nullptr;
  deadlines_.clear();
}

boost::asio::awaitable<void> backend::suspend(std::shared_ptr<pending> asked) {
  auto wait = [asked = std::move(asked)](pending::resume then) mutable {
    std::exchange(asked, nullptr)->wait(std::move(then));
  };
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(std::move(wait),
                                                                                   boost::asio::use_awaitable);
}

backend::answer<user_brief> backend::find_user(user_id id) {
  if (const auto* known = users_.find(id))
    co_return *known;
  const auto asked_at = users_.age();
  auto find = [id](storage::reader& from) { return from.users().find(id); };
  auto found = co_await read(std::move(find));
  if (!found)
    co_return tl::unexpected(found.error());
  if (!*found)
    co_return tl::unexpected(error_code::invalid_token);
  user_brief out{.id = id, .username = std::move((*found)->username), .avatar_url = std::move((*found)->avatar_url)};
  users_.learn(out, asked_at);
  co_return out;
}

backend::answer<finished> backend::forget_user(user_id id) {
  // All at once would end no sooner: they are asked when somebody changes its name.
  for (const auto& hub : actors_.hubs) {
    parley::forget_user order{id};
    auto forgotten = co_await ask_for<finished>(hub, std::move(order));
    if (!forgotten)
      co_return tl::unexpected(forgotten.error());
  }
  co_return finished{};
}

backend::answer<room_actor> backend::find_room(room_id id) {
  return ask_for<room_actor>(actors_.placement, parley::find_room{id});
}

backend::answer<finished> backend::revoke(storage::revocations list) {
  return ask_for<finished>(actors_.directory, revoke_access{std::move(list)});
}

std::shared_ptr<void> backend::take_place(const count& taken, std::size_t limit) {
  if (taken->fetch_add(1) < limit)
    return {taken.get(), [taken](auto*) { --*taken; }};
  --*taken;
  return nullptr;
}

std::shared_ptr<void> backend::take_hasher() {
  return take_place(hashes_, std::max<std::size_t>(1, hashes_limit / std::max<std::size_t>(1, actors_.hubs.size())));
}

backend::answer<std::string> backend::hash(std::string password) {
  const auto place = take_hasher();
  if (place == nullptr)
    co_return tl::unexpected(error_code::rate_limited);
  hash_password request{std::move(password)};
  auto out = co_await ask_for<std::string>(next(actors_.hashers), std::move(request));
  co_return out;
}

backend::answer<auth::password_verdict> backend::check(std::string password, std::string hash) {
  const auto place = take_hasher();
  if (place == nullptr)
    co_return tl::unexpected(error_code::rate_limited);
  check_password request{std::move(password), std::move(hash)};
  auto out = co_await ask_for<auth::password_verdict>(next(actors_.hashers), std::move(request));
  co_return out;
}

} // namespace parley::net
