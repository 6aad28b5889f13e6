// Messages, tasks, videos and uploads.
#include "tests/support/memory_writer.hpp"

#include <chrono>

namespace parley::test {

// -- messages ----------------------------------------------------------------------------

std::vector<storage::result<storage::appended>>
memory_message_changes::append(std::span<const storage::message_draft> drafts) {
  in_.store().count(store_call::append);
  in_.store().appended.push_back(drafts.size());
  std::vector<storage::result<storage::appended>> out;
  for (const auto& x : drafts)
    out.push_back(append_one(x));
  return out;
}

storage::result<storage::appended> memory_message_changes::append_one(const storage::message_draft& x) {
  auto& messages = in_.current().messages;
  if (!in_.current().rooms.contains(x.room))
    return tl::unexpected(error_code::room_not_found);
  auto& said = in_.current().said;
  if (x.post.client_msg_id && in_.store().finds_repeats) {
    auto first = std::find_if(messages.begin(), messages.end(), [&](const message& m) {
      return m.room == x.room && m.sender == x.sender.id && m.client_msg_id == x.post.client_msg_id &&
             said[m.id].guest == x.guest && x.sent_at - m.sent_at <= std::chrono::hours(24);
    });
    const auto has_other_files = [&](const message& m) {
      return !m.deleted && !std::ranges::equal(m.attachments, x.post.attachments, {}, &attachment::id);
    };
    if (first != messages.end() &&
        (first->type != x.post.type || said[first->id].content != x.post.content || has_other_files(*first)))
      return tl::unexpected(error_code::client_msg_id_reused);
    if (first != messages.end())
      return storage::appended{*first, true};
  }
  const auto files = find_files(x);
  if (!files)
    return tl::unexpected(files.error());
  messages.push_back({in_.current().next_message(), x.room, x.sender.id, x.sender.username, x.post.content, x.post.type,
                      x.sent_at, std::nullopt, false, x.post.client_msg_id, 0, *files});
  for (const auto& one : *files)
    in_.current().files.at(one.id).of = messages.back().id;
  if (x.post.client_msg_id)
    said[messages.back().id] = {x.guest, x.post.content};
  return storage::appended{messages.back(), false};
}

storage::result<std::vector<attachment>> memory_message_changes::find_files(const storage::message_draft& x) {
  std::vector<attachment> out;
  for (const auto id : x.post.attachments) {
    const auto found = in_.current().files.find(id);
    if (found == in_.current().files.end() || found->second.of || found->second.value.room != x.room ||
        found->second.value.uploaded_by != x.sender.id || std::ranges::find(out, id, &attachment::id) != out.end())
      return tl::unexpected(error_code::file_not_found);
    out.push_back(found->second.value);
  }
  if (!out.empty() && x.post.type == message_type::image && std::ranges::none_of(out, &attachment::is_picture))
    return tl::unexpected(error_code::validation_failed);
  return out;
}

message* memory_message_changes::find_stored(message_id id) {
  auto& all = in_.current().messages;
  auto it = std::find_if(all.begin(), all.end(), [id](const message& x) { return x.id == id; });
  return it == all.end() ? nullptr : &*it;
}

void memory_message_changes::count_change(message& x) {
  x.change = ++in_.current().revisions[x.room];
}

storage::result<message> memory_message_changes::edit(message_id id, std::string_view content, timestamp now) {
  auto* x = find_stored(id);
  if (!x)
    return tl::unexpected(error_code::message_not_found);
  if (x->deleted)
    return tl::unexpected(error_code::gone);
  x->content = content;
  x->edited_at = now;
  count_change(*x);
  return *x;
}

storage::result<message> memory_message_changes::remove(message_id id) {
  auto* x = find_stored(id);
  if (!x)
    return tl::unexpected(error_code::message_not_found);
  if (!std::exchange(x->deleted, true))
    count_change(*x);
  x->content.clear();
  x->attachments.clear();
  std::erase_if(in_.current().files, [id](const auto& one) { return one.second.of == id; });
  return *x;
}

read_mark memory_read_mark_changes::raise(room_id room, user_id user, message_id id) {
  auto& marks = in_.current().read_marks;
  if (in_.current().members.contains({room, user}))
    marks[{room, user}] = std::max(marks[{room, user}], id);
  const auto it = marks.find({room, user});
  return {room, user, it == marks.end() ? message_id{} : it->second};
}

// -- tasks, watching together ------------------------------------------------------------

storage::result<std::int64_t> memory_task_changes::save(user_id by, const task_status& x) {
  auto& task = in_.current().tasks.try_emplace(x.connection, storage::owned_task{by, x, 0}).first->second;
  if (task.owner != by)
    return tl::unexpected(error_code::not_task_owner);
  task.value = x;
  return ++task.version;
}

void memory_playback_changes::save(room_id room, const storage::playback& x) {
  if (!in_.current().rooms.contains(room))
    return;
  auto& kept = in_.current().playback[room] = x;
  kept.watched.reset();
  if (const auto shown = memory_videos(in_).find(x.watched ? x.watched->id : video_id{});
      shown && shown->value.room == room)
    kept.watched = shown->value;
}

storage::result<video> memory_video_changes::add(const storage::new_video& x) {
  if (!in_.current().rooms.contains(x.room))
    return tl::unexpected(error_code::room_not_found);
  const auto id = in_.current().next_video();
  const video made{id, x.room, x.title, x.kind, x.url, x.size, x.content_type, x.uploaded_by, x.created_at};
  in_.current().videos[id] = {made, x.file};
  return made;
}

storage::result<storage::stored_video> memory_video_changes::remove(video_id id) {
  auto gone = in_.current().videos.extract(id);
  if (gone.empty())
    return tl::unexpected(error_code::video_not_found);
  for (auto& [room, shown] : in_.current().playback)
    if (shown.watched && shown.watched->id == id)
      shown.watched.reset();
  std::erase_if(in_.current().uploads, [id](const auto& x) { return x.second.made == id; });
  return std::move(gone.mapped());
}

storage::result<void> memory_upload_changes::add(const storage::upload& x) {
  if (!in_.current().rooms.contains(x.room))
    return tl::unexpected(error_code::room_not_found);
  in_.current().uploads[x.id] = x;
  return {};
}

void memory_upload_changes::set_length(std::string_view id, std::int64_t length) {
  if (auto it = in_.current().uploads.find(id); it != in_.current().uploads.end())
    it->second.length = length;
}

void memory_upload_changes::finish(std::string_view id, video_id made) {
  if (auto it = in_.current().uploads.find(id); it != in_.current().uploads.end())
    it->second.made = made;
}

void memory_upload_changes::touch(std::string_view id, timestamp now) {
  if (auto it = in_.current().uploads.find(id); it != in_.current().uploads.end())
    it->second.touched_at = now;
}

void memory_upload_changes::remove(std::string_view id) {
  if (auto it = in_.current().uploads.find(id); it != in_.current().uploads.end())
    in_.current().uploads.erase(it);
}

} // namespace parley::test
