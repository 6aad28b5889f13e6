// The questions of storage's tables to a database in memory.
#pragma once

#include "protocol/limits.hpp"
#include "protocol/policy.hpp"
#include "protocol/text.hpp"
#include "tests/support/memory_store.hpp"

#include <algorithm>
#include <stdexcept>

namespace parley::test {

[[noreturn]] inline void unexpected(const char* what) {
  throw std::logic_error(std::string("no actor under test asks for ") + what);
}

template <class T>
page<T> one_page(std::vector<T> all, page_request at) {
  page<T> out{.items = {}, .total = std::ssize(all), .number = at.number, .size = at.size};
  for (auto i = at.offset(); i < std::min(out.total, at.offset() + at.size); ++i)
    out.items.push_back(std::move(all[static_cast<std::size_t>(i)]));
  return out;
}

/// What a connection to a database in memory sees of it.
class memory_view {
public:
  virtual ~memory_view() = default;

  virtual const memory_state& state() const = 0;
  /// After a look for missed messages.
  virtual void missed_found() const {}
};

/// What the tables below have in common.
class memory_table {
protected:
  explicit memory_table(const memory_view& from) : from_(from) {}

  const memory_state& state() const { return from_.state(); }
  const memory_view& from() const { return from_; }

  std::vector<user_brief> latest_first(std::vector<std::pair<timestamp, user_id>> found) const {
    std::sort(found.rbegin(), found.rend());
    std::vector<user_brief> out;
    for (const auto& [since, id] : found)
      out.push_back(state().brief(id));
    return out;
  }

  template <class Map, class Key>
  static std::optional<typename Map::mapped_type> find_in(const Map& all, const Key& key) {
    auto it = all.find(key);
    return it == all.end() ? std::nullopt : std::optional(it->second);
  }
  template <class T>
  static std::optional<T> find_in(const std::map<memory_state::place, T>& all, const memory_state::place& key) {
    auto it = all.find(key);
    return it == all.end() ? std::nullopt : std::optional(it->second);
  }

private:
  const memory_view& from_;
};

class memory_users : public virtual storage::user_reader, protected memory_table {
public:
  explicit memory_users(const memory_view& from) : memory_table(from) {}

  std::optional<user> find(user_id id) override { return find_in(state().users, id); }
  page<user_brief> search(std::string_view search, page_request at) override {
    std::vector<user_brief> out;
    for (const auto& [id, x] : state().users)
      if (fold(x.username).find(fold(search)) != std::string::npos)
        out.push_back(state().brief(id));
    return one_page(std::move(out), at);
  }
  /// By the name; without a password.
  std::optional<storage::credentials> find_credentials(std::string_view name) override {
    if (fold(name) == anonymous_name)
      return storage::credentials{{anonymous_user, std::string(anonymous_name), {}, {}, {}, {}}, {}};
    for (const auto& [id, x] : state().users)
      if (fold(x.username) == fold(name))
        return storage::credentials{x, {}};
    return std::nullopt;
  }
  std::optional<storage::credentials> find_credentials(user_id) override { unexpected("credentials"); }
  bool is_empty() override { unexpected("fixtures"); }
};

class memory_blocks : public virtual storage::block_reader, protected memory_table {
public:
  explicit memory_blocks(const memory_view& from) : memory_table(from) {}

  bool has(user_id by, user_id whom) override { return state().blocks.contains({by, whom}); }
  page<user_brief> list(user_id by, page_request at) override {
    std::vector<std::pair<timestamp, user_id>> found;
    for (const auto& [who, since] : state().blocks)
      if (who.first == by)
        found.emplace_back(since, who.second);
    return one_page(latest_first(std::move(found)), at);
  }
  std::int64_t count(user_id by) override {
    return std::ranges::count_if(state().blocks, [by](const auto& x) { return x.first.first == by; });
  }
};

class memory_tokens : public virtual storage::token_reader, protected memory_table {
public:
  explicit memory_tokens(const memory_view& from) : memory_table(from) {}

