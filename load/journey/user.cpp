#include "load/journey/user.hpp"

#include "load/measure/clock.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace parley::load {

namespace {

constexpr std::int64_t rest_ns = ns_per_s; ///< after a failure
constexpr std::size_t heard_most = 64;     ///< frames that are kept for a step that looks back
constexpr std::size_t shown_most = 160;    ///< bytes of a frame that a person is shown

std::string in_quotes(std::string_view text) {
  return "'" + std::string(text.substr(0, shown_most)) + (text.size() > shown_most ? "…'" : "'");
}

} // namespace

journey_user::journey_user(const journey_script& script, std::uint32_t place, std::uint32_t number)
  : script_(script), place_(place), number_(number), counters_(script.counters), values_(script.variables.size()) {}

void journey_user::begin(journey_world& world) {
  at_ = 0;
  journey_ns_ = world.now();
  std::ranges::fill(values_, std::string());
  if (!script_.rows.empty())
    std::ranges::copy(script_.rows[number_ % script_.rows.size()], values_.begin());
  last_.clear();
  heard_.clear();
  go(world);
}

void journey_user::go(journey_world& world) {
  doing_ = doing::going;
  while (!stopped_) {
    if (at_ == script_.steps.size()) {
      world.ended(true, world.now() - journey_ns_);
      world.hang_up(place_);
      doing_ = doing::resting;
      wake_ns_ = world.now();
      return world.wake_at(place_, wake_ns_);
    }
    step_ns_ = world.now();
    if (!begin_step(world, script_.steps[at_]))
      return;
    ++at_;
  }
  doing_ = doing::nothing;
}

bool journey_user::begin_step(journey_world& world, const journey_step& step) {
  switch (step.act) {
  case journey_act::connect:
    doing_ = doing::connecting;
    wake_ns_ = step_ns_ + script_.timeout_ns;
    world.wake_at(place_, wake_ns_);
    world.connect(place_, step.target.fill(filled(world)));
    return false;
  case journey_act::join:
    return await(world, world.join(place_));
  case journey_act::leave:
    return await(world, world.leave(place_));
  case journey_act::close:
    world.hang_up(place_);
    return true;
  case journey_act::send:
    ++sends_;
    text_.clear();
    step.text.append_to(text_, filled(world));
    heard_.clear();
    if (!world.send(place_, text_)) {
      fail(world, "there is no connection to send over");
      return false;
    }
    return await(world, step.expect);
  case journey_act::expect:
    return await(world, step.expect) || look_back(world);
  case journey_act::request:
    ++sends_;
    doing_ = doing::asking;
    wake_ns_ = step_ns_ + script_.timeout_ns;
    world.wake_at(place_, wake_ns_);
    world.request(place_, step, filled(world));
    return false;
  case journey_act::think:
    doing_ = doing::thinking;
    wake_ns_ = step_ns_ + pause_ns(world, step);
    world.wake_at(place_, wake_ns_);
    return false;
  case journey_act::branch: {
    const double drawn = world.chance();
    const auto chosen = std::ranges::find_if(step.branches, [drawn](const auto& each) { return drawn < each.first; });
    at_ = (chosen != step.branches.end() ? chosen->second : step.branches.back().second) - 1;
    return true;
  }
  case journey_act::jump:
    at_ = step.go_to - 1;
    return true;
  case journey_act::repeat:
    counters_[step.counter] = step.times;
    return true;
  case journey_act::again:
    if (--counters_[step.counter] > 0)
      at_ = step.go_to - 1;
    return true;
  }
  return true;
}

/// True where nothing is awaited: the step is done.
bool journey_user::await(journey_world& world, std::string_view what) {
  if (what.empty()) {
    world.done(script_.steps[at_].name, world.now() - step_ns_);
    return true;
  }
  awaits_ = what;
  doing_ = doing::awaiting;
  wake_ns_ = step_ns_ + script_.timeout_ns;
  world.wake_at(place_, wake_ns_);
  return false;
}

/// What is awaited has come already. True where it has: the step is done.
bool journey_user::look_back(journey_world& world) {
  const auto found =
    std::ranges::find_if(heard_, [&](const std::string& each) { return each.find(awaits_) != std::string::npos; });
  if (found == heard_.end())
    return false;
  const std::string fault = save(*found);
  if (!fault.empty()) {
    fail(world, fault);
    return false;
  }
  heard_.erase(heard_.begin(), found + 1);
  doing_ = doing::going;
  wake_ns_ = std::numeric_limits<std::int64_t>::max();
  world.done(script_.steps[at_].name, world.now() - step_ns_);
  return true;
}

