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
    [this](publish_task& x) { return publish(x); },
    [this](watch_task& x) { watch(x); },
    [this](const unwatch_task& x) { unwatch(x); },
  };
}

void task_board::on_exit() {
  channels_.clear();
}

task_board::promise task_board::publish(publish_task& x) {
  auto answer = make_response_promise<std::int64_t>();
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
  if (here.wanted)
    look_up(task, here);
  else if (!here.waiting.empty())
    store_next(task, here);
  else if (here.watchers.empty())
    channels_.erase(it);
}

void task_board::look_up(const std::string& task, channel& here) {
  here.busy = true;
  here.wanted = false;
  auto job = make_read_job([task](storage::reader& x) { return x.tasks().find(task); });
  const auto& reader = readers_[std::hash<std::string>{}(task) % readers_.size()];
  request(reader, answer_patience, read_request{job})
    .then(
      [this, task, job](finished) {
        auto& there = channels_.at(task);
        there.busy = false;
        there.known = true;
        there.wanted = false; // who came meanwhile is told as well
        if (auto& found = job->value()) {
          there.last = frame_of(found->value);
          tell(there);
        }
        proceed(task);
      },
      [this, task](const caf::error&) {
        // Who waits hears the next status; the next who comes looks again.
        channels_.at(task).busy = false;
        proceed(task);
      });
}

void task_board::store_next(const std::string& task, channel& here) {
  here.busy = true;
  auto& next = here.waiting.front();
  next.value.at = now_();
  auto frame = frame_of(next.value);
  auto job = make_write_job(
    [by = next.by, value = std::move(next.value)](storage::writer& x) { return x.tasks().save(by, value); });
  // Without a time limit: the writer always answers, and only its answer tells what is stored.
  request(writer_, caf::infinite, write_request{job})
    .then(
      [this, task, job, frame](finished) {
        auto& there = channels_.at(task);
        auto answer = std::move(there.waiting.front().answer);
        there.waiting.pop_front();
        there.busy = false;
        if (auto& stored = job->value()) {
          there.known = true;
          there.wanted = false;
          there.last = frame;
          tell(there);
          answer.deliver(static_cast<std::int64_t>(there.watchers.size()));
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

void task_board::tell(channel& here) {
  for (const auto& x : here.watchers)
    send(x.session, push_frame{here.last});
}

} // namespace parley
