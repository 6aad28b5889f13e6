// The parts of one room without its actor: what they say is written down, the database answers when the test says so.
#pragma once

#include "actors/room/core.hpp"
#include "tests/support/memory_store.hpp"
#include "tests/support/recording_port.hpp"

#include <algorithm>
#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace parley::test {

/// Writes down a word or two for each message.
class recording_room_port final : public room_port {
public:
  explicit recording_room_port(memory_store& store) : store_(store) {}

  void to_audience(const audience_actor&, attach_listener what) override { note("attach", what.connection.value); }
  void to_audience(const audience_actor&, detach_listener what) override { note("detach", what.connection.value); }
  void to_audience(const audience_actor&, deliver what) override {
    said.push_back(nlohmann::json::parse(payload_of(*what.envelope)).at("type"));
    excepted = std::move(what.except);
  }
  void to_audience(const audience_actor&, unicast what) override { note("unicast", what.connection.value); }
  void to_audience(const audience_actor&, close_connection what) override { note("close", what.connection.value); }
  void to_mirror(const mirror_actor&, mirror_presence what) override {
    note(what.all ? "mirror of" : "mirror", static_cast<std::int64_t>(what.come.size()));
  }
  void to_visitor(const visitor_actor&, entered_room) override { said.emplace_back("entered"); }
  void to_visitor(const visitor_actor&, refused what) override {
    said.push_back("refused: " + std::string(name(what.code)));
  }
  void to_visitor(const visitor_actor&, removed_from_room) override { said.emplace_back("removed"); }
  void to_directory(notify_user what) override { note("notify", what.user.value); }
  void to_directory(tell_absent what) override {
    for (const auto& [user, frame] : what.frames)
      note("news", user.value);
  }
  void ask_directory(find_absent what, std::function<void(absent_users&)> then, std::function<void()>) override {
    absent_users out;
    for (const auto& x : what.users)
      if (x.inside == 0)
        out.users.push_back(x.user);
    then(out);
  }
  void to_placement(occupancy_changed what) override { note("occupancy", what.live.active_users); }
  void to_placement(room_gone) override { said.emplace_back("gone"); }

  void read(moment, read_job job, std::function<void()> done, std::function<void(error_code)> failed) override {
    reads.push_back({[this, job, done = std::move(done)] {
                       job->run(*store_.open_reader());
                       done();
                     },
                     std::move(failed)});
  }
  void write(write_job job, std::function<void()> done, std::function<void(error_code)> failed) override {
    writes.push_back({[this, job, done = std::move(done)] {
                        auto writer = store_.open_writer();
                        writer->begin();
                        job->run(*writer);
                        writer->commit();
                        done();
                      },
                      std::move(failed)});
  }
  void append(std::uint64_t ticket, storage::message_draft) override {
    note("append", static_cast<std::int64_t>(ticket));
  }
  void wake_at(moment at) override { next_tick = std::min(next_tick, at); }

  /// A question to the database: one of the two is to be called.
  struct question {
    std::function<void()> settle; ///< runs the job, and answers
    std::function<void(error_code)> fail;
  };

  /// Lets the oldest question have its answer.
  static void settle(std::deque<question>& asked) {
    auto next = std::move(asked.front());
    asked.pop_front();
    next.settle();
  }
  /// What was said since this was last asked: types of broadcasts, names of messages with the number that matters.
  std::vector<std::string> take_said() { return std::exchange(said, {}); }

  std::vector<std::string> said;
  std::vector<connection_id> excepted; ///< of the last broadcast
  std::deque<question> reads;
  std::deque<question> writes;
  moment next_tick = moment::max();

private:
  void note(std::string what, std::int64_t number) { said.push_back(std::move(what) + ' ' + std::to_string(number)); }

  memory_store& store_;
};

/// A room of `ann`, with `bob` as a member. Connections of both hear it in envelopes.
class plain_room {
public:
  origin from(std::int64_t connection, std::string request_id = {}) const {
    return {.connection = connection_id{connection}, .outlet = {}, .visitor = {}, .request_id = std::move(request_id)};
  }
  user_brief brief(user_id user) const { return {user, user == ann ? "ann" : "bob", {}}; }

  memory_store store;
  const user_id ann = store.add_user("ann");
  const user_id bob = store.add_user("bob");
  const room_id id = store.add_room(ann);
  moment now{std::chrono::hours(1)};
  recording_room_port port{store};
  room_options options{time_source([this] { return timestamp(now.time_since_epoch()); }, [this] { return now; })};
  room_core core{port, options, store.committed.rooms.at(id), {}};
};

} // namespace parley::test
