// How a coroutine of an I/O thread asks actors: every request has an end, every answer comes back on this thread.
#pragma once

#include "actors/errors.hpp"
#include "actors/interfaces/cluster.hpp"
#include "actors/interfaces/database.hpp"
#include "actors/interfaces/directory.hpp"
#include "actors/interfaces/hasher.hpp"
#include "actors/interfaces/hub.hpp"
#include "actors/interfaces/placement.hpp"
#include "actors/interfaces/room.hpp"
#include "actors/interfaces/task_board.hpp"
#include "actors/known_users.hpp"
#include "actors/patience.hpp"
#include "actors/pinned.hpp"
#include "net/answer_deadlines.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <caf/duration.hpp>
#include <caf/send.hpp>
#include <tl/expected.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <vector>

namespace parley::net {

/// The actors of a node that requests turn to.
struct node_actors {
  placement_actor placement;
  directory_actor directory;
  db_writer_actor writer;
  std::vector<db_reader_actor> readers; ///< at least one
  std::vector<hasher_actor> hashers;    ///< at least one
  std::vector<hub_actor> hubs;          ///< one an I/O thread
  task_board_actor tasks;
  cluster_actor cluster; ///< null where the node is alone
};

/// The actor in whose name one I/O thread asks. Its `request` is called from outside its own behaviour, which is
/// sound because it is pinned to the thread that calls.
class asker : public pinned<caf::typed_actor<caf::reacts_to<tick>>> {
public:
  using pinned::pinned;

protected:
  behavior_type make_behavior() override;
};

/// One an I/O thread; used on that thread only. Lives as long as the thread's loop.
class backend {
public:
  template <class T>
  using answer = boost::asio::awaitable<tl::expected<T, error_code>>;

  /// `loop` and `where` are of one thread, and so is `users`, which outlives the backend.
  backend(caf::actor_system& system, boost::asio::io_context& loop, pin where, node_actors actors, known_users& users);
  backend(const backend&) = delete;
  backend& operator=(const backend&) = delete;
  ~backend();

  /// From here on every question is answered `draining` at once; who waits for an answer waits no longer, and its
  /// coroutine ends.
  void close();

  const node_actors& actors() const { return actors_; }

  /// Asks an actor of whatever interface. Ends within `request_patience`, with `rate_limited` if no answer came: it
  /// may be done all the same, later.
  template <class Out, class Handle, class Request>
  answer<Out> ask(Handle target, Request request) {
    return ask_for<Out>(std::move(target), std::move(request));
  }

  /// Runs `step(storage::reader&)` on a reader's thread.
  template <class Step>
  auto read(Step step, std::chrono::milliseconds within = patience)
    -> answer<std::invoke_result_t<Step&, storage::reader&>> {
    auto place = take_place(reads_, reads_limit);
    if (place == nullptr)
      co_return tl::unexpected(error_code::rate_limited);
    auto job = make_read_job(std::move(step));
    // Whoever gave up waiting has left the job behind: it counts until the reader is done with it.
    read_request request{read_job(job.get(), [job, place](auto*) {})};
    place.reset();
    auto done = co_await ask_for<finished>(next(actors_.readers), std::move(request), within);
    if (!done)
      co_return tl::unexpected(done.error());
    co_return std::move(job->value());
  }

  /// Runs `step(storage::writer&)` in the writer's open transaction; the answer comes after the commit. Waits for it as
  /// long as it takes, unless told otherwise: who is answered before does not learn what became of it, and may owe
  /// others the news.
  template <class Step>
  auto write(Step step, std::optional<std::chrono::milliseconds> within = std::nullopt)
    -> answer<std::invoke_result_t<Step&, storage::writer&>> {
    auto job = make_write_job(std::move(step));
    write_request request{job};
    auto done = co_await ask_for<finished>(actors_.writer, std::move(request), within);
    if (!done)
      co_return tl::unexpected(done.error());
    co_return std::move(job->value());
  }

  /// What the thread remembers.
  known_users& known() { return users_; }

  /// The user as it is stored, or as the thread remembers it; `invalid_token` if there is none.
  answer<user_brief> find_user(user_id id);

  /// The user was stored with another name or avatar: every thread forgets the old.
  answer<finished> forget_user(user_id id);

  /// The live room, or `room_not_found`.
  answer<room_actor> find_room(room_id id);

  /// Asks the room; starts it if it is not live.
  template <class Out, class Request>
  answer<Out> ask_room(room_id id, Request request) {
    auto room = co_await find_room(id);
    if (!room)
      co_return tl::unexpected(room.error());
    auto answered = co_await ask_for<Out>(std::move(*room), std::move(request));
    co_return answered;
  }

