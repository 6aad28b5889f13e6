// Two writers of one database, whose transactions meet.
#pragma once

#include "tests/storage/storage_suite.hpp"

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace parley::storage::testing {

class racing_writers : public storage_suite {
protected:
  static constexpr auto ok = error_code::none;

  void SetUp() override {
    storage_suite::SetUp();
    second_ = database_->open_writer();
    ann_ = add_user("ann");
    bob_ = add_user("bob");
    room_ = add_room(ann_);
  }

  using step = std::function<error_code(writer&)>;

  template <class T>
  static error_code outcome(const result<T>& x) {
    return x ? ok : x.error();
  }

  static error_code in_transaction(writer& in, const step& what) {
    in.begin();
    const auto out = what(in);
    in.commit();
    return out;
  }

  /// `first` is done, and not committed before `other` waits for it or has ended.
  std::vector<error_code> at_once(writer& one, const step& first, writer& two, const step& other) {
    one.begin();
    std::vector<error_code> out{first(one)};
    auto later = std::async(std::launch::async, [&] { return in_transaction(two, other); });
    while (later.wait_for(std::chrono::seconds(0)) != std::future_status::ready && !trial_->somebody_waits())
      std::this_thread::yield();
    one.commit();
    out.push_back(later.get());
    return out;
  }

  std::vector<error_code> at_once(const step& first, const step& other) {
    return at_once(*writer_, first, *second_, other);
  }

  std::int64_t count(const std::string& of) { return trial_->number("SELECT COUNT(*) FROM " + of); }

  std::unique_ptr<writer> second_;
  user_id ann_;
  user_id bob_;
  room_id room_;
};

} // namespace parley::storage::testing
