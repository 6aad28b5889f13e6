#include "load/scenario/room_ledger.hpp"

#include <algorithm>
#include <bit>

namespace parley::load {

namespace {

/// Complete messages are remembered this long, so that a delivery to somebody who was on the way in is known from a
/// second copy.
constexpr std::size_t remembered = 1024;

} // namespace

std::uint32_t place_set::size() const {
  std::uint32_t sum = 0;
  for (const std::uint64_t word : words_)
    sum += static_cast<std::uint32_t>(std::popcount(word));
  return sum;
}

room_ledger::room_ledger(std::uint32_t members, bool with_ids, const delivery_counts& counts)
  : counts_(counts), with_ids_(with_ids), present_(members), last_ids_(members) {}

std::uint32_t room_ledger::went(std::uint32_t member) {
  present_.remove(member);
  std::uint32_t forgiven = 0;
  for (std::uint32_t number = first_owed_; number != end(); ++number) {
    message& each = *find(number);
    if (!each.owed_to.has(member) || (each.id != 0 && each.id < last_ids_[member]))
      continue;
    settle(each, member);
    --counts_.expected;
    ++forgiven;
  }
  forget();
  return forgiven;
}

std::uint32_t room_ledger::start(std::uint32_t sender, audience heard_by) {
  message fresh{sender, 0, 0, present_, place_set(last_ids_.size())};
  if (heard_by == audience::others)
    fresh.owed_to.remove(sender);
  if (heard_by == audience::sender) {
    fresh.owed_to.clear();
    if (present_.has(sender))
      fresh.owed_to.add(sender);
  }
  fresh.owed = fresh.owed_to.size();
  owed_ += fresh.owed;
  counts_.expected += fresh.owed;
  messages_.push_back(std::move(fresh));
  return end() - 1;
}

void room_ledger::withdraw(std::uint32_t number) {
  message* const found = find(number);
  if (found == nullptr)
    return;
  counts_.expected -= found->owed;
  owed_ -= std::exchange(found->owed, 0);
  found->owed_to.clear();
  forget();
}

room_ledger::heard room_ledger::note(std::uint32_t member, std::uint32_t number, std::optional<std::uint64_t> id) {
  if (number >= end()) {
    ++counts_.strays;
    return heard::never_sent;
  }
  if (with_ids_ && !id)
    ++counts_.strays;
  message* const found = find(number);
  // Who hears a forgotten message for the first time can only have come in after it, so its ids must rise.
  const bool before = found != nullptr ? found->heard_by.has(member) : !id || *id <= last_ids_[member];
  if (before) {
    ++counts_.doubled;
    return heard::again;
  }
  check_order(member, found, number, id);
  ++counts_.delivered;
  if (found != nullptr && found->owed_to.has(member))
    settle(*found, member);
  else
    ++counts_.expected;
  if (found != nullptr) {
    found->heard_by.add(member);
    if (id && found->id == 0)
      found->id = *id;
    counts_.id_conflicts += id && found->id != *id ? 1 : 0;
  }
  forget();
  return heard::first_time;
}

std::uint64_t room_ledger::id_of(std::uint32_t number) const {
  return number >= first_ && number < end() ? messages_[number - first_].id : 0;
}

void room_ledger::told_last_id(std::uint32_t member, std::uint64_t id) {
  last_ids_[member] = std::max(last_ids_[member], id);
}

room_ledger::message* room_ledger::find(std::uint32_t number) {
  return number >= first_ && number < end() ? &messages_[number - first_] : nullptr;
}

void room_ledger::check_order(std::uint32_t member, const message* of, std::uint32_t number,
                              std::optional<std::uint64_t> id) {
  if (id) {
    if (*id <= last_ids_[member])
      ++counts_.out_of_order;
    last_ids_[member] = std::max(last_ids_[member], *id);
  } else if (of != nullptr && !with_ids_) {
    auto& last = last_numbers_[std::uint64_t{member} << 32 | of->sender]; // one more than the number; 0 for none
    if (number < last)
      ++counts_.out_of_order;
    last = std::max(last, number + 1);
  }
}

void room_ledger::settle(message& of, std::uint32_t member) {
  of.owed_to.remove(member);
  --of.owed;
  --owed_;
}

void room_ledger::forget() {
  first_owed_ = std::max(first_owed_, first_);
  while (first_owed_ != end() && find(first_owed_)->owed == 0)
    ++first_owed_;
  while (messages_.size() > remembered && first_ < first_owed_) {
    messages_.pop_front();
    ++first_;
  }
}

} // namespace parley::load
