#include "actors/write_gate.hpp"

#include "actors/patience.hpp"

namespace parley {

namespace {

/// So many that it is worth knowing sooner how many of them are committed.
constexpr std::size_t crowd = write_gate::entry_limit / 4;

} // namespace

write_gate::behavior_type write_gate::make_behavior() {
  return {
    [this](append_message& x) {
      if (admit(x.draft.post.content.size())) {
        send(writer_, std::move(x));
        return;
      }
      committed out{};
      out.outcomes.push_back({x.ticket, tl::unexpected(error_code::rate_limited)});
      send(x.room, std::move(out));
    },
    [this](write_request& x) -> caf::result<finished> {
      if (!admit(0))
        return caf::make_error(error_code::rate_limited);
      return delegate(writer_, std::move(x));
    },
    [this](const get_writer_figures&) { return tell_figures(); },
    [this](const tick&) {
      ticking_ = false;
      if (spans_.empty())
        return;
      ask_how_far();
      expect_tick();
    },
  };
}

void write_gate::on_exit() {
  writer_ = nullptr;
}

bool write_gate::admit(std::size_t bytes) {
  const auto now = now_.steady();
  if ((suspended_ && suspended_()) || known_age(now) >= write_patience || uncommitted() >= entry_limit ||
      bytes_ >= byte_limit) {
    ++refused_;
    ask_how_far();
    return false;
  }
  if (spans_.empty() || now - spans_.back().since >= resolution)
    spans_.push_back({now, 0, 0});
  spans_.back().last = ++handed_on_;
  spans_.back().bytes += bytes;
  bytes_ += bytes;
  if (uncommitted() >= crowd || bytes_ >= byte_limit / 4)
    ask_how_far();
  expect_tick();
  return true;
}

void write_gate::ask_how_far() {
  if (std::exchange(asking_, true))
    return;
  asked_at_ = now_.steady();
  request(writer_, caf::infinite, get_writer_figures{})
    .then(
      [this](const writer_figures& x) {
        asking_ = false;
        learn(x);
        if (age(now_.steady()) >= write_patience)
          ask_how_far(); // it moves again: nobody is to be refused for longer than need be
      },
      [this](const caf::error&) { asking_ = false; }); // it has ended
}

void write_gate::learn(const writer_figures& x) {
  figures_ = x;
  learned_at_ = now_.steady();
  for (; !spans_.empty() && spans_.front().last <= x.answered; spans_.pop_front())
    bytes_ -= spans_.front().bytes;
}

void write_gate::expect_tick() {
  if (!std::exchange(ticking_, true))
    delayed_send(this, resolution, tick{});
}

caf::typed_response_promise<writer_figures> write_gate::tell_figures() {
  auto out = make_response_promise<writer_figures>();
  auto tell = [this, out](writer_figures x) mutable {
    x.refused = refused_;
    out.deliver(std::move(x));
  };
  // Operators want to know most of all while the writer does not answer.
  if (age(now_.steady()) >= 2 * resolution) {
    auto known = figures_;
    known.queued = uncommitted();
    tell(std::move(known));
    return out;
  }
  request(writer_, caf::infinite, get_writer_figures{})
    .then(
      [this, tell](const writer_figures& x) mutable {
        learn(x);
        tell(x);
      },
      [out](caf::error& why) mutable { out.deliver(std::move(why)); });
  return out;
}

} // namespace parley
