// Messages, and invitations and requests.
#include "moving/mover.hpp"
#include "moving/values.hpp"
#include "protocol/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace parley::moving {
namespace {

using json = nlohmann::json;

/// At most so many bytes, whole characters.
std::string shortened(std::string text, std::size_t bytes) {
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80)
    --bytes;
  text.resize(bytes);
  return text;
}

/// What the JSON of a notification tells, where no column does.
void fill_from(const std::optional<std::string>& content, record& out) {
  const auto told = content ? json::parse(*content, nullptr, false) : json();
  if (!told.is_object())
    return;
  constexpr std::pair<const char*, field> members[] = {{"type", field::type},           {"room_id", field::room},
                                                       {"user_id", field::from},        {"token", field::token},
                                                       {"room_name", field::room_name}, {"status", field::status}};
  for (const auto& [key, what] : members) {
    const auto found = told.find(key);
    if (out[what] || found == told.end() || found->is_null())
      continue;
    out[what] =
      found->is_string() ? found->get<std::string>() : found->dump(-1, ' ', false, json::error_handler_t::replace);
  }
}

} // namespace

// -- messages --------------------------------------------------------------------------------

/// Messages keep their order, which is that of their ids: either all ids are free, or all are raised by the same
/// number.
void mover::prepare_messages() {
  old_last_ = state_.last_message;
  old_shift_ = state_.message_shift;
  messages_ = from_.survey(kind::message, old_last_);
  const auto given = to_.last_id(kind::message);
  if (!messages_.numeric) {
    if (messages_.rows > 0)
      told_.note_once(kind::message, rule::new_id, "ids are no numbers: new ones follow the times");
    return;
  }
  if (!messages_.least_after)
    return;
  shift_ = *messages_.least_after + old_shift_ > given ? old_shift_ : given + 1 - *messages_.least_after;
  if (shift_ != 0)
    told_.note_once(kind::message, rule::new_id,
                    "all ids behind " + std::to_string(old_last_) + " are raised by " + std::to_string(shift_));
}

std::int64_t mover::shift_of(std::int64_t theirs) const {
  return theirs <= old_last_ ? old_shift_ : shift_;
}

std::optional<message_id> mover::message_of(const std::optional<std::string>& theirs) const {
  const auto number = theirs && messages_.numeric ? read_id(*theirs) : std::nullopt;
  return number ? std::optional(message_id{*number + shift_of(*number)}) : std::nullopt;
}

void mover::take_message(record& x) {
  auto& counts = told_.of(kind::message);
  const auto id = x[field::id].value_or("?");
  const auto number = messages_.numeric ? read_id(id).value_or(0) : ++passed_;
  if (number <= old_last_) {
    ++counts.here_before;
    return;
  }
  if (seen_.empty() || number > seen_.back()) {
    seen_.push_back(number);
  } else if (std::ranges::binary_search(seen_, number) || !out_of_order_.insert(number).second) {
    leave_out(kind::message, id, rule::twice, "the first one came");
    return;
  }
  state_.message_shift = shift_;
  state_.last_message = std::max(state_.last_message, number);
  const auto room = find_room(x[field::room]);
  if (!room) {
    leave_out(kind::message, id, rule::no_room, "room " + x[field::room].value_or("none"));
    return;
  }
  message out;
  out.room = *room;
  out.deleted = truth_of(kind::message, id, x[field::is_deleted], false, "deleted");
  if (!out.deleted)
    out.content = text_of(kind::message, id, x[field::content], "content");
  if (!out.deleted && says_nothing(out.content)) {
    leave_out(kind::message, id, rule::says_nothing, "room " + *x[field::room]);
    return;
  }
  if (out.content.size() > how_.content_bytes) {
    told_.note(kind::message, id, rule::cut, std::to_string(out.content.size()) + " bytes");
    out.content = shortened(std::move(out.content), how_.content_bytes);
  }
  if (out.content.size() > how_.texts.content_characters &&
      count_characters(out.content) > how_.texts.content_characters)
    told_.note(kind::message, id, rule::long_text, std::to_string(count_characters(out.content)) + " characters");
  auto sender = find_user(x[field::sender]);
  if (!sender)
    sender = stand_in(x[field::sender].value_or(""), id);
  out.sender = *sender;
  out.type = word_of(kind::message, id, x[field::type], message_type::text, read_message_type, "message_type");
  out.sent_at = time_of(kind::message, id, x[field::sent_at], last_sent_, "timestamp");
  last_sent_ = out.sent_at;
  if (x[field::edited_at])
    out.edited_at = read_time(*x[field::edited_at]);
  if (const auto& said = x[field::client_msg_id]; said && !said->empty() && said->size() <= limits::client_msg_id_max)
    out.client_msg_id = repair(*said).text;
  out.id = message_id{messages_.numeric ? number + shift_of(number) : next_[static_cast<std::size_t>(kind::message)]++};
  ++counts.taken;
  if (!how_.only_look)
    to_.put(out);
}

