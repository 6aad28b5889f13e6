// The database in memory that tests of actors use answers as the real ones do, under any calls.
#include "tests/storage/storage_suite.hpp"
#include "tests/support/memory_store.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <tuple>

namespace parley::storage::testing {
namespace {

/// One call. Which of the fields it uses depends on `what`.
struct step {
  int what = 0;
  int room = 0;  ///< its number, from 1; the last is unknown at first
  user_id user;  ///< exists
  user_id other; ///< may be unknown
  int n = 0;     ///< names a message, a notification, a video …, which may be unknown

  std::size_t index() const { return static_cast<std::size_t>(n); }
  friend std::ostream& operator<<(std::ostream& out, const step& x) {
    return out << x.what << '(' << x.room << ' ' << x.user.value << ' ' << x.other.value << ' ' << x.n << ')';
  }
};

constexpr int users = 4;
constexpr int rooms = 2;

rc::Gen<step> any_step(int kinds) {
  return rc::gen::build<step>(
    rc::gen::set(&step::what, rc::gen::inRange(0, kinds)), rc::gen::set(&step::room, rc::gen::inRange(1, rooms + 2)),
    rc::gen::set(&step::user, rc::gen::map(rc::gen::inRange(2, users + 2), [](int x) { return user_id{x}; })),
    rc::gen::set(&step::other, rc::gen::map(rc::gen::inRange(2, users + 3), [](int x) { return user_id{x}; })),
    rc::gen::set(&step::n, rc::gen::inRange(1, 12)));
}

// -- what answers are compared by ----------------------------------------------------------

template <class T>
const T& comparable(const T& x) {
  return x;
}

/// Numbers may be left out where a request was refused.
notification comparable(notification x) {
  x.id = {};
  return x;
}

auto comparable(const member_view& x) {
  return std::tuple(x.user, x.role, x.joined_at, x.online);
}
auto comparable(const upload& x) {
  return std::tuple(x.id, x.room, x.user, x.title, x.content_type, x.length, x.touched_at, x.metadata, x.concat,
                    x.made);
}
auto comparable(const stored_video& x) {
  return std::pair(x.value, x.file);
}
auto comparable(const appended& x) {
  return std::pair(x.value, x.repeated);
}
auto comparable(const owned_task& x) {
  return std::tuple(x.owner, x.value, x.version);
}
auto comparable(const playback& x) {
  return std::tuple(x.version, x.watched, x.position_s, x.rate, x.by);
}
auto comparable(const room_access& x) {
  return std::tuple(x.value, x.who, x.banned);
}

auto comparable(const room_state& x) {
  return std::tuple(x.value, x.last_message, x.watching ? std::optional(comparable(*x.watching)) : std::nullopt,
                    x.guests_muted_until, x.revision);
}
/// What is unread is for readers: a writer's answer may be of a transaction that was undone.
auto comparable(const room_place& x) {
  return std::tuple(comparable(x.access), x.last_message, x.last_read, x.pending.has_value());
}
auto comparable(const own_room& x) {
  return std::pair(comparable(x.place), x.last_message);
}
auto comparable(const history_page& x) {
  return std::pair(x.items, x.has_more);
}

template <class T>
bool same(const T& x, const T& y);
template <class A, class B>
bool same(const std::pair<A, B>& x, const std::pair<A, B>& y);
template <class T>
bool same(const std::optional<T>& x, const std::optional<T>& y);
template <class T>
bool same(const std::vector<T>& x, const std::vector<T>& y);
template <class T>
bool same(const page<T>& x, const page<T>& y);

template <class T>
bool same(const result<T>& x, const result<T>& y) {
  if (x.has_value() != y.has_value())
    return false;
  if (!x)
    return x.error() == y.error();
  if constexpr (std::is_void_v<T>)
    return true;
  else
    return same(*x, *y);
}
template <class T>
bool same(const T& x, const T& y) {
  return comparable(x) == comparable(y);
}
template <class A, class B>
bool same(const std::pair<A, B>& x, const std::pair<A, B>& y) {
  return same(x.first, y.first) && same(x.second, y.second);
}
template <class T>
bool same(const std::optional<T>& x, const std::optional<T>& y) {
  return x.has_value() == y.has_value() && (!x || same(*x, *y));
}
template <class T>
bool same(const std::vector<T>& x, const std::vector<T>& y) {
  return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](const T& a, const T& b) { return same(a, b); });
}
template <class T>
bool same(const page<T>& x, const page<T>& y) {
  return x.total == y.total && x.number == y.number && x.size == y.size && same(x.items, y.items);
}

