#include "tests/support/memory_store.hpp"

#include <algorithm>

namespace parley::test {

namespace {

[[noreturn]] void unexpected(const char* what) {
  throw std::logic_error(std::string("no actor under test asks for ") + what);
}

/// The questions, over whatever state `Base` is to see.
template <class Base>
class memory_answers : public Base {
public:
  std::optional<user> find_user(user_id id) override {
    auto it = state().users.find(id);
    return it == state().users.end() ? std::nullopt : std::optional(it->second);
  }

  std::optional<storage::room_state> find_room(room_id id) override {
    auto it = state().rooms.find(id);
    if (it == state().rooms.end())
      return std::nullopt;
    return storage::room_state{it->second, state().last_message(id)};
  }

  std::optional<storage::room_access> find_access(room_id room, user_id user) override {
    auto it = state().rooms.find(room);
    if (it == state().rooms.end())
      return std::nullopt;
    storage::room_access out{it->second, std::nullopt, state().bans.contains({room, user})};
    if (auto member = state().members.find({room, user}); member != state().members.end())
      out.who = member->second;
    return out;
  }

  std::vector<message> find_missed(room_id room, message_id after, std::size_t limit) override {
    std::vector<message> out;
    for (const auto& x : state().messages)
      if (x.room == room && x.id > after && out.size() < limit)
        out.push_back(x);
    return out;
  }

  void ping() override {}

  std::optional<storage::credentials> find_credentials(std::string_view) override { unexpected("credentials"); }
  std::optional<storage::credentials> find_credentials(user_id) override { unexpected("credentials"); }
  std::optional<own_profile> find_profile(user_id) override { unexpected("a profile"); }
  storage::revocations find_revocations(timestamp) override { unexpected("revocations"); }
  page<room> find_rooms(user_id, storage::room_scope, std::string_view, page_request) override { unexpected("rooms"); }
  std::vector<member_view> find_members(room_id) override { unexpected("members"); }
  std::optional<message> find_message(message_id) override { unexpected("a message"); }
  history_page find_messages(room_id, message_id, history_request) override { unexpected("messages"); }

protected:
  virtual const memory_state& state() const = 0;
};

class memory_reader final : public memory_answers<storage::reader> {
public:
  explicit memory_reader(memory_store& store) : store_(store) {}

  std::vector<message> find_missed(room_id room, message_id after, std::size_t limit) override {
    auto out = memory_answers::find_missed(room, after, limit);
    store_.after_find_missed();
    return out;
  }

protected:
  const memory_state& state() const override { return store_.committed; }

private:
  memory_store& store_;
};

class memory_writer final : public memory_answers<storage::writer> {
public:
  explicit memory_writer(memory_store& store) : store_(store) {}

  // -- transactions --
  void begin() override {
    if (open_)
      throw std::logic_error("begin within a transaction");
    store_.count(store_call::begin);
    open_ = store_.committed;
  }
  void commit() override {
    store_.count(store_call::commit);
    store_.committed = std::move(current());
    open_.reset();
    ++store_.commits;
    store_.after_commit();
  }
  void rollback() noexcept override { open_.reset(); }

  // -- rooms --
  storage::result<room> update_room(room_id id, const room_patch& x) override {
    auto it = current().rooms.find(id);
    if (it == current().rooms.end())
      return tl::unexpected(error_code::room_not_found);
    it->second.name = x.name.value_or(it->second.name);
    it->second.description = x.description.value_or(it->second.description);
    return it->second;
  }
  storage::result<room> update_room_config(room_id id, const room_config& x) override {
    auto it = current().rooms.find(id);
    if (it == current().rooms.end())
      return tl::unexpected(error_code::room_not_found);
    it->second.config = x;
    return it->second;
  }
  storage::result<void> delete_room(room_id id) override {
    if (current().rooms.erase(id) == 0)
      return tl::unexpected(error_code::room_not_found);
    std::erase_if(current().members, [id](const auto& x) { return x.first.first == id; });
    std::erase_if(current().messages, [id](const auto& x) { return x.room == id; });
    return {};
  }
  void set_active(room_id id, bool is_active) override { current().activity.emplace_back(id, is_active); }
  storage::result<membership> add_member(room_id room, user_id user, member_role role, timestamp now) override {
    if (!current().rooms.contains(room))
      return tl::unexpected(error_code::room_not_found);
    if (current().bans.contains({room, user}))
      return tl::unexpected(error_code::banned);
    membership who{user, role, std::nullopt, now, current().last_message(room)};
    if (!current().members.try_emplace({room, user}, who).second)
      return tl::unexpected(error_code::already_member);
    return who;
  }
  storage::result<void> remove_member(room_id room, user_id user, bool ban, timestamp) override {
    if (current().members.erase({room, user}) == 0 && !ban)
      return tl::unexpected(error_code::not_a_member);
    if (ban)
      current().bans.insert({room, user});
    return {};
  }

