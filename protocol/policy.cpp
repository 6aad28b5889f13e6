#include "protocol/policy.hpp"

#include <cassert>

namespace parley {

visibility visible_messages(const room_config& config, const membership& who) {
  if (who.moderates())
    return {};
  switch (config.history) {
  case history_policy::all:
    return {};
  case history_policy::since_join:
    return {.none = false, .after = who.joined_after};
  case history_policy::none:
    return {.none = true, .after = {}};
  }
  assert(false);
  return {.none = true, .after = {}};
}

error_code may_post(const membership& who, message_type type, timestamp now) {
  if (who.muted_until && *who.muted_until > now)
    return error_code::muted;
  if (type == message_type::system && !who.moderates())
    return error_code::moderator_only;
  return error_code::none;
}

error_code may_mute(const membership& actor, const membership& target) {
  if (!actor.moderates())
    return error_code::moderator_only;
  bool over =
    target.role == member_role::member || (target.role == member_role::moderator && actor.role == member_role::owner);
  return over ? error_code::none : error_code::owner_only;
}

error_code may_remove(const membership& actor, const membership& target) {
  assert(actor.user != target.user);
  return may_mute(actor, target);
}

} // namespace parley
