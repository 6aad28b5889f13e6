#include "actors/room/activity.hpp"

#include "protocol/policy.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace parley {

namespace {

/// What one member is to be told.
struct news {
  user_id user;
  bool sees_last = false;
  std::int64_t unread = 0;
};
struct found_news {
  std::optional<message> last; ///< the room's last message
  std::vector<news> items;
};

found_news find_news(storage::reader& in, room_id room, std::span<const user_id> users) {
  found_news out;
  for (const auto user : users) {
    const auto place = in.profiles().find_place(room, user);
    if (!place || !place->access.who)
      continue; // it left meanwhile
    const auto visible = visible_messages(place->access.value.config, *place->access.who);
    if (!out.last && place->last_message)
      out.last = in.messages().find(place->last_message);
    out.items.push_back({user, out.last && visible.shows(out.last->id), place->unread});
  }
  return out;
}

} // namespace

void activity::has_read(user_id user) {
  readers_.insert(user);
  expect_round();
}

void activity::expect_round() {
  if (!running_)
    room_.port.wake_at(std::max(earliest_, room_.options.now.steady()));
}

void activity::run() {
  if (running_ || !is_wanted())
    return;
  if (room_.row.is_dissolved) {
    for_all_ = false;
    readers_.clear();
    return;
  }
  if (earliest_ > room_.options.now.steady()) {
    expect_round();
    return;
  }
  running_ = true;
  auto readers = std::exchange(readers_, {});
  if (!std::exchange(for_all_, false)) {
    find_absent({readers.begin(), readers.end()});
    return;
  }
  members_.list([this](const std::vector<user_id>& all) { find_absent(all); },
                [this](error_code) {
                  for_all_ = true; // after the pause, again
                  end_round();
                });
}

void activity::find_absent(const std::vector<user_id>& members) {
  parley::find_absent question{room_.id(), {}};
  question.users.reserve(members.size());
  for (const auto user : members)
    question.users.push_back({user, room_.here.envelopes_of(user)});
  room_.port.ask_directory(
    std::move(question), [this](absent_users& found) { tell(std::move(found.users), 0); }, [this] { end_round(); });
}

void activity::tell(std::vector<user_id> absent, std::size_t from) {
  if (from >= absent.size() || room_.row.is_dissolved) {
    end_round();
    return;
  }
  const auto to = std::min(absent.size(), from + piece);
  std::vector<user_id> some(absent.begin() + static_cast<std::ptrdiff_t>(from),
                            absent.begin() + static_cast<std::ptrdiff_t>(to));
  room_.turns.read(
    room_.turns.answer_due(),
    [room = room_.id(), some = std::move(some)](storage::reader& r) { return find_news(r, room, some); },
    [this, absent = std::move(absent), to](found_news& found) mutable {
      tell_absent out{room_.id(), {}};
      std::map<std::pair<bool, std::int64_t>, frame_ptr> frames; // alike for many
      for (const auto& x : found.items) {
        auto& frame = frames[{x.sees_last, x.unread}];
        if (frame == nullptr)
          frame = make_text_frame(encode_envelope(
            room_activity_reply{room_.id(), x.sees_last ? found.last : std::nullopt, x.unread}, {}, language::zh));
        out.frames.emplace_back(x.user, frame);
      }
      room_.port.to_directory(std::move(out));
      tell(std::move(absent), to);
    },
    [this](error_code) { end_round(); });
}

void activity::end_round() {
  running_ = false;
  earliest_ = room_.options.now.steady() + (room_.row.value.members > crowd ? pause_of_crowd : pause);
  if (is_wanted())
    expect_round();
}

} // namespace parley
