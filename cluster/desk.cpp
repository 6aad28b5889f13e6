#include "cluster/desk.hpp"

#include "actors/errors.hpp"
#include "actors/patience.hpp"
#include "protocol/connection_number.hpp"
#include "protocol/overloaded.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace parley::cluster {

namespace {

std::string_view name_of(storage::node_row::phase x) {
  switch (x) {
  case storage::node_row::phase::joining:
    return "joining";
  case storage::node_row::phase::up:
    return "up";
  case storage::node_row::phase::draining:
    return "draining";
  }
  return {};
}

/// Leaves the connections with the lowest ids, in their order.
void shorten(std::vector<connection_view>& all, std::int64_t at_most) {
  std::ranges::sort(all, {}, &connection_view::id);
  if (std::ssize(all) > at_most)
    all.resize(static_cast<std::size_t>(std::max<std::int64_t>(at_most, 0)));
}

template <class T>
void append(std::vector<T>& to, std::vector<T>& from) {
  to.insert(to.end(), std::move_iterator(from.begin()), std::move_iterator(from.end()));
}

} // namespace

desk::behavior_type desk::make_behavior() {
  return {
    [this](const find_nodes&) { return show_nodes(); },
    [this](const find_connections& x) { return list(x); },
    [this](const find_disconnects& x) { return list(x); },
    [this](const dismiss& x) { return close(x); },
    [this](const get_cluster_figures&) { return count(); },
    [this](count_attempt& x) { return delegate(env_->roll, std::move(x)); },
    [this](hold_upload& x) { return delegate(env_->roll, std::move(x)); },
    [this](release_upload& x) { send(env_->roll, std::move(x)); },
    [this](const tick&) { rounds_.expire(env_->now.steady()); },
    [this](node_list& x) {
      nodes_ = std::move(x);
      const std::set<std::int64_t> linked(nodes_.linked.begin(), nodes_.linked.end());
      rounds_.lose_if([&](std::int64_t node) { return node != env_->self.id && !linked.contains(node); });
    },
    [this](heard_item& x) {
      if (auto* asked = std::get_if<ask_node>(&x.what))
        hear(x.node, *asked);
      else if (auto* answered = std::get_if<answer_node>(&x.what))
        add(answered->number, x.node, answered->what);
    },
  };
}

void desk::on_exit() {
  rounds_.clear();
  env_ = nullptr;
}

// -- of all nodes ----------------------------------------------------------------------------

desk::promise<found_connections> desk::list(const find_connections& x) {
  auto answer = make_response_promise<found_connections>();
  ask(everybody(), x, found_connections{},
      [this, answer, at_most = x.at_most](node_answer& sum, const auto& silent) mutable {
        auto& out = std::get<found_connections>(sum);
        shorten(out.items, at_most);
        out.unanswered = names_of(silent);
        answer.deliver(std::move(out));
      });
  return answer;
}

desk::promise<found_disconnects> desk::list(const find_disconnects& x) {
  auto answer = make_response_promise<found_disconnects>();
  ask(everybody(), x, found_disconnects{}, [this, answer](node_answer& sum, const auto& silent) mutable {
    auto& out = std::get<found_disconnects>(sum);
    out.unanswered = names_of(silent);
    answer.deliver(std::move(out));
  });
  return answer;
}

/// Which node has the connection stands in its number.
desk::promise<bool> desk::close(const dismiss& x) {
  auto answer = make_response_promise<bool>();
  const auto slot = slot_of(x.connection);
  const auto row = std::ranges::find(nodes_.rows, slot, &storage::node_row::slot);
  std::set<std::int64_t> where;
  if (slot == env_->self.slot)
    where.insert(env_->self.id);
  else if (row != nodes_.rows.end())
    where.insert(row->id);
  if (where.empty())
    answer.deliver(false);
  else
    ask(std::move(where), x, false, [answer](node_answer& sum, const auto& silent) mutable {
      if (silent.empty())
        answer.deliver(std::get<bool>(sum));
      else
        answer.deliver(caf::make_error(error_code::rate_limited));
    });
  return answer;
}

void desk::ask(std::set<std::int64_t> nodes, const node_question& what, node_answer nothing,
               rounds<node_answer>::conclusion then) {
  const auto number = rounds_.begin(nodes, env_->now.steady() + answer_limit, std::move(nothing), std::move(then));
  delayed_send(this, answer_limit, tick{});
  for (const auto node : nodes)
    if (node == env_->self.id) {
      ask_here(what, [this, number](node_answer& some) { add(number, env_->self.id, some); });
    } else if (std::ranges::find(nodes_.linked, node) != nodes_.linked.end()) {
      send(env_->mesh, send_item{ask_node{number, what}, node});
    } else {
      node_answer none = error_code::rate_limited;
      add(number, node, none);
    }
}

void desk::add(std::uint64_t number, std::int64_t node, node_answer& some) {
  rounds_.hear(number, node, [&some](node_answer& all) {
    if (all.index() != some.index())
      return false;
    std::visit(overloaded{[&](found_connections& sum) {
                            auto& more = std::get<found_connections>(some);
                            append(sum.items, more.items);
                            sum.total += more.total;
                          },
                          [&](found_disconnects& sum) { append(sum.items, std::get<found_disconnects>(some).items); },
                          [&](bool& sum) { sum = std::get<bool>(some); }, [](error_code) {}},
               all);
    return true;
  });
}

