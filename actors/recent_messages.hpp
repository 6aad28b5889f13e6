// The latest messages of one room, kept for clients that resume.
#pragma once

#include "protocol/model.hpp"

#include <algorithm>
#include <deque>
#include <vector>

namespace parley {

/// Bounded in messages and in bytes of content; the oldest goes first.
class recent_messages {
public:
  static constexpr std::size_t count_limit = 256;
  static constexpr std::size_t byte_limit = 64 * 1024;

  /// Nothing older than `known` is kept, and nothing newer exists yet.
  explicit recent_messages(message_id known) : newest_(known), complete_after_(known) {}

  /// Ids must rise.
  void push(message x) {
    newest_ = x.id;
    bytes_ += x.content.size();
    messages_.push_back(std::move(x));
    trim();
  }

  /// Puts the message in the place of the one with its id, where that is here.
  void replace(const message& x) {
    auto at = std::lower_bound(messages_.begin(), messages_.end(), x.id,
                               [](const message& m, message_id id) { return m.id < id; });
    if (at == messages_.end() || at->id != x.id)
      return;
    bytes_ = bytes_ - at->content.size() + x.content.size();
    *at = x;
    trim();
  }

  /// Messages of the user have its new name.
  void rename(const user_brief& who) {
    for (auto& x : messages_)
      if (x.sender == who.id)
        x.sender_username = who.username;
  }

  /// The last message that was pushed, or that was known before.
  message_id newest() const { return newest_; }

  /// True where every message after `id` is here.
  bool covers(message_id id) const { return id >= complete_after_; }

  std::vector<message> after(message_id id) const {
    std::vector<message> out;
    for (const auto& x : messages_)
      if (x.id > id)
        out.push_back(x);
    return out;
  }

private:
  void trim() {
    while (messages_.size() > count_limit || (bytes_ > byte_limit && messages_.size() > 1)) {
      bytes_ -= messages_.front().content.size();
      complete_after_ = messages_.front().id;
      messages_.pop_front();
    }
  }

  message_id newest_;
  message_id complete_after_;
  std::size_t bytes_ = 0;
  std::deque<message> messages_;
};

} // namespace parley
