#include "cluster/wide_tasks.hpp"

#include "actors/patience.hpp"

#include <utility>

namespace parley::cluster {

wide_tasks::behavior_type wide_tasks::make_behavior() {
  return {
    [this](publish_task& x) { return publish(x); },
    [this](watch_task& x) { send(local_, std::move(x)); },
    [this](unwatch_task& x) { send(local_, std::move(x)); },
    [this](task_elsewhere& x) { return delegate(local_, std::move(x)); },
    [this](const refresh_tasks& x) { send(local_, x); },
    [this](const tick&) { rounds_.expire(now_.steady()); },
    [this](const link_state& x) {
      if (x.is_up) {
        linked_.insert(x.node);
        send(local_, refresh_tasks{});
      } else {
        give_up(x.node);
      }
    },
    [this](heard_item& x) {
      if (auto* told = std::get_if<task_there>(&x.what))
        hear(x.node, *told);
      else if (const auto* heard = std::get_if<task_heard>(&x.what))
        rounds_.hear(heard->number, x.node, [heard](std::int64_t& sockets) {
          sockets += heard->sockets;
          return true;
        });
    },
    [this](const node_gone& x) {
      give_up(x.node);
      send(local_, refresh_tasks{}); // what it stored last, and told nobody
    },
  };
}

void wide_tasks::on_exit() {
  rounds_.clear();
  local_ = nullptr;
  mesh_ = nullptr;
}

wide_tasks::promise wide_tasks::publish(publish_task& x) {
  auto answer = make_response_promise<published_task>();
  auto value = x.value;
  // Without a time limit: the board always answers.
  request(local_, caf::infinite, std::move(x))
    .then([this, answer, value = std::move(value)](
            const published_task& done) mutable { tell_others(answer, done, std::move(value)); },
          [answer](const caf::error& why) mutable { answer.deliver(why); });
  return answer;
}

void wide_tasks::tell_others(promise answer, const published_task& done, task_status value) {
  if (linked_.empty()) {
    answer.deliver(done);
    return;
  }
  value.at = done.at;
  const auto number = rounds_.begin(linked_, now_.steady() + answer_limit, done.sockets,
                                    [answer, done = published_task(done)](std::int64_t sockets, const auto&) mutable {
                                      done.sockets = sockets;
                                      answer.deliver(done);
                                    });
  for (const auto node : linked_)
    send(mesh_, send_item{task_there{number, done.version, value}, node});
  delayed_send(this, answer_limit, tick{});
}

void wide_tasks::hear(std::int64_t node, task_there& x) {
  const auto answer = [this, node, number = x.number](std::int64_t sockets) {
    send(mesh_, send_item{task_heard{number, sockets}, node});
  };
  request(local_, answer_patience, task_elsewhere{std::move(x.value), x.version})
    .then(answer, [answer](const caf::error&) { answer(0); });
}

void wide_tasks::give_up(std::int64_t node) {
  linked_.erase(node);
  rounds_.lose(node);
}

} // namespace parley::cluster