void journey_user::on_inside(journey_world& world, std::int64_t received_ns) {
  if (doing_ == doing::connecting)
    met(world, {}, received_ns);
}

bool journey_user::on_text(journey_world& world, std::string_view text, bool refuses, std::int64_t received_ns) {
  last_ = text.substr(0, shown_most + 1);
  if (doing_ == doing::awaiting && text.find(awaits_) != std::string_view::npos) {
    heard_.clear();
    met(world, text, received_ns);
    return true;
  }
  if (doing_ == doing::awaiting && refuses) {
    fail(world, awaited());
    return true;
  }
  if (script_.expects) {
    heard_.emplace_back(text);
    if (heard_.size() > heard_most)
      heard_.pop_front();
  }
  return false;
}

void journey_user::on_answer(journey_world& world, unsigned status, std::string_view body, std::int64_t received_ns) {
  if (doing_ != doing::asking)
    return;
  const journey_step& step = script_.steps[at_];
  last_ = std::to_string(status) + " " + std::string(body.substr(0, shown_most));
  const bool good = step.status != 0 ? status == step.status : status >= 200 && status < 300;
  if (!good || body.find(step.expect) == std::string_view::npos)
    return fail(world, awaited());
  met(world, body, received_ns);
}

void journey_user::on_broken(journey_world& world, std::string_view why) {
  if (doing_ == doing::connecting || doing_ == doing::awaiting)
    fail(world, awaited() + "; " + std::string(why));
}

void journey_user::on_request_broken(journey_world& world, std::string_view why) {
  if (doing_ == doing::asking)
    fail(world, awaited() + "; " + std::string(why));
}

void journey_user::on_wake(journey_world& world) {
  if (world.now() < wake_ns_)
    return;
  if (doing_ == doing::thinking) {
    ++at_;
    return go(world);
  }
  if (doing_ == doing::resting)
    return stopped_ ? void(doing_ = doing::nothing) : begin(world);
  if (busy())
    fail(world, awaited() + "; it took too long");
}

bool journey_user::busy() const {
  return doing_ == doing::connecting || doing_ == doing::awaiting || doing_ == doing::asking;
}

void journey_user::met(journey_world& world, std::string_view answer, std::int64_t received_ns) {
  if (const std::string fault = save(answer); !fault.empty())
    return fail(world, fault);
  world.done(script_.steps[at_].name, received_ns - step_ns_);
  ++at_;
  go(world);
}

void journey_user::fail(journey_world& world, const std::string& why) {
  world.failed(script_.steps[at_].name, why);
  world.ended(false, world.now() - journey_ns_);
  world.hang_up(place_);
  doing_ = doing::resting;
  wake_ns_ = world.now() + rest_ns;
  world.wake_at(place_, wake_ns_);
}

std::string journey_user::awaited() const {
  const journey_step& step = script_.steps[at_];
  std::string what;
  if (doing_ == doing::connecting)
    what = "to be greeted";
  else if (doing_ == doing::asking)
    what = "status " + (step.status != 0 ? std::to_string(step.status) : std::string("2xx")) +
           (step.expect.empty() ? std::string() : " with " + in_quotes(step.expect));
  else
    what = in_quotes(awaits_);
  return "awaited " + what + ", " + (last_.empty() ? "nothing came" : "last came " + in_quotes(last_));
}

std::string journey_user::save(std::string_view answer) {
  const journey_step& step = script_.steps[at_];
  if (step.saves.empty())
    return {};
  const auto read = nlohmann::json::parse(answer, nullptr, false);
  for (const auto& [variable, pointer] : step.saves) {
    const nlohmann::json::json_pointer to(pointer);
    if (read.is_discarded() || !read.contains(to))
      return "there is no " + pointer + " in " + in_quotes(answer);
    const nlohmann::json& value = read.at(to);
    values_[variable] = value.is_string() ? value.get<std::string>()
                                          : value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  return {};
}

std::int64_t journey_user::pause_ns(journey_world& world, const journey_step& step) const {
  const double drawn = world.chance();
  const double ms =
    step.exponential ? -step.least_ms * std::log1p(-drawn) : step.least_ms + drawn * (step.most_ms - step.least_ms);
  return static_cast<std::int64_t>(ms * ns_per_ms);
}

fillings journey_user::filled(journey_world& world) {
  fillings with = world.about(place_);
  with.n = sends_;
  with.variables = &values_;
  return with;
}

} // namespace parley::load
