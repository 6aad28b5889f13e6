// Each change of a port in two transactions at the same moment ends as it does in two that follow each other:
// docs/adr/0036.
#include "tests/storage/racing_writers.hpp"

#include <map>
#include <ostream>

namespace parley::storage::testing {
namespace {

/// What two transactions do, to things of their own, and a number by which to see what came of it.
struct meeting {
  std::function<error_code(writer&)> first;
  std::function<error_code(writer&)> other;
  std::string look;
};

class each_call_twice : public racing_writers {
protected:
  using preparation = std::function<meeting()>;

  struct ending {
    std::vector<error_code> said;
    std::int64_t seen = 0;

    bool operator==(const ending&) const = default;
    friend std::ostream& operator<<(std::ostream& out, const ending& x) {
      for (const auto code : x.said)
        out << (code == error_code::none ? "ok" : name(code)) << ' ';
      return out << "and then " << x.seen;
    }
  };

  ending in_a_row(const meeting& x, bool swapped) {
    const auto& one = swapped ? x.other : x.first;
    const auto& two = swapped ? x.first : x.other;
    const auto before = in_transaction(*writer_, one);
    return {{before, in_transaction(*second_, two)}, trial_->number(x.look)};
  }
  ending at_once_of(const meeting& x, bool swapped) {
    auto said = at_once(swapped ? x.other : x.first, swapped ? x.first : x.other);
    return {std::move(said), trial_->number(x.look)};
  }

  /// The same, but for what the two are told: both may hear that it was they who ended something.
  void expect_the_same_left(const preparation& prepare) {
    for (const bool swapped : {false, true}) {
      const auto expected = in_a_row(prepare(), swapped);
      EXPECT_EQ(at_once_of(prepare(), swapped).seen, expected.seen) << (swapped ? "swapped" : "as listed");
    }
  }

  /// Makes calls that only the room's home makes, one after the other: neither fails, and what is counted is right.
  void expect_no_harm(const preparation& prepare) {
    for (const bool swapped : {false, true}) {
      at_once_of(prepare(), swapped);
      EXPECT_EQ(count("rooms r WHERE r.member_count <> (SELECT COUNT(*) FROM members m WHERE m.room_id = r.id)"), 0);
    }
  }

  /// In both orders.
  void expect_a_row(const preparation& prepare) {
    for (const bool swapped : {false, true}) {
      const auto expected = in_a_row(prepare(), swapped);
      EXPECT_EQ(at_once_of(prepare(), swapped), expected) << (swapped ? "swapped" : "as listed");
    }
  }

  std::string fresh(const std::string& what) { return what + std::to_string(++number_); }
  static std::string where(const auto& id) { return " WHERE id = " + std::to_string(id.value); }

  /// A login of ann, by the hash of its token.
  std::string login() {
    const auto family = fresh("family");
    auto hash = family + std::string(32, '.');
    hash.resize(32);
    commit([&] { writer_->tokens().add({hash, family, ann_, noon + 1h, noon}); });
    return hash;
  }
  /// A film in the room.
  video_id film(room_id room) {
    return commit([&] { return writer_->videos().add(link_to(room, ann_, "film")); })->id;
  }
  upload begun(room_id room) {
    upload out{.id = fresh("upload"),
               .room = room,
               .user = ann_,
               .title = "film",
               .content_type = "video/webm",
               .length = 5,
               .touched_at = noon,
               .metadata = "",
               .concat = "",
               .made = std::nullopt,
               .made_file = std::nullopt};
    return out;
  }
  upload kept_upload() {
    auto out = begun(room_);
    EXPECT_TRUE(commit([&] { return writer_->uploads().add(out); }));
    return out;
  }

