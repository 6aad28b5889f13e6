#include "cluster/roll.hpp"

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

namespace parley::cluster {

namespace {

/// What nobody waits for; if the table does not take it, `what_follows` is the operator's to know.
template <class Order>
void carry_out(const std::string& what_follows, Order order) {
  try {
    order();
  } catch (const storage::storage_error& reason) {
    spdlog::error("cluster: {}: {}", what_follows, reason.what());
  }
}

} // namespace

roll::roll(caf::actor_config& cfg, std::unique_ptr<storage::node_table> table, storage::node_row self, mesh_actor mesh,
           std::chrono::milliseconds term, time_source now, std::function<std::int64_t()> connections)
  : roll_actor::base(cfg), table_(std::move(table)), self_(std::move(self)), mesh_(std::move(mesh)), watch_(term),
    now_(std::move(now)), connections_(std::move(connections)) {}

void roll::on_exit() {
  table_.reset();
  mesh_ = nullptr;
}

roll::behavior_type roll::make_behavior() {
  delayed_send(this, between_looks, tick{});
  return {
    [this](const claim_home& x) {
      return answer(error_code::rate_limited, [&] {
        auto home = table_->claim(x.room);
        if (home && home->is_taken_over)
          ++figures_.takeovers;
        return claimed_home{home};
      });
    },
    [this](const look_up_home& x) {
      return answer(error_code::rate_limited, [&] { return table_->is_home_of(x.room); });
    },
    [this](const release_home& x) {
      carry_out("room " + std::to_string(x.room.value) + " stays here", [&] { table_->release(x.room); });
    },
    [this](const link_state& x) { links_[x.node] = x.is_up; },
    [this](const announce_node& x) {
      self_.address = x.address;
      self_.state = x.state;
      return answer(error_code::internal, [&] {
        table_->announce(self_.address, self_.state);
        announced_ = true;
        look();
        return finished{};
      });
    },
    [this](const give_up_homes&) {
      carry_out("the rooms stay here", [&] { table_->give_up_homes(); });
      return finished{};
    },
    [this](const get_roll_figures&) {
      return answer(error_code::rate_limited, [&] {
        figures_.homes = table_->count_homes();
        return figures_;
      });
    },
    [this](const count_attempt& x) {
      return answer(error_code::rate_limited,
                    [&] { return counted_attempt{table_->take_turn(x.what, x.who, x.per_minute)}; });
    },
    [this](const hold_upload& x) {
      return answer(error_code::rate_limited, [&] { return table_->hold_upload(x.id); });
    },
    [this](const release_upload& x) {
      carry_out("upload " + x.id + " stays held until this node ends", [&] { table_->release_upload(x.id); });
    },
    [this](const tick&) {
      delayed_send(this, between_looks, tick{});
      if (announced_)
        look();
    },
  };
}

template <class Question>
auto roll::answer(error_code otherwise, Question question) -> caf::result<decltype(question())> {
  try {
    auto out = question();
    failing_ = false;
    return out;
  } catch (const storage::storage_error& reason) {
    complain(reason);
    return caf::make_error(otherwise);
  }
}

void roll::complain(const storage::storage_error& reason) {
  if (!std::exchange(failing_, true))
    spdlog::error("cluster: the table of nodes does not answer: {}", reason.what());
}

void roll::look() {
  try {
    if (const auto now = connections_(); std::exchange(shown_, now) != now)
      table_->show(now);
    auto rows = table_->list();
    failing_ = false;
    const auto now = now_.steady();
    for (const auto& dead : watch_.look(rows, self_.id, now, [this](std::int64_t id) { return links_[id]; }))
      fence(dead);
    if (forget_at_ <= now) {
      forget_at_ = moment::max();
      table_->forget_dead_homes(false);
    }
    if (sweep_at_ <= now) {
      sweep_at_ = now + between_sweeps;
      table_->sweep();
    }
    std::erase_if(
      links_, [&](const auto& x) { return std::ranges::find(rows, x.first, &storage::node_row::id) == rows.end(); });
    send(mesh_, node_list{std::move(rows), {}});
  } catch (const storage::storage_error& reason) {
    complain(reason);
  }
}

void roll::fence(const storage::node_row& dead) {
  if (!table_->fence(dead))
    return; // it has beaten; or somebody else was faster
  ++figures_.fences;
  spdlog::warn("cluster: node {} is dead: what it stores from now on is refused", dead.name);
  forget_at_ = now_.steady() + before_forgetting;
}

} // namespace parley::cluster