  /// Also of those whose time has passed.
  storage::revocations find_revocations(timestamp) override { return state().revoked; }
  page<login_session> list_sessions(user_id, std::string_view, timestamp, page_request) override {
    unexpected("sessions");
  }
};

class memory_rooms : public virtual storage::room_reader, protected memory_table {
public:
  explicit memory_rooms(const memory_view& from) : memory_table(from) {}

  std::optional<storage::room_state> find(room_id id) override {
    auto value = find_in(state().rooms, id);
    if (!value)
      return std::nullopt;
    return storage::room_state{*value, state().last_message(id), find_in(state().playback, id),
                               find_in(state().guests_muted_until, id), find_in(state().revisions, id).value_or(0)};
  }
  std::optional<storage::room_access> find_access(room_id room, user_id user) override {
    auto value = find_in(state().rooms, room);
    if (!value)
      return std::nullopt;
    return storage::room_access{*value, find_in(state().members, {room, user}), state().bans.contains({room, user})};
  }
  page<room> list(user_id user, storage::room_scope scope, std::string_view search, page_request at) override {
    std::vector<room> out;
    for (const auto& [id, x] : state().rooms) {
      const bool listed = scope == storage::room_scope::listed;
      if ((listed ? x.config.is_public : state().members.contains({id, user})) &&
          fold(x.name).find(fold(search)) != std::string::npos)
        out.push_back(x);
    }
    return one_page(std::move(out), at);
  }
};

class memory_members : public virtual storage::member_reader, protected memory_table {
public:
  explicit memory_members(const memory_view& from) : memory_table(from) {}

  std::vector<member_view> list(room_id room) override {
    std::vector<member_view> out;
    for (const auto& [at, who] : state().members)
      if (at.first == room)
        out.push_back({state().brief(who.user), who.role, who.joined_at, false});
    std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.joined_at < b.joined_at; });
    return out;
  }
  std::vector<user_id> list_ids(room_id room) override {
    std::vector<user_id> out;
    for (const auto& [at, who] : state().members)
      if (at.first == room)
        out.push_back(at.second);
    return out;
  }
  page<user_brief> list_bans(room_id room, page_request at) override {
    std::vector<std::pair<timestamp, user_id>> found;
    for (const auto& [who, since] : state().bans)
      if (who.first == room)
        found.emplace_back(since, who.second);
    return one_page(latest_first(std::move(found)), at);
  }
};

class memory_notifications : public virtual storage::notification_reader, protected memory_table {
public:
  explicit memory_notifications(const memory_view& from) : memory_table(from) {}

  page<notification> list(user_id receiver, std::optional<notification_status> status, page_request at) override {
    std::vector<notification> out;
    for (const auto& [id, x] : state().notifications)
      if (x.receiver == receiver && x.status == status.value_or(x.status) && !x.withdrawn)
        out.push_back(x);
    std::reverse(out.begin(), out.end());
    return one_page(std::move(out), at);
  }
  std::optional<notification> find(notification_id id) override { return find_in(state().notifications, id); }
  std::int64_t count_rejections(room_id room, user_id from, user_id by, timestamp since) override {
    return std::ranges::count_if(state().notifications, [&](const auto& entry) {
      const auto& x = entry.second;
      const auto at = find_in(state().answered_at, entry.first);
      return x.room == room && x.from.id == from && x.receiver == by && x.status == notification_status::rejected &&
             at && *at > since;
    });
  }
};

class memory_messages : public virtual storage::message_reader, protected memory_table {
public:
  explicit memory_messages(const memory_view& from) : memory_table(from) {}