  int number_ = 0;
};

TEST_P(each_call_twice, users) {
  expect_a_row([&] { // one name for two
    const auto name = fresh("new");
    const auto create = [name](writer& w) {
      return outcome(w.users().create({name, name + "@example.org", "hash", user_role::user, noon}));
    };
    return meeting{create, create, "SELECT COUNT(*) FROM users WHERE username = '" + name + "'"};
  });
  expect_a_row([&] { // two properties of one user
    const auto who = add_user(fresh("user"));
    const auto name = fresh("other");
    return meeting{[=](writer& w) {
                     return outcome(
                       w.users().update(who, {.username = name, .email = {}, .password_hash = {}, .avatar_url = {}}));
                   },
                   [=](writer& w) {
                     return outcome(w.users().update(
                       who, {.username = {}, .email = name + "@example.org", .password_hash = {}, .avatar_url = {}}));
                   },
                   "SELECT COUNT(*) FROM users WHERE username = '" + name + "' AND email = '" + name + "@example.org'"};
  });
  expect_a_row([&] {
    const auto who = add_user(fresh("user"));
    const auto promote = [who](user_role to) { return [=](writer& w) { return outcome(w.users().promote(who, to)); }; };
    return meeting{promote(user_role::admin), promote(user_role::user), "SELECT role FROM users" + where(who)};
  });
  expect_a_row([&] {
    const auto who = add_user(fresh("user"));
    const auto retire = [who](writer& w) { return outcome(w.accounts().retire(who)); };
    return meeting{retire, retire, "SELECT deleted FROM users" + where(who)};
  });
}

TEST_P(each_call_twice, blocks) {
  const auto add = [&](writer& w) { return outcome(w.blocks().add(ann_, bob_, noon)); };
  const auto remove = [&](writer& w) { return (w.blocks().remove(ann_, bob_), ok); };
  const auto look = "SELECT COUNT(*) FROM blocks";
  for (const bool blocked : {false, true}) {
    const auto prepare = [&] { commit([&] { blocked ? (void)add(*writer_) : (void)remove(*writer_); }); };
    expect_a_row([&] { return prepare(), meeting{add, add, look}; });
    expect_a_row([&] { return prepare(), meeting{remove, remove, look}; });
  }
  // Who adds what somebody else is about to remove finds it there.
  commit([&] { (void)add(*writer_); });
  at_once(remove, add);
  EXPECT_LE(count("blocks"), 1);
}

TEST_P(each_call_twice, tokens) {
  const auto all = "SELECT COUNT(*) FROM refresh_tokens";
  const auto rotate = [&](const std::string& from, const std::string& to) {
    return [=](writer& w) {
      std::optional<std::string> revoked;
      return outcome(w.tokens().rotate({.old_hash = from,
                                        .next_hash = to,
                                        .key_hash = {},
                                        .now = noon,
                                        .expires_at = noon + 1h,
                                        .forget_at = noon + 1h},
                                       revoked));
    };
  };
  const auto revoke = [](const std::string& hash) {
    return [=](writer& w) { return w.tokens().revoke(hash, noon + 1h) ? ok : error_code::invalid_token; };
  };
  const auto revoke_all = [&](writer& w) {
    return w.tokens().revoke_user(ann_, noon, noon + 1h).empty() ? error_code::invalid_token : ok;
  };
  const auto empty = [&] { commit([&] { (void)revoke_all(*writer_); }); };
  const auto next = [&] { return fresh("next-------------------------").substr(0, 32) + std::string(2, '-'); };
  expect_a_row([&] {
    const auto add = [](const std::string& hash) {
      return [=](writer& w) { return (w.tokens().add({hash, hash, user_id{2}, noon + 1h, noon}), ok); };
    };
    return empty(), meeting{add(fresh("a")), add(fresh("b")), all};
  });
  expect_a_row([&] {
    empty();
    const auto one = login();
    const auto to = next();
    return meeting{rotate(one, to), rotate(one, to), all};
  });
  expect_the_same_left([&] {
    empty();
    const auto one = login();
    return meeting{rotate(one, next()), revoke(one), all};
  });
  expect_the_same_left([&] {
    empty();
    const auto one = login();
    return meeting{revoke(one), revoke(one), all};
  });
  expect_the_same_left([&] {
    empty();
    const auto one = login();
    return meeting{rotate(one, next()), revoke_all, all};
  });
  expect_the_same_left([&] { return empty(), login(), meeting{revoke_all, revoke_all, all}; });
  expect_the_same_left([&] {
    empty();
    login();
    const auto id = reader_->tokens().list_sessions(ann_, "", noon, {1, 20}).items.at(0).id;
    const auto end = [=, this](writer& w) { return outcome(w.tokens().end_session(ann_, id, noon + 1h)); };
    return meeting{end, end, all};
  });
  expect_the_same_left([&] {
    empty();
    const auto one = login();
    login();
    const auto end = [this](writer& w) {
      return w.tokens().end_other_sessions(ann_, "", noon + 1h).empty() ? error_code::invalid_token : ok;
    };
    return meeting{rotate(one, next()), end, all};
  });
}

TEST_P(each_call_twice, rooms) {
  expect_a_row([&] {
    const auto name = fresh("new");
    const auto create = [=, this](writer& w) { return (w.rooms().create(ann_, {name, "", {}}, noon), ok); };
    return meeting{create, create, "SELECT COUNT(*) FROM rooms WHERE name = '" + name + "'"};
  });
  expect_no_harm([&] {
    const auto room = add_room(ann_, "old");
    const auto name = fresh("named");
    return meeting{[=](writer& w) { return outcome(w.rooms().update(room, {.name = name, .description = {}})); },
                   [=](writer& w) { return outcome(w.rooms().update(room, {.name = {}, .description = name})); },
                   "SELECT COUNT(*) FROM rooms WHERE name = '" + name + "' AND description = '" + name + "'"};
  });
  expect_a_row([&] {
    const auto room = add_room(ann_);
    const auto configure = [room](join_policy join) {
      return [=](writer& w) { return outcome(w.rooms().update_config(room, {.join = join})); };
    };
    return meeting{configure(join_policy::invite), configure(join_policy::open),
                   "SELECT join_policy FROM rooms" + where(room)};
  });
  expect_a_row([&] {
    const auto room = add_room(ann_);
    const auto set = [room](bool to) { return [=](writer& w) { return (w.rooms().set_active(room, to), ok); }; };
    return meeting{set(true), set(false), "SELECT is_active FROM rooms" + where(room)};
  });
  expect_a_row([&] {
    const auto room = add_room(ann_);
    const auto remove = [=](writer& w) { return outcome(w.rooms().remove(room)); };
    return meeting{remove, remove, "SELECT COUNT(*) FROM rooms" + where(room)};
  });
  expect_no_harm([&] {
    const auto room = add_room(ann_);
    return meeting{[=](writer& w) { return outcome(w.rooms().remove(room)); },
                   [=](writer& w) { return outcome(w.rooms().update(room, {.name = "new", .description = {}})); },
                   "SELECT COUNT(*) FROM rooms" + where(room)};
  });
  expect_no_harm([&] {
    const auto room = add_room(ann_);
    join(room, bob_);
    const auto give = [=, this](writer& w) { return outcome(w.rooms().transfer(room, bob_)); };
    return meeting{give, give,
                   "SELECT COUNT(*) FROM members WHERE role = 2 AND room_id = " + std::to_string(room.value)};
  });
  expect_a_row([&] {
    const auto clear = [](writer& w) { return (w.rooms().clear_active(), ok); };
    commit([&] { writer_->rooms().set_active(room_, true); });
    return meeting{clear, clear, "SELECT COUNT(*) FROM rooms WHERE is_active = 1"};
  });
}

TEST_P(each_call_twice, members) {
  const auto of = [](room_id room) { return " WHERE room_id = " + std::to_string(room.value); };
  const auto in_a_room = [&] {
    const auto room = add_room(ann_);
    join(room, bob_);
    return room;
  };
  expect_a_row([&] {
    const auto room = add_room(ann_);
    const auto add = [=, this](writer& w) { return outcome(w.members().add(room, bob_, member_role::member, noon)); };
    return meeting{add, add, "SELECT COUNT(*) FROM members" + of(room)};
  });
  for (const bool ban : {false, true})
    expect_no_harm([&] {
      const auto room = in_a_room();
      const auto remove = [=, this](writer& w) { return outcome(w.members().remove(room, bob_, ban, noon)); };
      return meeting{remove, remove, "SELECT COUNT(*) FROM members" + of(room)};
    });
  expect_no_harm([&] {
    const auto room = in_a_room();
    return meeting{
      [=, this](writer& w) {
        return outcome(w.members().change(room, bob_, {.role = member_role::moderator, .muted_until = {}}));
      },
      [=, this](writer& w) {
        return outcome(w.members().change(room, bob_, {.role = {}, .muted_until = std::optional(noon + 1h)}));
      },
      "SELECT COUNT(*) FROM members" + of(room) + " AND role = 1 AND muted_until IS NOT NULL"};
  });
  expect_a_row([&] {
    const auto room = in_a_room();
    commit([&] { (void)writer_->members().remove(room, bob_, true, noon); });
    const auto lift = [=, this](writer& w) { return outcome(w.members().lift_ban(room, bob_)); };
    return meeting{lift, lift, "SELECT COUNT(*) FROM bans" + of(room)};
  });
  expect_a_row([&] {
    const auto room = add_room(ann_);
    const auto mute = [room](std::optional<timestamp> until) {
      return [=](writer& w) { return (w.members().mute_guests(room, until), ok); };
    };
    return meeting{mute(noon), mute(noon + 1h), "SELECT COALESCE(MAX(muted_until), 0) FROM guest_mutes" + of(room)};
  });
}

TEST_P(each_call_twice, notifications) {
  const auto asked = [&] {
    const auto room = add_room(ann_);
    return std::pair(room, ask(notification_kind::join_request, room, ann_, bob_)->id);
  };
  const auto status = [](notification_id id) { return "SELECT status FROM notifications" + where(id); };
  expect_a_row([&] {
    const auto room = add_room(ann_);
    const auto add = [=, this](writer& w) {
      return outcome(w.notifications().add({notification_kind::join_request, ann_, bob_, room, fresh("secret"), noon}));
    };
    return meeting{add, add, "SELECT COUNT(*) FROM notifications WHERE room_id = " + std::to_string(room.value)};
  });
  expect_a_row([&] {
    const auto id = asked().second;
    const auto mark = [=, this](bool read) {
      return [=, this](writer& w) { return outcome(w.notifications().mark(id, ann_, read)); };
    };
    return meeting{mark(true), mark(false), status(id)};
  });
  expect_a_row([&] {
    const auto id = asked().second;
    const auto answer = [id](bool accept) {
      return [=](writer& w) { return outcome(w.notifications().answer(id, accept, noon)); };
    };
    return meeting{answer(true), answer(false), status(id)};
  });
  expect_a_row([&] {
    const auto [room, id] = asked();
    const auto withdraw = [room = room, this](writer& w) { return outcome(w.notifications().withdraw(room, bob_)); };
    return meeting{withdraw, withdraw, "SELECT COUNT(*) FROM notifications" + where(id)};
  });
}

TEST_P(each_call_twice, messages_and_read_marks) {
  const auto deleted = [](message_id id) { return "SELECT deleted FROM messages" + where(id); };
  expect_a_row([&] {
    const auto room = add_room(ann_);
    const auto say = [=, this](const std::string& what) {
      return [=, this](writer& w) { return outcome(w.messages().append(std::vector{draft(room, ann_, what)}).at(0)); };
    };
    return meeting{say("one"), say("two"),
                   "SELECT COUNT(*) FROM messages WHERE room_id = " + std::to_string(room.value)};
  });
  expect_a_row([&] {
    const auto id = post(room_, ann_, "said");
    return meeting{[=](writer& w) { return outcome(w.messages().edit(id, "changed", noon)); },
                   [=](writer& w) { return outcome(w.messages().remove(id)); }, deleted(id)};
  });
  expect_a_row([&] {
    const auto id = post(room_, ann_, "said");
    const auto remove = [=](writer& w) { return outcome(w.messages().remove(id)); };
    return meeting{remove, remove, deleted(id)};
  });
  expect_a_row([&] {
    const auto low = post(room_, ann_, "one");
    const auto high = post(room_, ann_, "two");
    const auto raise = [&](message_id to) {
      return [=, this](writer& w) { return (w.read_marks().raise(room_, ann_, to), ok); };
    };
    const auto distance = std::to_string(high.value);
    return meeting{raise(low), raise(high), "SELECT " + distance + " - MAX(last_read_id) FROM read_marks"};
  });
}

TEST_P(each_call_twice, tasks_and_playback) {
  expect_a_row([&] {
    const auto job = fresh("job");
    const auto save = [job](user_id by, const std::string& status) {
      return [=](writer& w) {
        return outcome(w.tasks().save(
          by, {.connection = job, .status = status, .progress = {}, .message = {}, .data = "{}", .at = noon}));
      };
    };
    return meeting{save(ann_, "running"), save(ann_, "done"),
                   "SELECT COUNT(*) FROM tasks WHERE status = 'done' AND connection = '" + job + "'"};
  });
  expect_a_row([&] {
    const auto room = add_room(ann_);
    const auto save = [=, this](std::int64_t version) {
      return [=, this](writer& w) {
        return (w.playback().save(room, {.version = version, .watched = {}, .position_s = 0, .rate = 1, .by = ann_}),
                ok);
      };
    };
    return meeting{save(1), save(2), "SELECT version FROM playback WHERE room_id = " + std::to_string(room.value)};
  });
}

TEST_P(each_call_twice, videos_and_uploads) {
  expect_a_row([&] {
    const auto room = add_room(ann_);
    const auto add = [=, this](writer& w) { return outcome(w.videos().add(link_to(room, ann_, "film"))); };
    return meeting{add, add, "SELECT COUNT(*) FROM videos WHERE room_id = " + std::to_string(room.value)};
  });
  expect_a_row([&] {
    const auto id = film(room_);
    const auto remove = [=](writer& w) { return outcome(w.videos().remove(id)); };
    return meeting{remove, remove, "SELECT COUNT(*) FROM videos" + where(id)};
  });
  const auto look = [](const upload& x, const std::string& what) {
    return "SELECT COALESCE(MAX(" + what + "), 0) FROM uploads WHERE id = '" + x.id + "'";
  };
  expect_a_row([&] {
    const auto one = begun(room_);
    const auto two = begun(room_);
    const auto add = [](const upload& x) { return [=](writer& w) { return outcome(w.uploads().add(x)); }; };
    return meeting{add(one), add(two), "SELECT COUNT(*) FROM uploads WHERE id IN ('" + one.id + "', '" + two.id + "')"};
  });
  expect_a_row([&] {
    const auto x = kept_upload();
    const auto set = [id = x.id](std::int64_t to) {
      return [=](writer& w) { return (w.uploads().set_length(id, to), ok); };
    };
    return meeting{set(7), set(9), look(x, "length")};
  });
  expect_a_row([&] {
    const auto x = kept_upload();
    const auto touch = [id = x.id](timestamp at) { return [=](writer& w) { return (w.uploads().touch(id, at), ok); }; };
    return meeting{touch(noon + 1h), touch(noon + 2h), look(x, "touched_at")};
  });
  expect_a_row([&] {
    const auto x = kept_upload();
    const auto made = film(room_);
    return meeting{[id = x.id, made](writer& w) { return (w.uploads().finish(id, made), ok); },
                   [id = x.id](writer& w) { return (w.uploads().remove(id), ok); }, look(x, "1")};
  });
  expect_a_row([&] {
    const auto x = kept_upload();
    const auto remove = [id = x.id](writer& w) { return (w.uploads().remove(id), ok); };
    return meeting{remove, remove, look(x, "1")};
  });
}

INSTANTIATE_TEST_SUITE_P(backends, each_call_twice, ::testing::ValuesIn(all_backends()), backend_name);

} // namespace
} // namespace parley::storage::testing
