#include "moving/export.hpp"

#include "moving/pictures.hpp"
#include "moving/values.hpp"
#include "protocol/base64.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/words.hpp"

#include <fstream>
#include <iterator>
#include <string>
#include <unordered_map>

namespace parley::moving {
namespace {

using storage::row_text;

constexpr std::int64_t lines_a_step = 500;

std::int64_t number_in(const std::optional<std::string>& column) {
  return read_id(column.value_or("")).value_or(0);
}

std::optional<timestamp> time_in(const std::optional<std::string>& column) {
  const auto number = number_in(column);
  return column ? std::optional(timestamp(std::chrono::milliseconds(number))) : std::nullopt;
}

template <class Enum>
std::string_view word_in(const std::optional<std::string>& column) {
  return parley::name(static_cast<Enum>(number_in(column)));
}

/// Columns of one table in the order in which they are asked for.
class line_writer {
public:
  line_writer(kind of, const row_text& row) : json_(256), row_(row) {
    json_.begin_object();
    json_.text("kind", name(of));
  }

  void number(std::string_view key) { json_.number(key, number_in(next())); }
  void text(std::string_view key) { json_.text_or_null(key, next()); }
  void truth(std::string_view key) { json_.boolean(key, number_in(next()) != 0); }
  void time(std::string_view key) { json_.time_or_null(key, time_in(next())); }
  template <class Enum>
  void word(std::string_view key) {
    json_.text(key, word_in<Enum>(next()));
  }

  const std::optional<std::string>& next() { return row_[at_++]; }
  json_writer& json() { return json_; }
  std::string take() {
    json_.end_object();
    return json_.take();
  }

private:
  json_writer json_;
  const row_text& row_;
  std::size_t at_ = 0;
};

/// As a data URL; none where the file is gone.
std::optional<std::string> picture_of(const std::optional<std::string>& url, const std::filesystem::path& files) {
  const auto path = url ? picture_path(*url) : std::nullopt;
  if (!path)
    return std::nullopt;
  std::ifstream in(files / *path, std::ios::binary);
  if (!in)
    return std::nullopt;
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  return "data:image/" + path->substr(path->rfind('.') + 1) + ";base64," + encode_base64(bytes);
}

} // namespace

std::array<std::int64_t, all_kinds.size()> export_lines(storage::foreign_database& from,
                                                        const std::filesystem::path& files, std::ostream& to,
                                                        const std::function<void(kind, std::int64_t)>& tell) {
  std::array<std::int64_t, all_kinds.size()> out{};
  std::unordered_map<std::string, std::int64_t> read; // `room user`: the last message
  from.read("read_marks", {"room_id", "user_id", "last_read_id"}, {},
            [&](const row_text& x) { read.emplace(*x[0] + " " + *x[1], number_in(x[2])); });
  const auto each = [&](kind of, const std::string& table, const std::vector<std::string>& columns,
                        const std::vector<std::string>& order, const std::function<void(line_writer&)>& fill) {
    auto& count = out[static_cast<std::size_t>(of)];
    from.read(table, columns, order, [&](const row_text& x) {
      line_writer line(of, x);
      fill(line);
      to << line.take() << '\n';
      if (++count % lines_a_step == 0)
        tell(of, count);
    });
    tell(of, count);
  };
  each(kind::user, "users", {"id", "username", "email", "password_hash", "avatar_url", "role", "created_at", "deleted"},
       {"id"}, [&](line_writer& x) {
         x.number("id");
         x.text("username");
         x.text("email");
         x.text("password_hash");
         x.json().text_or_null("avatar", picture_of(x.next(), files));
         x.word<user_role>("role");
         x.time("created_at");
         x.truth("deleted");
       });
  each(kind::room, "rooms",
       {"id", "name", "description", "owner_id", "is_public", "join_policy", "history", "allow_guests", "sync_mode",
        "created_at"},
       {"id"}, [](line_writer& x) {
         x.number("id");
         x.text("name");
         x.text("description");
         x.number("owner_id");
         x.truth("is_public");
         x.word<join_policy>("join_policy");
         x.word<history_policy>("history");
         x.truth("allow_guests");
         x.word<sync_mode>("sync_mode");
         x.time("created_at");
       });
  each(kind::member, "members", {"room_id", "user_id", "role", "joined_at", "muted_until", "joined_after"}, {"id"},
       [&](line_writer& x) {
         const auto& room = x.next();
         const auto& user = x.next();
         x.json().number("room_id", number_in(room));
         x.json().number("user_id", number_in(user));
         x.word<member_role>("role");
         x.time("joined_at");
         x.time("muted_until");
         x.number("joined_after");
         const auto mark = read.find(*room + " " + *user);
         x.json().number("last_read_id", mark != read.end() ? mark->second : 0);
       });
  each(kind::ban, "bans", {"room_id", "user_id", "banned_at"}, {"room_id", "user_id"}, [](line_writer& x) {
    x.number("room_id");
    x.number("user_id");
    x.time("banned_at");
  });
  each(kind::message, "messages",
       {"id", "room_id", "sender_id", "content", "type", "sent_at", "edited_at", "deleted", "client_msg_id"}, {"id"},
       [](line_writer& x) {
         x.number("id");
         x.number("room_id");
         x.number("sender_id");
         x.text("content");
         x.word<message_type>("message_type");
         x.time("timestamp");
         x.time("edited_at");
         x.truth("deleted");
         x.text("client_msg_id");
       });
  each(kind::notification, "notifications",
       {"id", "receiver_id", "from_id", "kind", "status", "room_id", "room_name", "token", "created_at", "answered_at",
        "withdrawn"},
       {"id"}, [](line_writer& x) {
         x.number("id");
         x.number("receiver_id");
         x.number("from_id");
         x.word<notification_kind>("type");
         x.word<notification_status>("status");
         x.number("room_id");
         x.text("room_name");
         x.text("token");
         x.time("created_at");
         x.time("answered_at");
         x.truth("withdrawn");
       });
  return out;
}

} // namespace parley::moving