  std::optional<message> find(message_id id) override {
    for (const auto& x : state().messages)
      if (x.id == id)
        return x;
    return std::nullopt;
  }
  history_page list(room_id room, message_id visible_after, const history_request& at) override {
    history_page out;
    for (const auto& x : state().messages)
      if (x.room == room && x.id > visible_after && x.id > at.after.value_or(message_id{}) &&
          (!at.before || *at.before > x.id))
        out.items.push_back(x);
    out.has_more = std::ssize(out.items) > at.limit;
    if (out.has_more && at.after)
      out.items.erase(out.items.begin() + at.limit, out.items.end());
    else if (out.has_more)
      out.items.erase(out.items.begin(), out.items.end() - at.limit);
    return out;
  }
  std::vector<message> find_missed(room_id room, message_id after, std::size_t limit) override {
    std::vector<message> out;
    for (const auto& x : state().messages)
      if (x.room == room && x.id > after && out.size() < limit)
        out.push_back(x);
    from().missed_found();
    return out;
  }
  std::vector<message> find_changed(room_id room, std::int64_t after, std::size_t limit) override {
    std::vector<message> out;
    for (const auto& x : state().messages)
      if (x.room == room && x.change > after)
        out.push_back(x);
    std::ranges::sort(out, {}, &message::change);
    out.resize(std::min(out.size(), limit));
    return out;
  }
};

class memory_read_marks : public virtual storage::read_mark_reader, protected memory_table {
public:
  explicit memory_read_marks(const memory_view& from) : memory_table(from) {}

  page<user_brief> list_readers(room_id room, message_id id, page_request at) override {
    std::vector<user_brief> out;
    for (const auto& [who, last] : state().read_marks)
      if (who.first == room && last >= id && state().members.contains(who))
        out.push_back(state().brief(who.second));
    return one_page(std::move(out), at);
  }
  std::vector<read_mark> list(room_id room) override {
    std::vector<read_mark> out;
    for (const auto& [who, last] : state().read_marks)
      if (who.first == room && last > message_id{} && state().members.contains(who))
        out.push_back({room, who.second, last});
    return out;
  }
  message_id find(room_id room, user_id user) override {
    return find_in(state().read_marks, {room, user}).value_or(message_id{});
  }
};

class memory_tasks : public virtual storage::task_reader, protected memory_table {
public:
  explicit memory_tasks(const memory_view& from) : memory_table(from) {}

  std::optional<storage::owned_task> find(std::string_view connection) override {
    return find_in(state().tasks, connection);
  }
  page<task_status> list(user_id owner, page_request at) override {
    std::vector<task_status> out;
    for (const auto& [connection, x] : state().tasks)
      if (x.owner == owner)
        out.push_back(x.value);
    std::ranges::sort(out, std::ranges::greater(), [](const task_status& x) { return std::pair(x.at, x.connection); });
    return one_page(std::move(out), at);
  }
};

class memory_videos : public virtual storage::video_reader, protected memory_table {
public:
  explicit memory_videos(const memory_view& from) : memory_table(from) {}

  std::optional<storage::stored_video> find(video_id id) override { return find_in(state().videos, id); }
  page<video> list(room_id room, page_request at) override {
    std::vector<video> out;
    for (const auto& [id, x] : state().videos)
      if (x.value.room == room)
        out.push_back(x.value);
    std::reverse(out.begin(), out.end());
    return one_page(std::move(out), at);
  }
  std::vector<std::string> list_files() override {
    std::vector<std::string> out;
    for (const auto& [id, x] : state().videos)
      if (!x.file.empty())
        out.push_back(x.file);
    for (const auto& [id, x] : state().uploads)
      out.push_back(id);
    return out;
  }
  std::vector<std::string> list_files_of(room_id room) override {
    std::vector<std::string> out;
    for (const auto& [id, x] : state().videos)
      if (x.value.room == room && !x.file.empty())
        out.push_back(x.file);
    for (const auto& [id, x] : state().uploads)
      if (x.room == room)
        out.push_back(id);
    return out;
  }
};