// -- the two side by side --------------------------------------------------------------------

/// A database and the one in memory, with the same users, rooms and members. What is done to them is undone in the end.
class twins {
public:
  twins(writer& stored, const std::vector<user>& people) : stored_(&stored), remembered_(memory_.open_writer()) {
    for (const auto& x : people)
      memory_.committed.users[x.id] = x;
    stored_->begin();
    start_ids();
    remembered_->begin();
    for (int i = 0; i < rooms; ++i)
      both([&](writer& w) { return w.rooms().create(user_id{2 + i}, {"room", "", {.is_public = i == 0}}, noon); });
    for (int i = 3; i < users + 2; ++i)
      both([&](writer& w) { return w.members().add(room(1), user_id{i}, member_role::member, noon); });
  }
  ~twins() { stored_->rollback(); }

  twins(const twins&) = delete;
  twins& operator=(const twins&) = delete;

  room_id room(std::int64_t n) const { return room_id{first_room_.value + n}; }
  message_id message(std::int64_t n) const { return message_id{first_message_.value + n}; }
  video_id video(std::int64_t n) const { return video_id{first_video_.value + n}; }

  /// Asks both, and fails where they answer differently.
  template <class Call>
  void both(Call call) {
    if constexpr (std::is_void_v<decltype(call(*stored_))>) {
      call(*stored_);
      call(*remembered_);
    } else {
      const auto real = call(*stored_);
      const auto fake = call(*remembered_);
      RC_ASSERT(same(real, fake));
    }
  }

  void ask(const new_notification& x) {
    const auto real = stored_->notifications().add(x);
    const auto fake = remembered_->notifications().add(x);
    RC_ASSERT(same(real, fake));
    if (real)
      asked_.emplace_back(real->id, fake->id);
  }

  /// `call(writer, id)` with the id that each gave to the n-th last notification; an unknown one where there are fewer.
  template <class Call>
  void about_notification(std::size_t n, Call call) {
    const auto [real, fake] =
      n <= asked_.size() ? asked_[asked_.size() - n] : std::pair<notification_id, notification_id>();
    RC_ASSERT(same(call(*stored_, real), call(*remembered_, fake)));
  }

  user_brief brief(user_id id) const { return memory_.committed.brief(id); }

  timestamp tick() { return now_ += 1s; }

  void compare() {
    for (int i = 1; i <= rooms + 1; ++i)
      compare(room(i));
    for (int i = 2; i <= users + 2; ++i)
      compare(user_id{i});
    for (std::size_t n = 1; n <= asked_.size(); ++n)
      about_notification(n, [](writer& w, notification_id id) { return w.notifications().find(id); });
    for (const char* search : {"", "а", "N", "%"})
      both([&](writer& w) { return w.users().search(search, {.number = 1, .size = 3}); });
    for (int i = 1; i <= 12; ++i) {
      both([&](writer& w) { return w.messages().find(message(i)); });
      both([&](writer& w) { return w.videos().find(video(i)); });
      both([&](writer& w) { return w.tasks().find("task " + std::to_string(i)); });
      both([&](writer& w) { return w.uploads().find("upload " + std::to_string(i)); });
    }
    both([&](writer& w) { return w.uploads().list_stale(noon + 10s).size(); });
    both([&](writer& w) { return w.uploads().count(user_id{2}); });
    both([&](writer& w) { return w.uploads().find_whole(user_id{2}, "partial").has_value(); });
    both([&](writer& w) {
      auto files = w.videos().list_files();
      std::sort(files.begin(), files.end());
      return files;
    });
  }

