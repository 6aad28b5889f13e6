#include "net/backend.hpp"

#include <caf/actor_cast.hpp>
#include <caf/atom.hpp>

#include <utility>

namespace parley::net {

asker::behavior_type asker::make_behavior() {
  return {[](const tick&) {}};
}

backend::backend(caf::actor_system& system, pin where, node_actors actors) : actors_(std::move(actors)) {
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
}

backend::answer<room_actor> backend::find_room(room_id id) {
  return ask_for<room_actor>(actors_.directory, parley::find_room{id});
}

backend::answer<finished> backend::revoke(storage::revocations list) {
  return ask_for<finished>(actors_.directory, revoke_access{std::move(list)});
}

backend::answer<std::string> backend::hash(std::string password) {
  return ask_for<std::string>(next(actors_.hashers), hash_password{std::move(password)});
}

backend::answer<bool> backend::check(std::string password, std::string hash) {
  return ask_for<bool>(next(actors_.hashers), check_password{std::move(password), std::move(hash)});
}

} // namespace parley::net
