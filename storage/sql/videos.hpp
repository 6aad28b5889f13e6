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

class video_queries : public virtual video_reader {
public:
  explicit video_queries(connection& link);

  std::optional<stored_video> find(video_id id) override;
  page<video> list(room_id room, page_request at) override;
  std::vector<std::string> list_files() override;
  std::vector<std::string> list_files_of(room_id room) override;

private:
  connection& link_;
  query<video_row, integer> by_id_;
  query<video_row, integer, integer, integer> list_;
  query<scalar<integer>, integer> count_;
  query<scalar<std::string>> files_;
  query<scalar<std::string>, integer> files_of_;
};

class video_changes final : public video_queries, public video_writer {
public:
  explicit video_changes(connection& link);

  result<video> add(const new_video& x) override;
  result<stored_video> remove(video_id id) override;

private:
  connection& link_;
  query<new_id, std::string, integer, std::string, std::string, std::optional<integer>, std::optional<std::string>,
        integer, integer, integer>
    insert_;
  change<integer> delete_;
};

} // namespace parley::storage::sql