  /// Notifications that wait, in any one room for any one candidate.
  int most_pending() {
    std::map<std::pair<room_id, user_id>, int> count;
    for (const auto& [id, other] : asked_)
      if (const auto x = stored_->notifications().find(id); !x->answered())
        ++count[{x->room, x->candidate()}];
    int most = 0;
    for (const auto& [key, n] : count)
      most = std::max(most, n);
    return most;
  }

private:
  void compare(room_id id) {
    both([&](writer& w) { return w.rooms().find(id); });
    both([&](writer& w) { return w.members().list(id); });
    both([&](writer& w) { return w.members().list_bans(id, {.number = 1, .size = 2}); });
    both([&](writer& w) { return w.videos().list(id, {.number = 2, .size = 2}); });
    both([&](writer& w) { return w.read_marks().list_readers(id, message(3), {.number = 1, .size = 2}); });
    both([&](writer& w) { return w.messages().find_missed(id, message(2), 4); });
    both([&](writer& w) { return w.messages().find_changed(id, 1, 3); });
    both([&](writer& w) { return w.members().list_ids(id); });
    both([&](writer& w) { return w.read_marks().list(id); });
    both([&](writer& w) { return w.messages().list(id, {}, {.limit = 3, .before = message(9), .after = {}}); });
    both([&](writer& w) { return w.messages().list(id, message(1), {.limit = 3, .before = {}, .after = message(2)}); });
  }

  void compare(user_id id) {
    for (int i = 1; i <= rooms + 1; ++i) {
      both([&](writer& w) { return w.rooms().find_access(room(i), id); });
      both([&](writer& w) { return w.read_marks().find(room(i), id); });
      both([&](writer& w) { return w.profiles().find_place(room(i), id); });
    }
    both([&](writer& w) { return w.notifications().list(id, {}, {.number = 1, .size = 3}); });
    both([&](writer& w) { return w.blocks().list(id, {.number = 1, .size = 2}); });
    for (int i = 2; i < users + 3; ++i) {
      both([&](writer& w) { return w.blocks().has(id, user_id{i}); });
      both([&](writer& w) { return w.notifications().count_rejections(room(1), id, user_id{i}, noon + 5ms); });
    }
    both([&](writer& w) { return w.notifications().list(id, notification_status::unread, {}); });
    both([&](writer& w) { return w.profiles().list_rooms(id, "ROOM", {.number = 1, .size = 2}); });
    for (const auto scope : {room_scope::mine, room_scope::listed})
      both([&](writer& w) { return w.rooms().list(id, scope, "ROOM 1", {}); });
  }

  /// Some databases do not take ids back that a rollback frees: both go on behind those of now.
  void start_ids() {
    const user_id somebody{2};
    first_room_ = stored_->rooms().create(somebody, {"first", "", {}}, noon).id;
    const message_draft draft{first_room_, brief(somebody), {"first", message_type::text, {}}, noon};
    first_message_ = stored_->messages().append(std::span(&draft, 1)).at(0).value().value.id;
    first_video_ = stored_->videos()
                     .add({.room = first_room_,
                           .title = "first",
                           .kind = video_kind::url,
                           .url = {},
                           .file = {},
                           .size = {},
                           .content_type = {},
                           .uploaded_by = somebody,
                           .created_at = noon})
                     .value()
                     .id;
    RC_ASSERT(stored_->rooms().remove(first_room_));
    memory_.committed.start_after(first_room_, first_message_, first_video_);
  }

  writer* stored_;
  test::memory_store memory_;
  std::unique_ptr<writer> remembered_;
  room_id first_room_;
  message_id first_message_;
  video_id first_video_;
  std::vector<std::pair<notification_id, notification_id>> asked_;
  timestamp now_ = noon;
};

using act = void (*)(twins&, const step&);