found_nodes desk::show_nodes() const {
  found_nodes out;
  for (const auto& row : nodes_.rows)
    out.nodes.push_back({row.name, std::string(cluster::name_of(row.state)), row.connections});
  return out;
}

desk::promise<cluster_figures> desk::count() {
  auto answer = make_response_promise<cluster_figures>();
  cluster_figures known;
  known.members = std::ssize(nodes_.rows);
  known.is_suspended = env_->suspended();
  known.beat_s = std::chrono::duration<double>(env_->beat_time()).count();
  for (const auto& row : nodes_.rows) {
    if (row.id == env_->self.id)
      continue;
    cluster_figures::link one{row.name, std::ranges::find(nodes_.linked, row.id) != nodes_.linked.end(), 0, 0};
    if (const auto load = std::ranges::find(nodes_.loads, row.id, &link_load::node); load != nodes_.loads.end()) {
      one.queued_bytes = static_cast<std::int64_t>(load->queued_bytes);
      one.unacknowledged_bytes = static_cast<std::int64_t>(load->unacknowledged_bytes);
    }
    known.links.push_back(std::move(one));
  }
  const auto failed = [answer](const caf::error& why) mutable { answer.deliver(why); };
  request(env_->rooms, answer_patience, count_relays{})
    .then(
      [this, answer, failed, known](std::int64_t relays) mutable {
        known.relays = relays;
        request(env_->roll, answer_patience, get_roll_figures{})
          .then(
            [answer, known](const roll_figures& x) mutable {
              known.homes = x.homes;
              known.takeovers = x.takeovers;
              known.fences = x.fences;
              answer.deliver(std::move(known));
            },
            failed);
      },
      failed);
  return answer;
}

// -- of this node ----------------------------------------------------------------------------

void desk::hear(std::int64_t node, ask_node& x) {
  ask_here(x.what, [this, node, number = x.number](node_answer& some) {
    send(env_->mesh, send_item{answer_node{number, std::move(some)}, node});
  });
}

void desk::ask_here(const node_question& what, std::function<void(node_answer&)> done) {
  std::visit(overloaded{[&](const find_connections& x) {
                          ask_hubs<connection_list>(
                            get_connections{x.user},
                            [this, at_most = x.at_most](node_answer& sum, connection_list& some) {
                              if (!std::holds_alternative<found_connections>(sum))
                                sum = found_connections{};
                              auto& all = std::get<found_connections>(sum);
                              for (auto& one : some.items)
                                one.node = env_->self.name;
                              all.total += std::ssize(some.items);
                              append(all.items, some.items);
                              shorten(all.items, at_most);
                            },
                            std::move(done));
                        },
                        [&](const find_disconnects& x) {
                          ask_hubs<disconnect_list>(
                            get_disconnects{x.user},
                            [this](node_answer& sum, disconnect_list& some) {
                              if (!std::holds_alternative<found_disconnects>(sum))
                                sum = found_disconnects{};
                              for (auto& one : some.items)
                                one.node = env_->self.name;
                              append(std::get<found_disconnects>(sum).items, some.items);
                            },
                            std::move(done));
                        },
                        [&](const dismiss& x) {
                          ask_hubs<bool>(
                            x,
                            [](node_answer& sum, bool was_there) {
                              const auto* before = std::get_if<bool>(&sum);
                              sum = was_there || (before != nullptr && *before);
                            },
                            std::move(done));
                        }},
             what);
}

template <class Answer, class Question, class Add>
void desk::ask_hubs(const Question& what, Add add, std::function<void(node_answer&)> done) {
  struct gathering {
    node_answer sum = error_code::internal; ///< until the first answer
    std::size_t left = 0;
    bool failed = false;
    std::function<void(node_answer&)> done;
  };
  auto all = std::make_shared<gathering>();
  all->left = env_->hubs.size();
  all->done = std::move(done);
  const auto count_down = [all] {
    if (--all->left > 0)
      return;
    if (all->failed)
      all->sum = error_code::rate_limited;
    all->done(all->sum);
  };
  for (const auto& hub : env_->hubs)
    request(hub, answer_patience, what)
      .then(
        [all, add, count_down](Answer& some) {
          add(all->sum, some);
          count_down();
        },
        [all, count_down](const caf::error&) {
          all->failed = true;
          count_down();
        });
}

std::set<std::int64_t> desk::everybody() const {
  std::set<std::int64_t> out{env_->self.id};
  for (const auto& row : nodes_.rows)
    out.insert(row.id);
  return out;
}

std::vector<std::string> desk::names_of(const std::set<std::int64_t>& nodes) const {
  std::vector<std::string> out;
  for (const auto node : nodes) {
    const auto row = std::ranges::find(nodes_.rows, node, &storage::node_row::id);
    out.push_back(row == nodes_.rows.end() ? "node " + std::to_string(node) : row->name);
  }
  return out;
}

} // namespace parley::cluster
