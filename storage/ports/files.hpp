// Files of rooms that messages have. Rows of files that no message has are changed past the room's actor, as those of
// videos are.
#pragma once

#include "storage/ports/result.hpp"

namespace parley::storage {

struct new_file {
  room_id room;
  user_id uploaded_by;
  std::string file; ///< the name in the folder of files
  std::string name;
  std::string content_type;
  std::int64_t size = 0;             ///< bytes
  std::optional<std::int64_t> width; ///< of a picture, in pixels
  std::optional<std::int64_t> height;
  timestamp created_at{};
};

/// A file with its name in the folder and the message that has it. The addresses are left empty.
struct stored_file {
  attachment value;
  std::string file;
  std::optional<message_id> of;
};

/// Names of files in the folders whose rows are gone.
struct lost_files {
  std::vector<std::string> videos;
  std::vector<std::string> files;

  bool empty() const { return videos.empty() && files.empty(); }
};

class file_reader {
public:
  virtual ~file_reader() = default;

  virtual std::optional<stored_file> find(file_id id) = 0;
  /// At most `limit` names of files behind `after`, in their order. For whoever compares them with a folder.
  virtual std::vector<std::string> list_names(std::string_view after, std::size_t limit) = 0;
  virtual std::vector<std::string> list_names(room_id room) = 0;
  virtual std::vector<std::string> list_names(room_id room, message_id message) = 0;
  /// At most `limit` files that no message has, from before `limit_time`, the oldest first.
  virtual std::vector<stored_file> list_unused(timestamp limit_time, std::size_t limit) = 0;
  /// The user's that no message has.
  virtual std::vector<std::string> list_unused(user_id user) = 0;
};

class file_writer : public virtual file_reader {
public:
  /// `room_not_found`.
  virtual result<attachment> add(const new_file& x) = 0;
  /// Where no message has it; whether it was there.
  virtual bool remove_unused(file_id id) = 0;
};

} // namespace parley::storage
