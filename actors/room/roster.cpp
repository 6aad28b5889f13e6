#include "actors/room/roster.hpp"

#include "actors/patience.hpp"

#include <algorithm>

namespace parley {

namespace {

auto find_mark(std::vector<read_mark>& marks, user_id user) {
  return std::ranges::lower_bound(marks, user, {}, &read_mark::user);
}

} // namespace

void roster::add(const entered& x) {
  const auto user = x.user.id;
  room_.known.learn(user, x.place);
  ++room_.row.value.members;
  note(user, true);
  if (!is_small())
    reads_.reset();
  else if (x.last_read)
    mark({room_.id(), user, x.last_read});
  tell_change(member_joined{{room_.id(), x.user, x.place.role, x.place.muted_until}});
}

void roster::change(const user_brief& user, const membership& who) {
  room_.known.learn(user.id, who);
  tell_change(member_changed{{room_.id(), user, who.role, who.muted_until}});
}

void roster::mute_guests(const user_brief& guests, const membership& who) {
  room_.known.learn_guests(who);
  tell_change(member_changed{{room_.id(), guests, who.role, who.muted_until}});
}

void roster::remove(const user_brief& user, const membership& was, std::optional<std::vector<read_mark>> reads) {
  --room_.row.value.members;
  note(user.id, false);
  if (reads)
    reads_ = std::move(reads);
  else if (reads_)
    if (const auto at = find_mark(*reads_, user.id); at != reads_->end() && at->user == user.id)
      reads_->erase(at);
  room_.say.broadcast(member_left{{room_.id(), user, was.role}});
}

template <class News>
void roster::tell_change(News news) {
  if (!news.muted_until) {
    room_.say.broadcast(news);
    return;
  }
  std::vector<connection_id> insiders;
  for (const auto& [connection, x] : room_.here.visitors()) {
    const auto user = attendance::user_of(x.who);
    const auto* known = room_.known.find(user);
    if (user == news.user.id || (known != nullptr && known->who && known->who->moderates()))
      insiders.push_back(connection);
  }
  std::ranges::sort(insiders);
  const room_event whole = news;
  news.muted_until.reset();
  room_.say.broadcast(news, insiders);
  room_.say.tell(insiders, whole);
}

// -- how far they have read ------------------------------------------------------------------

void roster::mark(const read_mark& x) {
  if (!reads_)
    return;
  if (const auto at = find_mark(*reads_, x.user); at != reads_->end() && at->user == x.user)
    *at = x;
  else
    reads_->insert(at, x);
}

std::optional<std::vector<user_id>> roster::online() const {
  return is_small() ? std::optional(room_.here.present_users()) : std::nullopt;
}

// -- who they are ----------------------------------------------------------------------------

void roster::note(user_id user, bool is_member) {
  if (reading_)
    since_.push_back({user, is_member});
  else if (ids_)
    apply({user, is_member});
}

void roster::apply(step x) {
  const auto at = std::ranges::lower_bound(*ids_, x.user);
  const bool is_listed = at != ids_->end() && *at == x.user;
  if (x.is_member && !is_listed)
    ids_->insert(at, x.user);
  else if (!x.is_member && is_listed)
    ids_->erase(at);
}

void roster::list(std::function<void(const std::vector<user_id>&)> then, std::function<void(error_code)> failed) {
  if (ids_) {
    then(*ids_);
    return;
  }
  reading_ = true;
  room_.turns.read(
    room_.turns.answer_due(), [room = room_.id()](storage::reader& r) { return r.members().list_ids(room); },
    [this, then = std::move(then)](std::vector<user_id>& found) {
      ids_ = std::move(found);
      reading_ = false;
      for (const auto& x : std::exchange(since_, {})) // whether or not it was read already
        apply(x);
      then(*ids_);
    },
    [this, failed = std::move(failed)](error_code why) {
      reading_ = false;
      since_.clear();
      failed(why);
    });
}

} // namespace parley
