// Whatever people do to a room, in whatever order it is handled: who belongs to it was let in by who may.
#include "tests/actors/invitation_suite.hpp"

#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <set>

namespace parley::test {
namespace {

/// What somebody (`a`) does, to or with somebody (`b`) where it takes two.
struct act {
  unsigned kind = 0, a = 0, b = 0;

  friend std::ostream& operator<<(std::ostream& out, const act& x) {
    constexpr std::array names{"ask", "invite", "accept", "reject", "remove", "ban", "unban", "transfer"};
    return out << names.at(x.kind) << ' ' << x.a << ' ' << x.b;
  }
};

rc::Gen<act> any_act() {
  return rc::gen::build<act>(rc::gen::set(&act::kind, rc::gen::inRange(0U, 8U)),
                             rc::gen::set(&act::a, rc::gen::inRange(0U, 5U)),
                             rc::gen::set(&act::b, rc::gen::inRange(0U, 5U)));
}

class membership_model : public invitation_suite {
public:
  void TestBody() override {}

  void begin(const act& x) {
    const std::array users{ann_, bob_, cal_, dan_, mia_};
    const auto a = users.at(x.a), b = users.at(x.b);
    switch (x.kind) {
    case 0:
      ask_to_join(a);
      break;
    case 1:
      invite(a, b);
      break;
    case 2:
    case 3: // the first that waits for an answer of a
      for (const auto& [id, waiting] : node_.store.committed.notifications)
        if (waiting.receiver == a && !waiting.answered()) {
          reply(a, id, x.kind == 2);
          break;
        }
      break;
    case 4:
    case 5:
      remove(a, b, x.kind == 5);
      break;
    case 6:
      unban(a, b);
      break;
    default:
      transfer(a, b);
    }
  }

  void check_the_rows() const {
    const auto& now = node_.store.committed;
    int owners = 0;
    for (const auto& [at, who] : now.members) {
      RC_ASSERT(!now.bans.contains(at));
      owners += who.role == member_role::owner ? 1 : 0;
      RC_ASSERT((who.role == member_role::owner) == (now.rooms.at(room_).owner == who.user));
    }
    RC_ASSERT(owners == 1);
    std::set<user_id> waiting;
    for (const auto& [id, x] : now.notifications) {
      if (x.answered())
        continue;
      RC_ASSERT(waiting.insert(x.candidate()).second);
      RC_ASSERT(x.kind != notification_kind::join_request || x.receiver == now.rooms.at(room_).owner);
    }
  }

  /// Nobody came in but by an answer that was worth it.
  void check_who_came(const memory_state& before) const {
    const auto& now = node_.store.committed;
    for (const auto& [at, who] : now.members) {
      if (before.members.contains(at))
        continue;
      const bool let_in = std::ranges::any_of(now.notifications, [&](const auto& known) {
        const auto& x = known.second;
        const auto old = before.notifications.find(x.id);
        const bool fresh = old == before.notifications.end() || !old->second.answered();
        return fresh && x.candidate() == who.user && x.status == notification_status::accepted &&
               x.kind != notification_kind::member_invitation;
      });
      RC_ASSERT(let_in);
    }
  }

  /// What the room remembers of everybody is what is stored.
  void check_what_is_remembered() {
    for (auto who : {ann_, bob_, cal_, dan_, mia_})
      RC_ASSERT(verdict(post(who)) == (is_member(who) ? error_code::none : error_code::not_a_member));
  }

  const memory_state& rows() const { return node_.store.committed; }
  void settle(std::mt19937& lot) { node_.settle_shuffled(lot); }
};

RC_GTEST_PROP(a_room, lets_nobody_in_whom_its_owner_did_not_want, ()) {
  membership_model world;
  std::mt19937 lot(*rc::gen::arbitrary<unsigned>());
  const auto rounds =
    *rc::gen::container<std::vector<std::vector<act>>>(rc::gen::container<std::vector<act>>(any_act()));
  for (const auto& round : rounds) {
    const auto before = world.rows();
    for (const auto& x : round)
      world.begin(x);
    world.settle(lot);
    world.check_the_rows();
    world.check_who_came(before);
    world.check_what_is_remembered();
  }
}

} // namespace
} // namespace parley::test
