#include "app/import.hpp"

#include "app/data_lock.hpp"
#include "app/database.hpp"
#include "app/existing_database.hpp"
#include "app/manifest.hpp"
#include "app/terminal.hpp"
#include "auth/password.hpp"
#include "config/database_url.hpp"
#include "moving/export.hpp"
#include "moving/mover.hpp"
#include "protocol/time.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>

namespace parley::app {

namespace {

namespace fs = std::filesystem;

/// Random bytes of a new password, and of a notification's token.
constexpr std::size_t password_bytes = 12;
constexpr std::size_t token_bytes = 24;

/// A file that is not there yet. Throws std::runtime_error, one line.
class new_file {
public:
  explicit new_file(const std::string& path) : path_(path) {
    if (fs::exists(path))
      throw std::runtime_error(path + " is there already; name a new file");
    out_.open(path);
    check();
  }
  std::ostream& stream() { return out_; }
  void write(const std::string& text) {
    out_ << text << std::flush;
    check();
  }
  void close() {
    out_.close();
    check();
  }

private:
  void check() {
    if (!out_)
      throw std::runtime_error("cannot write " + path_);
  }

  std::string path_;
  std::ofstream out_;
};

/// For a look: what is there is not touched, and what is not there counts as empty.
std::unique_ptr<storage::intake> open_to_look(const config::settings& s) {
  const auto file = config::database_path(s);
  std::error_code unreadable;
  if (file && !fs::exists(*file, unreadable))
    return moving::open_empty();
  const auto applied = open(s)->migrations();
  const auto is_applied = [](const auto& x) { return x.applied_at.has_value(); };
  if (std::ranges::none_of(applied, is_applied))
    return moving::open_empty();
  if (!std::ranges::all_of(applied, is_applied))
    throw std::runtime_error("the database is of an older version: bring it up with parley migrate first");
  return storage::open_intake(config::resolve_database_url(s), durability_of(s));
}

moving::plan plan_of(const config::settings& s, const import_wish& wish) {
  moving::plan out;
  out.source = wish.name;
  out.only_look = wish.only_look;
  out.texts = s.limits.texts;
  out.content_bytes = s.websocket.message_bytes;
  out.avatar_bytes = s.limits.avatar_bytes;
  out.pictures = config::files_folder(s) / backup_names::pictures;
  if (!wish.files.empty())
    out.their_files = wish.files;
  out.now = system_now();
  out.make_token = [] { return auth::random_token(token_bytes); };
  out.tell = [](std::string_view kind, std::int64_t done, std::int64_t all) { show_rows(kind, done, all); };
  return out;
}

} // namespace

int import_from(const config::loaded_settings& loaded, const import_wish& wish) {
  const auto& s = loaded.values;
  if (!wish.only_look)
    if (const auto none = find_no_database(loaded, where_missing::make_if_named))
      return refuse(*none);
  if (!wish.files.empty() && !fs::is_directory(wish.files))
    return refuse("there is no folder " + wish.files + "; --files names the one that holds their pictures");
  const auto from = moving::open_source(wish.from);
  std::optional<new_file> lines;
  std::optional<new_file> passwords;
  if (!wish.report.empty())
    lines.emplace(wish.report);
  auto how = plan_of(s, wish);
  if (!wish.passwords.empty() && !wish.only_look) {
    passwords.emplace(wish.passwords);
    how.make_password = [&](const user& who) {
      const auto password = auth::random_token(password_bytes);
      passwords->write(who.username + '\t' + who.email + '\t' + password + '\n');
      return auth::hash_password(password, s.auth.bcrypt_cost);
    };
  }
  std::optional<data_lock> alone;
  if (!wish.only_look) {
    alone.emplace(s);
    open(s)->migrate(system_now());
  }
  const auto to =
    wish.only_look ? open_to_look(s) : storage::open_intake(config::resolve_database_url(s), durability_of(s));
  moving::report told(lines ? &lines->stream() : nullptr);
  try {
    moving::mover(*from, *to, told, std::move(how)).run();
  } catch (const std::exception& reason) {
    std::fputs(told.summary().c_str(), stdout);
    return refuse(std::string(reason.what()) + (wish.only_look ? ""
                                                               : "; the kinds above that are whole are stored: run "
                                                                 "it again, and it goes on behind them"));
  }
  if (lines)
    lines->close();
  std::fputs(told.summary().c_str(), stdout);
  std::puts(wish.only_look ? "\nnothing was written" : "\nall of it is stored");
  return 0;
}

int export_to(const config::loaded_settings& loaded, const std::string& file) {
  const auto& s = loaded.values;
  if (const auto none = find_no_database(loaded, where_missing::refuse))
    return refuse(*none);
  bring_up(*open(s), s);
  const auto from = storage::open_foreign(config::resolve_database_url(s), storage::file_owner::ours);
  std::optional<new_file> made;
  if (file != "-")
    made.emplace(file);
  const auto counts =
    moving::export_lines(*from, config::files_folder(s), made ? made->stream() : std::cout,
                         [](moving::kind of, std::int64_t done) { show_rows(moving::name(of), done, done + 1); });
  if (made)
    made->close();
  else if (!std::cout.flush())
    return refuse("cannot write to standard output");
  for (const auto x : moving::all_kinds)
    show_rows(moving::name(x), counts[static_cast<std::size_t>(x)], counts[static_cast<std::size_t>(x)]);
  std::fputs("not in it: films, files of messages, blocks, tasks, logins; parley backup has them\n", stderr);
  return 0;
}

} // namespace parley::app
