#include "actors/task_board.hpp"

#include "actors/patience.hpp"

#include <utility>

namespace parley {

namespace {

frame_ptr frame_of(const task_status& value) {
  return make_text_frame(encode_channel(task_status_reply{value}, language::en)); // it has no text of ours
}

} // namespace

task_board::behavior_type task_board::make_behavior() {
  return {
    [this](publish_task& x) { return publish(x); },   [this](watch_task& x) { watch(x); },
    [this](const unwatch_task& x) { unwatch(x); },    [this](const task_elsewhere& x) { return hear(x); },
    [this](const refresh_tasks&) { refresh(false); }, [this](const tick&) { refresh(true); },
  };
}

void task_board::on_exit() {
  channels_.clear();
}

task_board::promise task_board::publish(publish_task& x) {
  auto answer = make_response_promise<published_task>();
  auto task = x.value.connection;
  auto& here = channels_[task];
  if (here.waiting.size() >= waiting_limit) {
    answer.deliver(caf::make_error(error_code::rate_limited));
    return answer;
  }
  here.waiting.push_back({x.by, std::move(x.value), answer});
  proceed(task);
  return answer;
}

void task_board::watch(watch_task& x) {
  auto& here = channels_[x.task];
  here.watchers.push_back({x.connection, x.session});
  if (!here.known)
    here.wanted = true;
  else if (here.last != nullptr)
    send(x.session, push_frame{here.last});
  proceed(x.task);
}

void task_board::unwatch(const unwatch_task& x) {
  auto it = channels_.find(x.task);
  if (it == channels_.end())
    return;
  std::erase_if(it->second.watchers, [&](const watcher& w) { return w.connection == x.connection; });
  proceed(x.task);
}

void task_board::proceed(const std::string& task) {
  auto it = channels_.find(task);
  if (it == channels_.end() || it->second.busy)
    return;
  auto& here = it->second;
  if (here.wanted || here.stale)
    look_up(task, here);
  else if (!here.waiting.empty())
    store_next(task, here);
  else if (here.watchers.empty())
    channels_.erase(it);
}

void task_board::look_up(const std::string& task, channel& here) {
  here.busy = true;
  here.wanted = here.stale = false;
  auto job = make_read_job([task](storage::reader& x) { return x.tasks().find(task); });
  const auto& reader = readers_[std::hash<std::string>{}(task) % readers_.size()];
  request(reader, answer_patience, read_request{job})
    .then(
      [this, task, job](finished) {
        auto& there = channels_.at(task);
        there.busy = false;
        auto& found = job->value();
        if (found && (!there.known || found->version > there.version)) {
          there.last = frame_of(found->value);
          there.version = found->version;
          tell(there);
        }
        there.known = true;
        there.late = false;
        there.wanted = false; // who came meanwhile was told as well
        tell_next(there);
        proceed(task);
      },
      [this, task](const caf::error&) {
        // Who waits hears the next status; the next who comes looks again.
        auto& there = channels_.at(task);
        there.busy = false;
        if (there.known) {
          there.late = true;
          delayed_send(this, gap_limit, tick{});
        }
        proceed(task);
      });
}

void task_board::store_next(const std::string& task, channel& here) {
  here.busy = true;
  auto& next = here.waiting.front();
  next.value.at = now_();
  auto frame = frame_of(next.value);
  const auto at = next.value.at;
  auto job = make_write_job(
    [by = next.by, value = std::move(next.value)](storage::writer& x) { return x.tasks().save(by, value); });
  // Without a time limit: the writer always answers, and only its answer tells what is stored.
  request(writer_, caf::infinite, write_request{job})
    .then(
      [this, task, job, frame, at](finished) {
        auto& there = channels_.at(task);
        auto answer = std::move(there.waiting.front().answer);
        there.waiting.pop_front();
        there.busy = false;
        if (auto& stored = job->value()) {
          take(there, *stored, frame);
          answer.deliver(published_task{static_cast<std::int64_t>(there.watchers.size()), *stored, at});
        } else {
          answer.deliver(caf::make_error(stored.error()));
        }
        proceed(task);
      },
      [this, task](const caf::error& reason) {
        auto& there = channels_.at(task);
        there.waiting.front().answer.deliver(reason);
        there.waiting.pop_front();
        there.busy = false;
        proceed(task);
      });
}

void task_board::take(channel& here, std::int64_t version, frame_ptr frame) {
  if (!here.known) { // nobody was told of anything
    here.known = true;
    here.wanted = false;
    here.version = version - 1;
  }
  if (version <= here.version)
    return;
  here.ahead.emplace(version, std::move(frame));
  tell_next(here);
}

void task_board::tell_next(channel& here) {
  for (auto it = here.ahead.begin(); it != here.ahead.end() && it->first <= here.version + 1; it = here.ahead.erase(it))
    if (it->first == here.version + 1) {
      ++here.version;
      here.last = std::move(it->second);
      tell(here);
    }
  if (here.ahead.size() > ahead_limit)
    here.stale = true;
  else if (!here.ahead.empty())
    delayed_send(this, gap_limit, tick{});
}

std::int64_t task_board::hear(const task_elsewhere& x) {
  auto it = channels_.find(x.value.connection);
  if (it == channels_.end())
    return 0; // whoever comes reads it
  auto& here = it->second;
  const auto sockets = static_cast<std::int64_t>(here.watchers.size());
  if (here.known)
    take(here, x.version, frame_of(x.value));
  else if (here.busy && here.ahead.size() < ahead_limit) // what is being read may be older
    here.ahead.emplace(x.version, frame_of(x.value));
  else
    here.stale = true;
  proceed(x.value.connection);
  return sockets;
}

/// What a tick finds may be younger than `gap_limit`: then one status between is not told, and the last is.
void task_board::refresh(bool only_late) {
  std::vector<std::string> tasks;
  for (auto& [task, here] : channels_)
    if (only_late ? here.late || !here.ahead.empty() : !here.watchers.empty()) {
      here.stale = true;
      tasks.push_back(task);
    }
  for (const auto& task : tasks)
    proceed(task);
}

void task_board::tell(channel& here) {
  for (const auto& x : here.watchers)
    send(x.session, push_frame{here.last});
}

} // namespace parley
