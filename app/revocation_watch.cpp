#include "app/revocation_watch.hpp"

#include <map>
#include <string>
#include <utility>

namespace parley::app {

namespace {

constexpr std::chrono::seconds between_reads{1};

/// What was told already, as far as it is still to be remembered.
class told {
public:
  /// Those of `all` that are new. All others are forgotten.
  storage::revocations filter(storage::revocations all) {
    storage::revocations out;
    std::map<std::string, timestamp> families;
    std::map<user_id, timestamp> users;
    for (auto& x : all.families) {
      families.emplace(x.family, x.forget_at);
      if (!families_.contains(x.family))
        out.families.push_back(std::move(x));
    }
    for (const auto& x : all.users) {
      users.emplace(x.user, x.cutoff);
      if (const auto known = users_.find(x.user); known == users_.end() || known->second < x.cutoff)
        out.users.push_back(x);
    }
    families_ = std::move(families);
    users_ = std::move(users);
    return out;
  }

private:
  std::map<std::string, timestamp> families_;
  std::map<user_id, timestamp> users_;
};

} // namespace

revocation_watch::revocation_watch(opener open, listener tell, time_source now)
  : open_(std::move(open)), tell_(std::move(tell)), now_(std::move(now)),
    thread_([this](const std::stop_token& until) { watch(until); }) {}

void revocation_watch::watch(const std::stop_token& until) {
  std::unique_ptr<storage::reader> store;
  told before;
  std::unique_lock lock(mutex_);
  while (!until.stop_requested()) {
    try {
      if (!store)
        store = open_();
      auto fresh = before.filter(store->tokens().find_revocations(now_()));
      if (!fresh.families.empty() || !fresh.users.empty())
        tell_(std::move(fresh));
    } catch (const storage::storage_error&) {
      store.reset();
    }
    ended_.wait_for(lock, until, between_reads, [] { return false; });
  }
}

} // namespace parley::app