class memory_uploads : public virtual storage::upload_reader, protected memory_table {
public:
  explicit memory_uploads(const memory_view& from) : memory_table(from) {}

  std::optional<storage::upload> find(std::string_view id) override { return find_in(state().uploads, id); }
  std::optional<storage::upload> find_whole(user_id user, std::string_view concat) override {
    for (const auto& [id, x] : state().uploads)
      if (x.user == user && x.concat == concat && x.made)
        return x;
    return std::nullopt;
  }
  std::vector<storage::upload> list_stale(timestamp limit) override {
    std::vector<storage::upload> out;
    for (const auto& [id, x] : state().uploads)
      if (x.touched_at < limit)
        out.push_back(x);
    return out;
  }
  std::int64_t count(user_id user) override {
    std::int64_t out = 0;
    for (const auto& [id, x] : state().uploads)
      out += x.user == user && !x.is_made() ? 1 : 0;
    return out;
  }
};

class memory_files : public virtual storage::file_reader, protected memory_table {
public:
  explicit memory_files(const memory_view& from) : memory_table(from) {}

  std::optional<storage::stored_file> find(file_id id) override { return find_in(state().files, id); }
  std::vector<std::string> list_names(std::string_view, std::size_t) override { unexpected("a folder"); }
  std::vector<std::string> list_names(room_id room) override {
    return names_of([room](const storage::stored_file& x) { return x.value.room == room; });
  }
  std::vector<std::string> list_names(room_id room, message_id message) override {
    return names_of([&](const storage::stored_file& x) { return x.value.room == room && x.of == message; });
  }
  std::vector<storage::stored_file> list_unused(timestamp, std::size_t) override { unexpected("files without use"); }
  std::vector<std::string> list_unused(user_id user) override {
    return names_of([user](const storage::stored_file& x) { return x.value.uploaded_by == user && !x.of; });
  }

private:
  template <class Fits>
  std::vector<std::string> names_of(Fits fits) const {
    std::vector<std::string> out;
    for (const auto& [id, x] : state().files)
      if (fits(x))
        out.push_back(x.file);
    return out;
  }
};

class memory_profiles final : public storage::profile_reader, protected memory_table {
public:
  explicit memory_profiles(const memory_view& from) : memory_table(from) {}

  std::optional<own_profile> find(user_id) override { unexpected("a profile"); }
  std::optional<storage::room_place> find_place(room_id room, user_id user) override {
    const auto& now = state();
    const auto value = find_in(now.rooms, room);
    if (!value)
      return std::nullopt;
    storage::room_place out{{*value, find_in(now.members, {room, user}), now.bans.contains({room, user})},
                            now.last_message(room),
                            find_in(now.read_marks, {room, user}).value_or(message_id{}),
                            0,
                            {}};
    if (const auto* pending = now.pending(room, user))
      out.pending = {pending->id, pending->kind};
    if (!out.access.who)
      return out;
    const auto visible = visible_messages(value->config, *out.access.who);
    out.unread = std::ranges::count_if(now.messages, [&](const message& x) {
      return x.room == room && x.id > out.last_read && x.sender != user && !x.deleted && visible.shows(x.id);
    });
    out.unread = std::min(out.unread, limits::unread_max);
    return out;
  }
  page<storage::own_room> list_rooms(user_id user, std::string_view search, page_request at) override {
    const auto rooms = memory_rooms(from()).list(user, storage::room_scope::mine, search, at);
    page<storage::own_room> out{.items = {}, .total = rooms.total, .number = rooms.number, .size = rooms.size};
    for (const auto& x : rooms.items) {
      auto place = find_place(x.id, user).value();
      auto last = visible_messages(x.config, *place.access.who).shows(place.last_message)
                    ? memory_messages(from()).find(place.last_message)
                    : std::nullopt;
      out.items.push_back({std::move(place), std::move(last)});
    }
    return out;
  }
};

} // namespace parley::test
