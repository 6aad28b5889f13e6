#include "net/http/videos_sweep.hpp"

#include "net/http/file_pool.hpp"
#include "net/http/files_access.hpp"
#include "net/http/uploads_hold.hpp"
#include "net/http/videos_access.hpp"
#include "storage/ports.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <string>
#include <sys/stat.h>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace parley::net {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

constexpr std::chrono::hours interval{1};

files_by_name list_files(const fs::path& folder) {
  files_by_name out;
  std::error_code fault;
  for (fs::directory_iterator at(folder, fault), end; !fault && at != end; at.increment(fault)) {
    struct stat facts {};
    if (::lstat(at->path().c_str(), &facts) != 0 || !S_ISREG(facts.st_mode))
      continue;
    const auto seconds = std::chrono::seconds(facts.st_mtim.tv_sec);
    const auto rest = std::chrono::nanoseconds(facts.st_mtim.tv_nsec);
    out.emplace(at->path().filename(), timestamp(std::chrono::floor<std::chrono::milliseconds>(seconds + rest)));
  }
  if (fault)
    spdlog::warn("a folder of files cannot be read: {}", fault.message());
  return out;
}

/// A request that is being served made its file after the start, and writes to it within an hour. Which the wall clock
/// does not tell: somebody may set it. Of several nodes each may serve requests since before the start of this one.
bool is_left(const http_context& context, const std::optional<files_by_name>& before, const std::string& name,
             timestamp touched_at) {
  if (!before)
    return !context.ask.actors().cluster && touched_at < context.node.started_at;
  const auto known = before->find(name);
  return known != before->end() && known->second == touched_at;
}

/// Ends uploads that were forgotten; their files have no row then.
asio::awaitable<void> drop_stale_uploads(http_context& context, const files_by_name& files) {
  const auto limit = context.now() - upload_patience;
  auto find = [limit](storage::reader& reader) { return reader.uploads().list_stale(limit); };
  const auto stale = co_await context.ask.read(std::move(find));
  if (!stale)
    co_return;
  for (const auto& x : *stale) {
    // The row may not know of bytes that came before a crash.
    const auto file = files.find(x.id);
    if (file != files.end() && file->second >= limit)
      continue;
    const auto hold = co_await hold_upload(context, x.id);
    if (!hold)
      continue;
    auto remove = [id = x.id](storage::writer& writer) {
      writer.uploads().remove(id);
      return true;
    };
    co_await context.ask.write(std::move(remove));
  }
}

/// What one question about files gives or takes.
constexpr std::size_t files_at_once = 1000;

/// Files that waited for a message for too long: rows, then files.
asio::awaitable<void> drop_unused_files(http_context& context) {
  for (bool more = true; more;) {
    auto drop = [limit = context.now() - file_patience](storage::writer& writer) {
      storage::lost_files lost;
      for (const auto& x : writer.files().list_unused(limit, files_at_once))
        if (writer.files().remove_unused(x.value.id))
          lost.files.push_back(x.file);
      return lost;
    };
    const auto lost = co_await context.ask.write(std::move(drop));
    if (!lost)
      co_return;
    bury_files(*context.node.files, context.options, *lost);
    more = lost->files.size() == files_at_once;
  }
}

/// The names of all files of messages; none where that cannot be told.
asio::awaitable<std::optional<std::unordered_set<std::string>>> list_known_files(http_context& context) {
  std::unordered_set<std::string> out;
  for (std::string last;;) {
    auto find = [last](storage::reader& reader) { return reader.files().list_names(last, files_at_once); };
    auto names = co_await context.ask.read(std::move(find));
    if (!names)
      co_return std::nullopt;
    if (names->empty())
      co_return out;
    last = names->back();
    out.insert(names->begin(), names->end());
  }
}

} // namespace

asio::awaitable<void> sweep_files(http_context& context, std::optional<files_by_name>& before) {
  co_await drop_unused_files(context);
  auto list = [folder = context.options.files_dir] { return list_files(folder); };
  auto files = co_await context.node.files->run(std::move(list));
  const auto known = co_await list_known_files(context);
  if (!known)
    co_return;
  for (const auto& [name, touched_at] : files) {
    const auto stem = name.ends_with(thumbnail_suffix) ? name.substr(0, name.size() - thumbnail_suffix.size()) : name;
    if (is_left(context, before, name, touched_at) && !known->contains(stem))
      context.node.files->remove_later(file_path(context, name));
  }
  before = std::move(files);
}

asio::awaitable<void> sweep_videos(http_context& context, std::optional<files_by_name>& before) {
  auto list = [folder = context.options.videos_dir] { return list_files(folder); };
  auto files = co_await context.node.files->run(std::move(list));
  co_await drop_stale_uploads(context, files);
  auto find = [](storage::reader& reader) { return reader.videos().list_files(); };
  auto names = co_await context.ask.read(std::move(find));
  if (!names)
    co_return;
  const std::unordered_set<std::string> known(names->begin(), names->end());
  for (const auto& [name, touched_at] : files)
    if (is_left(context, before, name, touched_at) && !known.contains(name))
      context.node.files->remove_later(video_path(context, name));
  before = std::move(files);
}

asio::awaitable<void> keep_videos_swept(http_context& context) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  std::optional<files_by_name> before;
  std::optional<files_by_name> files_before;
  while (true) {
    try {
      co_await sweep_videos(context, before);
      co_await sweep_files(context, files_before);
    } catch (const std::exception& reason) {
      spdlog::error("sweeping videos failed: {}", reason.what());
    }
    timer.expires_after(interval);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

} // namespace parley::net
