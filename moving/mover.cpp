#include "moving/mover.hpp"

#include "moving/values.hpp"
#include "protocol/text.hpp"

#include <algorithm>
#include <stdexcept>

namespace parley::moving {
namespace {

/// Rows between two reports of the progress.
constexpr std::int64_t rows_a_step = 500;

std::size_t at(kind x) {
  return static_cast<std::size_t>(x);
}

/// One spelling an id.
std::string spelt(const std::string& id) {
  const auto number = read_id(id);
  return number ? std::to_string(*number) : id;
}

class empty_database final : public storage::intake {
public:
  std::vector<storage::taken_names> users() override {
    return {{anonymous_user, std::string(anonymous_name), std::string(anonymous_name).append("@parley.invalid")}};
  }
  std::vector<storage::known_room> rooms() override { return {}; }
  bool has_member(room_id, user_id) override { return false; }
  bool has_pending(room_id, user_id) override { return false; }
  std::int64_t last_id(kind of) override { return of == kind::user ? anonymous_user.value : 0; }
  std::optional<storage::import_state> find(std::string_view) override { return std::nullopt; }
  std::vector<std::pair<std::string, std::int64_t>> mapped(std::string_view, kind) override { return {}; }
  void begin() override {}
  void commit() override {}
  void rollback() noexcept override {}
  void put(const parley::user&, std::string_view, bool) override {}
  void put(const parley::room&) override {}
  bool put(room_id, const membership&) override { return true; }
  bool put_ban(room_id, user_id, timestamp) override { return true; }
  void put(const message&) override {}
  void put(const notification&, std::optional<timestamp>) override {}
  void put(const read_mark&) override {}
  void keep(const storage::import_state&) override {}
  void keep(std::string_view, kind, std::string_view, std::int64_t) override {}
};

} // namespace

std::unique_ptr<storage::intake> open_empty() {
  return std::make_unique<empty_database>();
}

mover::mover(source& from, storage::intake& to, report& told, plan how)
  : from_(from), to_(to), told_(told), how_(std::move(how)), read_picture_(how_.their_files, how_.avatar_bytes),
    pictures_(how_.pictures), last_sent_(how_.now) {}

void mover::run() {
  know_source();
  know_target();
  for (const auto& x : from_.find_leftovers())
    told_.note_source(x.what, x.why);
  prepare_messages();
  take_all(kind::user, [&](record& x) { take_user(x); });
  know_first_members();
  take_all(kind::room, [&](record& x) { take_room(x); });
  take_all(kind::member, [&](record& x) { take_member(x); });
  take_all(kind::ban, [&](record& x) { take_ban(x); });
  take_all(kind::message, [&](record& x) { take_message(x); });
  take_all(kind::notification, [&](record& x) { take_notification(x); });
}

template <class Take>
void mover::take_all(kind of, Take&& take) {
  const auto all = of == kind::message ? messages_ : from_.survey(of, 0);
  last_[at(of)] = to_.last_id(of);
  most_[at(of)] = all.most;
  next_[at(of)] = std::max(last_[at(of)], all.most) + 1;
  auto& counts = told_.of(of);
  if (!how_.only_look) {
    to_.begin();
    to_.keep(state_); // the rows below name it
  }
  try {
    from_.read(of, [&](record& x) {
      if (++counts.read % rows_a_step == 0)
        how_.tell(name(of), counts.read, std::max(all.rows, counts.read + 1));
      take(x);
    });
    if (!how_.only_look) {
      to_.keep(state_);
      to_.commit();
      pictures_.keep();
    }
  } catch (...) {
    if (!how_.only_look)
      to_.rollback();
    throw;
  }
  if (counts.read > 0)
    how_.tell(name(of), counts.read, counts.read);
}

/// Who the first user of the source is tells whether it is the one that had its name before.
void mover::know_source() {
  std::optional<std::string> first;
  from_.survey(kind::user, 0); // from then on it knows the order
  from_.read(kind::user, [&](const record& x) {
    if (!first)
      first = x[field::id].value_or("") + " " + x[field::created_at].value_or(x[field::email].value_or(""));
  });
  if (!first)
    throw std::runtime_error("the source has no users: nothing would have an owner or a sender");
  if (auto before = to_.find(how_.source)) {
    if (before->first_user != *first)
      throw std::runtime_error(
        "what was imported as \"" + how_.source +
        "\" was another source: its first user is not this one's; give this one a name with --as");
    state_ = std::move(*before);
    known_ = true;
    return;
  }
  state_ = {.source = how_.source, .first_user = std::move(*first), .begun_at = how_.now};
}

void mover::know_target() {
  for (auto& x : to_.users()) {
    names_.insert(std::move(x.username_key));
    emails_.insert(std::move(x.email_key));
  }
  for (auto& x : to_.rooms())
    our_rooms_.emplace(x.id.value, std::move(x));
  const auto remember = [&](kind of, places& all) {
    for (auto& [theirs, ours] : to_.mapped(how_.source, of))
      all.emplace(std::move(theirs), place{ours, true});
  };
  remember(kind::user, users_);
  remember(kind::room, rooms_);
  remember(kind::notification, notifications_);
}

void mover::leave_out(kind of, std::string_view id, rule why, std::string_view what) {
  ++told_.of(of).left_out;
  told_.note(of, id, why, what);
}

mover::place* mover::new_place(kind of, const record& x, places& all) {
  if (!x[field::id] || x[field::id]->empty()) {
    leave_out(of, "?", rule::without_id, "row " + std::to_string(told_.of(of).read));
    return nullptr;
  }
  const auto [found, is_new] = all.try_emplace(spelt(*x[field::id]));
  if (is_new)
    return &found->second;
  if (found->second.old)
    ++told_.of(of).here_before;
  else
    leave_out(of, found->first, rule::twice, "the first one came");
  return nullptr;
}

std::int64_t mover::choose_id(kind of, const std::string& theirs) {
  if (const auto number = read_id(theirs); number && *number > last_[at(of)] && *number <= most_[at(of)])
    return *number;
  const auto made = next_[at(of)]++;
  told_.note(of, theirs, rule::new_id, std::to_string(made));
  return made;
}

void mover::keep(kind of, const std::string& theirs, std::int64_t ours) {
  if (!how_.only_look)
    to_.keep(how_.source, of, spelt(theirs), ours);
}

timestamp mover::time_of(kind of, std::string_view id, const std::optional<std::string>& said, timestamp otherwise,
                         std::string_view what) {
  if (!said || said->empty()) {
    told_.note_once(of, rule::no_time, std::string(what).append(" is not told"));
    return otherwise;
  }
  const auto read = read_time(*said);
  if (!read)
    told_.note(of, id, rule::no_time, std::string(what).append(" \"").append(*said).append("\""));
  return read.value_or(otherwise);
}

bool mover::truth_of(kind of, std::string_view id, const std::optional<std::string>& said, bool otherwise,
                     std::string_view what) {
  if (!said)
    return otherwise;
  const auto read = read_truth(*said);
  if (!read)
    told_.note(of, id, rule::unknown_word, std::string(what).append(" \"").append(*said).append("\""));
  return read.value_or(otherwise);
}

std::string mover::text_of(kind of, std::string_view id, const std::optional<std::string>& said,
                           std::string_view what) {
  if (!said)
    return {};
  auto out = repair(*said);
  if (out.changed)
    told_.note(of, id, rule::repaired, what);
  return std::move(out.text);
}

std::optional<user_id> mover::find_user(const std::optional<std::string>& theirs) const {
  if (!theirs)
    return std::nullopt;
  const auto found = users_.find(spelt(*theirs));
  return found != users_.end() ? std::optional(user_id{found->second.id}) : std::nullopt;
}

std::optional<room_id> mover::find_room(const std::optional<std::string>& theirs) const {
  if (!theirs)
    return std::nullopt;
  const auto found = rooms_.find(spelt(*theirs)); // one that was dissolved here since is none
  return found != rooms_.end() && our_rooms_.contains(found->second.id) ? std::optional(room_id{found->second.id})
                                                                        : std::nullopt;
}

} // namespace parley::moving