// -- notifications -----------------------------------------------------------------------------

void mover::take_notification(record& x) {
  fill_from(x[field::content], x);
  const auto id = x[field::id].value_or("");
  auto* const mine = new_place(kind::notification, x, notifications_);
  if (mine == nullptr)
    return;
  const auto what = x[field::type] ? read_notification_kind(*x[field::type]) : std::nullopt;
  if (!what) {
    leave_out(kind::notification, id, rule::unknown_type, x[field::type].value_or("no type"));
    return;
  }
  const auto room = find_room(x[field::room]);
  if (!room) {
    leave_out(kind::notification, id, rule::no_room, "room " + x[field::room].value_or("none"));
    return;
  }
  const auto& facts = our_rooms_.at(room->value);
  const auto receiver = find_user(x[field::receiver]);
  auto from = find_user(x[field::from]);
  if (*what != notification_kind::join_request && from == receiver)
    from = facts.owner; // some tell whom they invite, not who invites
  if (!receiver || !from || receiver == from || *receiver == anonymous_user || *from == anonymous_user) {
    leave_out(kind::notification, id, rule::no_user,
              "receiver " + x[field::receiver].value_or("none") + ", from " + x[field::from].value_or("none"));
    return;
  }
  const bool is_read = truth_of(kind::notification, id, x[field::is_read], false, "is_read");
  notification out{.id = {},
                   .receiver = *receiver,
                   .kind = *what,
                   .status = word_of(kind::notification, id, x[field::status],
                                     is_read ? notification_status::read : notification_status::unread,
                                     read_notification_status, "status"),
                   .room = *room,
                   .room_name = x[field::room_name] ? repair(*x[field::room_name]).text : facts.name,
                   .from = {*from, {}, {}},
                   .token =
                     x[field::token] && !x[field::token]->empty() ? repair(*x[field::token]).text : how_.make_token(),
                   .created_at = time_of(kind::notification, id, x[field::created_at], how_.now, "created_at"),
                   .withdrawn = truth_of(kind::notification, id, x[field::withdrawn], false, "withdrawn")};
  if (!out.answered()) {
    const auto who = std::to_string(room->value) + " " + std::to_string(out.candidate().value);
    if (is_member(*room, out.candidate())) {
      out.status = notification_status::accepted;
      told_.note(kind::notification, id, rule::answered, "user " + std::to_string(out.candidate().value));
    } else if (!waiting_.insert(who).second || (known_ && to_.has_pending(*room, out.candidate()))) {
      leave_out(kind::notification, id, rule::twice, "another one waits for an answer");
      return;
    }
  }
  mine->id = choose_id(kind::notification, id);
  out.id = notification_id{mine->id};
  ++told_.of(kind::notification).taken;
  if (!how_.only_look)
    to_.put(out, x[field::answered_at] ? read_time(*x[field::answered_at]) : std::nullopt);
  keep(kind::notification, id, mine->id);
}

} // namespace parley::moving