  /// Makes every thread refuse what was revoked in the database, and closes the sockets that it opened.
  answer<finished> revoke(storage::revocations list);

  /// Both cost a hasher a quarter of a second: where too many wait, `rate_limited` at once.
  answer<std::string> hash(std::string password);
  answer<auth::password_verdict> check(std::string password, std::string hash);

  /// A message that nobody answers.
  template <class Handle, class Message>
  void tell(const Handle& target, Message message) {
    caf::anon_send(target, std::move(message));
  }

private:
  static constexpr std::chrono::milliseconds patience = request_patience;
  static constexpr std::size_t reads_limit = 1024; ///< of this thread, waiting for readers
  static constexpr std::size_t hashes_limit = 32;  ///< of the node, waiting for hashers: what they do within `patience`

  using count = std::shared_ptr<std::atomic<std::size_t>>;

  /// Counts until it is let go of, on whatever thread; null if there is no room.
  static std::shared_ptr<void> take_place(const count& taken, std::size_t limit);
  std::shared_ptr<void> take_hasher();

  template <class Handle>
  const Handle& next(const std::vector<Handle>& pool) {
    return pool[turn_++ % pool.size()];
  }

  /// A coroutine that waits for an answer.
  class pending : public waiting_asker {
  public:
    using resume = boost::asio::async_result<boost::asio::use_awaitable_t<>, void()>::handler_type;

    void wait(resume then) { then_.emplace(std::move(then)); }
    void wait_until(answer_deadlines::place at) { place_ = at; }
    void forget_place() override { place_.reset(); }

  protected:
    bool is_waiting() const { return then_.has_value(); }
    /// Lets the coroutine go on, which is told nothing any more.
    void wake() {
      if (auto then = std::exchange(then_, std::nullopt))
        (*then)();
    }
    void give_up_place(answer_deadlines& deadlines) {
      if (place_)
        deadlines.give_up(*std::exchange(place_, std::nullopt));
    }

  private:
    std::optional<resume> then_; ///< owns the coroutine while it waits, so that the coroutine must not own this
    std::optional<answer_deadlines::place> place_;
  };

  /// Writes the answer into the frame of the coroutine, which is there as long as it waits.
  template <class Out>
  class question final : public pending {
  public:
    using outcome = tl::expected<Out, error_code>;

    explicit question(outcome& to) : to_(to) {}

    void expire() override {
      forget_place();
      end(tl::unexpected(error_code::rate_limited));
    }
    void settle(answer_deadlines& deadlines, outcome x) {
      give_up_place(deadlines);
      end(std::move(x));
    }

  private:
    /// Without effect if it has expired.
    void end(outcome x) {
      if (!is_waiting())
        return;
      to_ = std::move(x);
      wake();
    }

    outcome& to_;
  };

  /// Until the question is settled or has expired; without an end if the thread's loop ends first.
  static boost::asio::awaitable<void> suspend(std::shared_ptr<pending> asked);

  /// Without `within`, waits for as long as it takes.
  template <class Out, class Handle, class Request>
  answer<Out> ask_for(Handle target, Request request, std::optional<std::chrono::milliseconds> within = patience) {
    tl::expected<Out, error_code> outcome = tl::unexpected(error_code::draining);
    if (asker_ == nullptr)
      co_return outcome;
    auto asked = std::make_shared<question<Out>>(outcome);
    if (within)
      asked->wait_until(deadlines_.add(answer_deadlines::clock::now() + *within, asked));
    // Answered by the thread's loop, so never before the coroutine waits.
    asker_->request(target, caf::infinite, std::move(request))
      .then([this, asked](Out& out) { asked->settle(deadlines_, std::move(out)); },
            [this, asked](caf::error& reason) { asked->settle(deadlines_, tl::unexpected(to_error_code(reason))); });
    // Named, as every object with a destructor that a co_await needs here: g++ 12 destroys such temporaries twice.
    auto answered = suspend(std::move(asked));
    co_await std::move(answered);
    co_return outcome;
  }

  node_actors actors_;
  known_users& users_;
  answer_deadlines deadlines_;
  asker* asker_;
  caf::strong_actor_ptr hold_;
  std::size_t turn_ = 0;
  count reads_ = std::make_shared<std::atomic<std::size_t>>(0);
  count hashes_ = std::make_shared<std::atomic<std::size_t>>(0);
};

} // namespace parley::net
