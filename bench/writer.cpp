// The writer's transaction: so many messages at once, into SQLite, on the disk that the temporary folder is on.
#include "actors/db_writer.hpp"
#include "bench/counted.hpp"
#include "tests/storage/temporary_folder.hpp"
#include "tests/support/deterministic.hpp"

#include <benchmark/benchmark.h>
#include <memory>
#include <string>
#include <utility>

namespace parley::bench {
namespace {

/// In the place of a room: counts what was stored for it.
class stored_counter final : public caf::event_based_actor {
public:
  stored_counter(caf::actor_config& cfg, std::shared_ptr<std::int64_t> count)
    : caf::event_based_actor(cfg), count_(std::move(count)) {}

protected:
  caf::behavior make_behavior() override {
    return {[this](const committed& x) {
      for (const auto& outcome : x.outcomes)
        *count_ += outcome.value.has_value() ? 1 : 0;
    }};
  }

private:
  std::shared_ptr<std::int64_t> count_;
};

/// A writer on a database with one room, on the calling thread.
class writing {
public:
  explicit writing(storage::durability how) {
    const auto now = base_.now();
    auto database = storage::open_database("sqlite:///" + (folder_.path() / "parley.db").string(), how);
    database->migrate(now);
    auto store = database->open_writer();
    store->begin();
    const auto user = store->users().create({"load1", "load1@example.org", {}, user_role::user, now}).value().id;
    const auto room = store->rooms().create(user, {"room", {}, {}}, now).id;
    store->commit();
    draft_ = {room, {user, "load1", {}}, {std::string(64, 'x'), message_type::text, {}}, now};
    writer_ = base_.system().spawn<db_writer>(std::move(store));
    counter_ = base_.system().spawn<stored_counter>(stored_);
  }
  writing(const writing&) = delete;
  writing& operator=(const writing&) = delete;
  ~writing() {
    caf::anon_send_exit(writer_, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(counter_, caf::exit_reason::user_shutdown);
    base_.settle();
  }

  /// One transaction of so many messages, up to `db_writer::batch_limit`, and its answer.
  void commit(std::size_t messages) {
    const auto room = caf::actor_cast<room_actor>(counter_);
    for (std::size_t i = 0; i < messages; ++i)
      caf::anon_send(writer_, append_message{room, i, draft_});
    while (base_.step(writer_)) {
    }
    while (base_.step(counter_)) {
    }
  }

  std::int64_t stored() const { return *stored_; }

private:
  storage::testing::temporary_folder folder_;
  test::deterministic base_;
  storage::message_draft draft_;
  db_writer_actor writer_;
  caf::actor counter_;
  std::shared_ptr<std::int64_t> stored_ = std::make_shared<std::int64_t>(0);
};

void writer_batch(benchmark::State& state, storage::durability how) {
  const auto messages = static_cast<std::size_t>(state.range(0));
  writing here(how);
  for (auto _ : state)
    here.commit(messages);
  const auto items = state.iterations() * state.range(0);
  if (here.stored() != items)
    state.SkipWithError("not everything was stored");
  state.SetItemsProcessed(items);
  show_cost(state, "a_message", static_cast<double>(items));
  count_heap(state, messages, [&] { here.commit(messages); });
}
BENCHMARK_CAPTURE(writer_batch, full, storage::durability::full)
  ->Arg(1)
  ->Arg(32)
  ->Arg(128)
  ->Arg(512)
  ->ArgName("messages")
  ->UseRealTime();
BENCHMARK_CAPTURE(writer_batch, normal, storage::durability::normal)
  ->Arg(1)
  ->Arg(32)
  ->Arg(128)
  ->Arg(512)
  ->ArgName("messages")
  ->UseRealTime();

} // namespace
} // namespace parley::bench
