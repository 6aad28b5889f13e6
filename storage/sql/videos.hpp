// Table videos.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/query.hpp"

namespace parley::storage::sql {

struct video_row {
  integer id = 0;
  integer room_id = 0;
  std::string title;
  integer kind = 0;
  std::string url;
  nullable<integer> size;
  nullable<std::string> content_type;
  integer uploaded_by = 0;
  integer created_at = 0;
  std::string file;

  template <class Visit>
  void columns(Visit&& visit) {
    visit(id);
    visit(room_id);
    visit(title);
    visit(kind);
    visit(url);
    visit(size);
    visit(content_type);
    visit(uploaded_by);
    visit(created_at);
    visit(file);
  }
  video take();
};

class video_queries {
public:
  explicit video_queries(connection& link);

  std::optional<stored_video> find(video_id id);
  page<video> list(room_id room, page_request at);
  /// Files of videos and of uploads.
  std::vector<std::string> files();

private:
  connection& link_;
  query<video_row, integer> by_id_;
  query<video_row, integer, integer, integer> list_;
  query<scalar<integer>, integer> count_;
  query<scalar<std::string>> files_;
};

class video_changes {
public:
  video_changes(connection& link, video_queries& queries);

  result<video> add(const new_video& x);
  result<stored_video> remove(video_id id);

private:
  connection& link_;
  video_queries& queries_;
  change<std::string, integer, std::string, std::string, std::optional<integer>, std::optional<std::string>, integer,
         integer, integer>
    insert_;
  change<integer> delete_;
};

} // namespace parley::storage::sql