constexpr act acts[] = {
  // -- rooms --
  [](twins& t, const step& x) {
    t.both([&, now = t.tick()](writer& w) { return w.rooms().create(x.user, {"room", "", {}}, now); });
  },
  [](twins& t, const step& x) {
    t.both([&](writer& w) {
      return w.rooms().update(t.room(x.room), {.name = "Room " + std::to_string(x.n), .description = {}});
    });
  },
  [](twins& t, const step& x) {
    t.both([&](writer& w) { return w.rooms().update_config(t.room(x.room), {.is_public = x.n % 2 == 0}); });
  },
  [](twins& t, const step& x) {
    if (x.n == 1) // else few rooms would live long
      t.both([&](writer& w) { return w.rooms().remove(t.room(x.room)); });
  },
  // -- members --
  [](twins& t, const step& x) {
    t.both(
      [&, now = t.tick()](writer& w) { return w.members().add(t.room(x.room), x.other, member_role::member, now); });
  },
  [](twins& t, const step& x) {
    t.both([&, now = t.tick()](writer& w) { return w.members().remove(t.room(x.room), x.other, x.n % 2 == 0, now); });
  },
  [](twins& t, const step& x) {
    const auto role = x.n % 2 ? member_role::moderator : member_role::member;
    t.both([&](writer& w) -> result<membership> {
      if (w.rooms().find(t.room(x.room)) && w.rooms().find(t.room(x.room))->value.owner == x.other)
        return tl::unexpected(error_code::owner_only);
      return w.members().change(t.room(x.room), x.other, {.role = role, .muted_until = {}});
    });
  },
  [](twins& t, const step& x) {
    const auto until = x.n % 2 ? std::optional(noon + 1h) : std::nullopt;
    t.both([&](writer& w) { return w.members().change(t.room(x.room), x.other, {.role = {}, .muted_until = until}); });
  },
  [](twins& t, const step& x) { t.both([&](writer& w) { return w.members().lift_ban(t.room(x.room), x.other); }); },
  [](twins& t, const step& x) { t.both([&](writer& w) { return w.rooms().transfer(t.room(x.room), x.other); }); },
  // -- notifications --
  [](twins& t, const step& x) {
    t.ask({notification_kind::join_request, x.other, x.user, t.room(x.room), "token", t.tick()});
  },
  [](twins& t, const step& x) {
    t.ask({notification_kind::owner_invitation, x.user, x.other, t.room(x.room), "token", t.tick()});
  },
  [](twins& t, const step& x) {
    t.ask({notification_kind::member_invitation, x.other, x.user, t.room(x.room), "token", t.tick()});
  },
  [](twins& t, const step& x) {
    t.about_notification(x.index(), [&](writer& w, notification_id id) {
      const auto known = w.notifications().find(id);
      const auto by = known && x.user != x.other ? known->receiver : x.user;
      return w.notifications().mark(id, by, x.room % 2 == 0);
    });
  },
  [](twins& t, const step& x) {
    t.about_notification(x.index(), [&, now = t.tick()](writer& w, notification_id id) {
      return w.notifications().answer(id, x.user.value % 2 == 0, now);
    });
  },
  [](twins& t, const step& x) {
    t.both([&](writer& w) { return w.notifications().withdraw(t.room(x.room), x.other); });
  },
  // -- blocks --
  [](twins& t, const step& x) {
    t.both([&, now = t.tick()](writer& w) { return w.blocks().add(x.user, x.other, now); });
  },
  [](twins& t, const step& x) { t.both([&](writer& w) { w.blocks().remove(x.user, x.other); }); },
  [](twins& t, const step& x) {
    const auto until = x.n % 2 ? std::optional(noon + 1h) : std::nullopt;
    t.both([&](writer& w) {
      if (w.rooms().find(t.room(x.room)))
        w.members().mute_guests(t.room(x.room), until);
    });
  },
  // -- messages --
  [](twins& t, const step& x) {
    std::optional<std::string> client;
    if (x.n % 2 == 0)
      client = std::to_string(x.n);
    const message_draft draft{t.room(x.room),
                              t.brief(x.user),
                              {x.other.value % 3 == 0 ? "other" : "text", message_type::text, client},
                              t.tick()};
    t.both([&](writer& w) { return w.messages().append(std::span(&draft, 1)); });
  },
  [](twins& t, const step& x) {
    t.both([&, now = t.tick()](writer& w) { return w.messages().edit(t.message(x.n), "edited", now); });
  },
  [](twins& t, const step& x) { t.both([&](writer& w) { return w.messages().remove(t.message(x.n)); }); },
  [](twins& t, const step& x) {
    t.both([&](writer& w) { return w.read_marks().raise(t.room(x.room), x.other, t.message(x.n)); });
  },
  // -- tasks, watching together --
  [](twins& t, const step& x) {
    const task_status status{"task " + std::to_string(x.n), "running", x.n / 8.0, "", "null", t.tick()};
    t.both([&](writer& w) { return w.tasks().save(x.user, status); });
  },
  [](twins& t, const step& x) {
    const bool link = x.n % 2 == 0;
    const new_video made{.room = t.room(x.room),
                         .title = std::to_string(x.n),
                         .kind = link ? video_kind::url : video_kind::file,
                         .url = link ? "https://example.org/" : "",
                         .file = link ? "" : "file",
                         .size = link ? std::nullopt : std::optional<std::int64_t>(x.n),
                         .content_type = link ? std::nullopt : std::optional<std::string>("video/mp4"),
                         .uploaded_by = x.user,
                         .created_at = t.tick()};
    t.both([&](writer& w) { return w.videos().add(made); });
  },
  [](twins& t, const step& x) { t.both([&](writer& w) { return w.videos().remove(t.video(x.n)); }); },
  [](twins& t, const step& x) {
    t.both([&](writer& w) {
      const auto shown = w.videos().find(t.video(x.n % 4));
      w.playback().save(t.room(x.room), {.version = x.n,
                                         .watched = shown ? std::optional(shown->value) : std::nullopt,
                                         .position_s = x.n / 8.0,
                                         .rate = 1.5,
                                         .by = x.user});
    });
  },
  [](twins& t, const step& x) {
    const auto id = "upload " + std::to_string(x.n);
    t.both([&, now = t.tick()](writer& w) -> result<void> {
      if (w.uploads().find(id))
        return tl::unexpected(error_code::upload_conflict);
      return w.uploads().add({id, t.room(x.room), x.user, "title", "video/webm", x.n, now, "name Zg==", "partial",
                              std::nullopt, false, std::nullopt});
    });
  },
  [](twins& t, const step& x) {
    t.both([&, now = t.tick()](writer& w) { w.uploads().touch("upload " + std::to_string(x.n), now); });
  },
  [](twins& t, const step& x) {
    t.both([&](writer& w) { w.uploads().set_length("upload " + std::to_string(x.n), x.n * 7); });
  },
  [](twins& t, const step& x) {
    t.both([&](writer& w) {
      if (const auto shown = w.videos().find(t.video(x.n % 4)))
        w.uploads().finish("upload " + std::to_string(x.n), shown->value.id);
    });
  },
  [](twins& t, const step& x) { t.both([&](writer& w) { w.uploads().remove("upload " + std::to_string(x.n)); }); },
};

class memory_store_suite : public storage_suite {};

TEST_P(memory_store_suite, after_any_calls_it_answers_as_the_database_does) {
  std::vector<user> people;
  for (const char* name : {"ann", "bob", "eve", "Дан"})
    people.push_back(*reader_->users().find(add_user(name)));
  EXPECT_TRUE(rc::check([&] {
    const auto steps = *rc::gen::scale(4, rc::gen::container<std::vector<step>>(any_step(std::size(acts))));
    twins pair(*writer_, people);
    for (const auto& x : steps)
      acts[x.what](pair, x);
    pair.compare();
    RC_ASSERT(pair.most_pending() <= 1);
  }));
}

INSTANTIATE_TEST_SUITE_P(backends, memory_store_suite, ::testing::ValuesIn(all_backends()), backend_name);

} // namespace
} // namespace parley::storage::testing
