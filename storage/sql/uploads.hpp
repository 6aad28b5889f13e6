// Table uploads.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/query.hpp"

namespace parley::storage::sql {

struct upload_row {
  std::string id;
  integer room_id = 0;
  integer user_id = 0;
  std::string title;
  std::string content_type;
  integer length = 0;
  integer touched_at = 0;
  std::string metadata;
  std::string concat;
  nullable<integer> video_id;
  integer purpose = 0;
  nullable<integer> file_id;

  template <class Visit>
  void columns(Visit&& visit) {
    visit(id);
    visit(room_id);
    visit(user_id);
    visit(title);
    visit(content_type);
    visit(length);
    visit(touched_at);
    visit(metadata);
    visit(concat);
    visit(video_id);
    visit(purpose);
    visit(file_id);
  }
  upload take();
};

class upload_queries : public virtual upload_reader {
public:
  explicit upload_queries(connection& link);

  std::optional<upload> find(std::string_view id) override;
  std::optional<upload> find_whole(user_id user, std::string_view concat) override;
  std::vector<upload> list_stale(timestamp limit) override;
  integer count(user_id user) override;

private:
  query<upload_row, std::string> by_id_;
  query<upload_row, integer, std::string> whole_;
  query<upload_row, integer> stale_;
  query<scalar<integer>, integer> count_;
};

class upload_changes final : public upload_queries, public upload_writer {
public:
  explicit upload_changes(connection& link);

  result<void> add(const upload& x) override;
  void set_length(std::string_view id, std::int64_t length) override;
  void finish(std::string_view id, video_id made) override;
  void finish(std::string_view id, file_id made) override;
  void touch(std::string_view id, timestamp now) override;
  void remove(std::string_view id) override;

private:
  change<std::string, integer, std::string, std::string, integer, integer, std::string, std::string, integer, integer>
    insert_;
  change<integer, std::string> set_length_;
  change<integer, std::string> finish_;
  change<integer, std::string> finish_as_file_;
  change<integer, std::string> touch_;
  change<std::string> delete_;
};

} // namespace parley::storage::sql
