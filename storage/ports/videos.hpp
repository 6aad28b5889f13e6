// Videos of rooms, and uploads that may become videos. Their rows are changed past the room's actor: docs/adr/0034 says
// why.
#pragma once

#include "storage/ports/result.hpp"

namespace parley::storage {

struct new_video {
  room_id room;
  std::string title;
  video_kind kind = video_kind::file;
  std::string url;  ///< of a link; empty for a file
  std::string file; ///< the file's name in the videos folder; empty for a link
  std::optional<std::int64_t> size;
  std::optional<std::string> content_type;
  user_id uploaded_by;
  timestamp created_at{};
};

/// A video with the name of its file in the videos folder (empty for a link). `url` of a file is left empty.
struct stored_video {
  video value;
  std::string file;
};

class video_reader {
public:
  virtual ~video_reader() = default;

  virtual std::optional<stored_video> find(video_id id) = 0;
  /// Newest first. Costs an entry of an index for each of the room, for `total` is exact.
  virtual page<video> list(room_id room, page_request at) = 0;
  /// The names of all files that a row of videos or uploads knows. For whoever compares them with a folder.
  virtual std::vector<std::string> list_files() = 0;
  /// The same of one room.
  virtual std::vector<std::string> list_files_of(room_id room) = 0;
};

class video_writer : public virtual video_reader {
public:
  /// `room_not_found`.
  virtual result<video> add(const new_video& x) = 0;
  /// `video_not_found`. Playback that showed it shows nothing then.
  virtual result<stored_video> remove(video_id id) = 0;
};

/// A resumable upload. Its offset is the size of its file, until it has become a video or a file.
struct upload {
  std::string id; ///< random; the file's name as well
  room_id room;
  user_id user;
  std::string title;
  std::string content_type;
  std::optional<std::int64_t> length; ///< bytes in the end; none where the client has not told yet
  timestamp touched_at{};             ///< when its last byte came
  std::string metadata;               ///< `Upload-Metadata` as the client gave it
  std::string concat;                 ///< `Upload-Concat` as the client gave it: of a part, of a whole, or empty
  std::optional<video_id> made;       ///< the video that it has become
  bool is_attachment = false;         ///< it is to become a file of a message instead
  std::optional<file_id> made_file;   ///< the file that it has become

  bool is_made() const { return made || made_file; }
};

class upload_reader {
public:
  virtual ~upload_reader() = default;

  virtual std::optional<upload> find(std::string_view id) = 0;
  /// The user's upload of that `concat` that has become a video.
  virtual std::optional<upload> find_whole(user_id user, std::string_view concat) = 0;
  /// Uploads whose last byte came before `limit`.
  virtual std::vector<upload> list_stale(timestamp limit) = 0;
  /// The user's that are not complete.
  virtual std::int64_t count(user_id user) = 0;
};

class upload_writer : public virtual upload_reader {
public:
  /// `room_not_found`.
  virtual result<void> add(const upload& x) = 0;
  virtual void set_length(std::string_view id, std::int64_t length) = 0;
  /// The upload has become the video, which exists. It ends with that, or as others do: by age.
  virtual void finish(std::string_view id, video_id made) = 0;
  virtual void finish(std::string_view id, file_id made) = 0;
  virtual void touch(std::string_view id, timestamp now) = 0;
  virtual void remove(std::string_view id) = 0;
};

} // namespace parley::storage
