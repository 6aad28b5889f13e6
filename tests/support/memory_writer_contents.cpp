// Messages, tasks, videos and uploads.
#include "tests/support/memory_writer.hpp"

#include <chrono>

namespace parley::test {

// -- messages ----------------------------------------------------------------------------

std::vector<storage::result<storage::appended>> memory_writer::append(std::span<const storage::message_draft> drafts) {
  store_.count(store_call::append);
  store_.appended.push_back(drafts.size());
  std::vector<storage::result<storage::appended>> out;
  for (const auto& x : drafts)
    out.push_back(append_one(x));
  return out;
}

storage::result<storage::appended> memory_writer::append_one(const storage::message_draft& x) {
  auto& messages = current().messages;
  if (!current().rooms.contains(x.room))
    return tl::unexpected(error_code::room_not_found);
  auto& said = current().said;
  if (x.post.client_msg_id && store_.finds_repeats) {
    auto first = std::find_if(messages.begin(), messages.end(), [&](const message& m) {
      return m.room == x.room && m.sender == x.sender.id && m.client_msg_id == x.post.client_msg_id &&
             said[m.id].guest == x.guest && x.sent_at - m.sent_at <= std::chrono::hours(24);
    });
    if (first != messages.end() && (first->type != x.post.type || said[first->id].content != x.post.content))
      return tl::unexpected(error_code::client_msg_id_reused);
    if (first != messages.end())
      return storage::appended{*first, true};
  }
  messages.push_back({current().next_message(), x.room, x.sender.id, x.sender.username, x.post.content, x.post.type,
                      x.sent_at, std::nullopt, false, x.post.client_msg_id});
  if (x.post.client_msg_id)
    said[messages.back().id] = {x.guest, x.post.content};
  return storage::appended{messages.back(), false};
}

message* memory_writer::find_stored(message_id id) {
  auto& all = current().messages;
  auto it = std::find_if(all.begin(), all.end(), [id](const message& x) { return x.id == id; });
  return it == all.end() ? nullptr : &*it;
}

storage::result<message> memory_writer::edit_message(message_id id, std::string_view content, timestamp now) {
  auto* x = find_stored(id);
  if (!x)
    return tl::unexpected(error_code::message_not_found);
  if (x->deleted)
    return tl::unexpected(error_code::gone);
  x->content = content;
  x->edited_at = now;
  return *x;
}

storage::result<message> memory_writer::delete_message(message_id id) {
  auto* x = find_stored(id);
  if (!x)
    return tl::unexpected(error_code::message_not_found);
  x->content.clear();
  x->deleted = true;
  return *x;
}

read_mark memory_writer::raise_read_mark(room_id room, user_id user, message_id id) {
  auto& marks = current().read_marks;
  if (current().members.contains({room, user}))
    marks[{room, user}] = std::max(marks[{room, user}], id);
  const auto it = marks.find({room, user});
  return {room, user, it == marks.end() ? message_id{} : it->second};
}

// -- tasks, watching together ------------------------------------------------------------

storage::result<void> memory_writer::save_task(user_id by, const task_status& x) {
  auto& task = current().tasks.try_emplace(x.connection, storage::owned_task{by, x}).first->second;
  if (task.owner != by)
    return tl::unexpected(error_code::not_task_owner);
  task.value = x;
  return {};
}

void memory_writer::save_playback(room_id room, const storage::playback& x) {
  if (!current().rooms.contains(room))
    return;
  auto& kept = current().playback[room] = x;
  kept.watched.reset();
  if (const auto shown = find_video(x.watched ? x.watched->id : video_id{}); shown && shown->value.room == room)
    kept.watched = shown->value;
}

storage::result<video> memory_writer::add_video(const storage::new_video& x) {
  if (!current().rooms.contains(x.room))
    return tl::unexpected(error_code::room_not_found);
  const auto id = current().next_video();
  const video made{id, x.room, x.title, x.kind, x.url, x.size, x.content_type, x.uploaded_by, x.created_at};
  current().videos[id] = {made, x.file};
  return made;
}

storage::result<storage::stored_video> memory_writer::remove_video(video_id id) {
  auto gone = current().videos.extract(id);
  if (gone.empty())
    return tl::unexpected(error_code::video_not_found);
  for (auto& [room, shown] : current().playback)
    if (shown.watched && shown.watched->id == id)
      shown.watched.reset();
  std::erase_if(current().uploads, [id](const auto& x) { return x.second.made == id; });
  return std::move(gone.mapped());
}

storage::result<void> memory_writer::add_upload(const storage::upload& x) {
  if (!current().rooms.contains(x.room))
    return tl::unexpected(error_code::room_not_found);
  current().uploads[x.id] = x;
  return {};
}

void memory_writer::set_upload_length(std::string_view id, std::int64_t length) {
  if (auto it = current().uploads.find(id); it != current().uploads.end())
    it->second.length = length;
}

void memory_writer::finish_upload(std::string_view id, video_id made) {
  if (auto it = current().uploads.find(id); it != current().uploads.end())
    it->second.made = made;
}

void memory_writer::touch_upload(std::string_view id, timestamp now) {
  if (auto it = current().uploads.find(id); it != current().uploads.end())
    it->second.touched_at = now;
}

void memory_writer::remove_upload(std::string_view id) {
  if (auto it = current().uploads.find(id); it != current().uploads.end())
    current().uploads.erase(it);
}

} // namespace parley::test