  // -- messages --
  std::vector<storage::result<storage::appended>> append(std::span<const storage::message_draft> drafts) override {
    store_.count(store_call::append);
    store_.appended.push_back(drafts.size());
    std::vector<storage::result<storage::appended>> out;
    for (const auto& x : drafts)
      out.push_back(append_one(x));
    return out;
  }

  storage::result<user> create_user(const storage::new_user&) override { unexpected("a new user"); }
  storage::result<user> update_user(user_id, const storage::user_patch&) override { unexpected("a changed user"); }
  storage::result<void> promote(user_id, user_role) override { unexpected("a promotion"); }
  void add_refresh_token(const storage::refresh_token_record&) override { unexpected("a refresh token"); }
  storage::result<storage::rotated> rotate_refresh_token(std::string_view, std::string_view, timestamp, timestamp,
                                                         timestamp, std::optional<std::string>&) override {
    unexpected("a rotation");
  }
  std::optional<std::string> revoke_refresh_token(std::string_view, timestamp) override { unexpected("a revocation"); }
  std::vector<std::string> revoke_user(user_id, timestamp, timestamp) override { unexpected("a revocation"); }
  room create_room(user_id, const new_room&, timestamp) override { unexpected("a new room"); }
  void clear_active() override { unexpected("a fresh start"); }
  bool is_empty() override { unexpected("fixtures"); }

protected:
  const memory_state& state() const override { return open_ ? *open_ : store_.committed; }
  void savepoint() override { saved_ = current(); }
  void release_savepoint() override { saved_.reset(); }
  void rollback_to_savepoint() override { open_ = std::exchange(saved_, std::nullopt); }

private:
  memory_state& current() {
    if (!open_)
      throw std::logic_error("a change outside of a transaction");
    return *open_;
  }

  storage::result<storage::appended> append_one(const storage::message_draft& x) {
    auto& messages = current().messages;
    if (!current().rooms.contains(x.room))
      return tl::unexpected(error_code::room_not_found);
    if (x.post.client_msg_id) {
      auto first = std::find_if(messages.begin(), messages.end(), [&](const message& m) {
        return m.room == x.room && m.sender == x.sender.id && m.client_msg_id == x.post.client_msg_id &&
               x.sent_at - m.sent_at < std::chrono::hours(24);
      });
      if (first != messages.end())
        return storage::appended{*first, true};
    }
    message_id next{messages.empty() ? 1 : messages.back().id.value + 1};
    messages.push_back({next, x.room, x.sender.id, x.sender.username, x.post.content, x.post.type, x.sent_at,
                        std::nullopt, false, x.post.client_msg_id});
    return storage::appended{messages.back(), false};
  }

  memory_store& store_;
  std::optional<memory_state> open_;
  std::optional<memory_state> saved_;
};

} // namespace

message_id memory_state::last_message(room_id room) const {
  message_id out;
  for (const auto& x : messages)
    if (x.room == room)
      out = x.id;
  return out;
}

std::unique_ptr<storage::reader> memory_store::open_reader() {
  return std::make_unique<memory_reader>(*this);
}

std::unique_ptr<storage::writer> memory_store::open_writer() {
  return std::make_unique<memory_writer>(*this);
}

void memory_store::count(store_call what) {
  auto it = failures_.find(what);
  if (it != failures_.end() && --it->second == 0) {
    failures_.erase(it);
    throw storage::storage_error("told to fail");
  }
}

user_id memory_store::add_user(const std::string& name) {
  user_id id{static_cast<std::int64_t>(committed.users.size()) + 2}; // 1 is `anonymous`, who is not listed
  committed.users[id] = {id, name, name + "@example.org", std::nullopt, user_role::user, {}};
  return id;
}

room_id memory_store::add_room(user_id owner, const room_config& config) {
  room_id id{static_cast<std::int64_t>(committed.rooms.size()) + 1};
  committed.rooms[id] = {id, "room", {}, owner, config, {}};
  add_member(id, owner, member_role::owner);
  return id;
}

void memory_store::add_member(room_id room, user_id user, member_role role) {
  committed.members[{room, user}] = {user, role, std::nullopt, {}, committed.last_message(room)};
}

message_id memory_store::add_message(room_id room, user_id sender, const std::string& content) {
  auto& all = committed.messages;
  message_id id{all.empty() ? 1 : all.back().id.value + 1};
  all.push_back(
    {id, room, sender, committed.users.at(sender).username, content, message_type::text, {}, {}, false, {}});
  return id;
}

} // namespace parley::test
