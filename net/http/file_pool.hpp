// Work on files, off the I/O threads: a read or a write that waits for the disk must not hold up every socket.
#pragma once

#include "protocol/time.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <tl/expected.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

namespace parley::net {

template <class T>
using file_result = tl::expected<T, std::error_code>;

/// How many files are open. Any thread.
using file_count = std::atomic<std::size_t>;

/// A descriptor that is closed with its last owner.
class open_file {
public:
  /// `counted` is lowered at its end, where it is not null.
  explicit open_file(int descriptor, std::shared_ptr<file_count> counted = nullptr)
    : descriptor_(descriptor), counted_(std::move(counted)) {}
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;
  ~open_file();

  int descriptor() const { return descriptor_; }

private:
  int descriptor_;
  std::shared_ptr<file_count> counted_;
};

/// The file is not to blame: there are too many open.
inline bool is_short_of_descriptors(const std::error_code& why) {
  return why == std::errc::too_many_files_open || why == std::errc::too_many_files_open_in_system;
}

using shared_file = std::shared_ptr<const open_file>;

/// A file as it was when it was opened.
struct sized_file {
  shared_file file;
  std::uint64_t size = 0; ///< bytes
  timestamp modified{};   ///< when its bytes were last written, by the file system
};

/// A few threads for all blocking calls of a node, others for what changes files than for the rest: a disk that hangs
/// over a sync does not keep anybody from reading. Each caller waits for its own, so no more can pile up here than
/// requests are being served. Any I/O thread; what is asked comes back on the thread that asked. Paths are never
/// followed through a symbolic link at their end; files are made with mode 0600. What would be one open file too many
/// is `too_many_files_open`.
class file_pool {
public:
  template <class T>
  using answer = boost::asio::awaitable<file_result<T>>;

  /// `threads` of each kind; `open_limit`: files that are open at the same time, at least 1.
  explicit file_pool(std::size_t threads = 2, std::size_t open_limit = 1024)
    : open_limit_(open_limit), pool_(threads), changes_(threads) {}
  file_pool(const file_pool&) = delete;
  file_pool& operator=(const file_pool&) = delete;
  ~file_pool() { join(); }

  /// Runs what was asked and takes no more. Before the loops end that wait for it.
  void join();

  /// Runs `work`, which must not throw nor change files, and gives its result.
  template <class Work>
  auto run(Work work) -> boost::asio::awaitable<std::invoke_result_t<Work&>> {
    return run_in(pool_, std::move(work));
  }

  /// A new file to write; an error if one of that name is there.
  answer<shared_file> create(const std::filesystem::path& path);
  /// A file to write, made if it is not there.
  answer<sized_file> open_to_write(const std::filesystem::path& path);
  answer<sized_file> open_to_read(const std::filesystem::path& path);
  /// 0 if there is no such file.
  answer<std::uint64_t> size(const std::filesystem::path& path);

  /// Writes all of `bytes`, which must stay until then.
  answer<void> write(const shared_file& file, std::uint64_t offset, std::string_view bytes);
  /// What lies behind `size` bytes goes.
  answer<void> truncate(const shared_file& file, std::uint64_t size);
  /// Copies up to `count` bytes between two files; how many were there to copy.
  answer<std::uint64_t> copy(const shared_file& from, std::uint64_t from_offset, const shared_file& to,
                             std::uint64_t to_offset, std::uint64_t count);
  /// Reads up to `into.size()` bytes; 0 at the end of the file.
  answer<std::size_t> read(const shared_file& file, std::uint64_t offset, std::span<char> into);
  /// The file's bytes survive a power cut then.
  answer<void> sync(const shared_file& file);
  /// Gives the file another name in its folder, which survives a power cut then.
  answer<void> rename(const std::filesystem::path& from, const std::filesystem::path& to);
  /// It is no error if there is no such file.
  answer<void> remove(const std::filesystem::path& path);
  /// The same, and nobody waits for it.
  void remove_later(std::filesystem::path path);

private:
  template <class Work>
  auto run_in(boost::asio::thread_pool& pool, Work work) -> boost::asio::awaitable<std::invoke_result_t<Work&>> {
    using signature = void(std::invoke_result_t<Work&>);
    // Named, as every object with a destructor that a co_await needs here: g++ 12 destroys such temporaries twice.
    auto initiate = [&pool, work = std::move(work)](auto handler) mutable {
      auto back = boost::asio::make_work_guard(boost::asio::get_associated_executor(handler));
      boost::asio::post(pool, [work = std::move(work), handler = std::move(handler), back = std::move(back)]() mutable {
        // The guard goes along: once the loop has run `finish`, nothing of it may be left on this
        // thread.
        const auto executor = back.get_executor();
        auto finish = [out = work(), handler = std::move(handler), back = std::move(back)]() mutable {
          std::move(handler)(std::move(out));
        };
        boost::asio::post(executor, std::move(finish));
      });
    };
    auto out = co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, signature>(
      std::move(initiate), boost::asio::use_awaitable);
    co_return out;
  }

  file_result<shared_file> open(const std::filesystem::path& path, int flags) const;
  file_result<sized_file> open_sized(const std::filesystem::path& path, int flags) const;

  std::size_t open_limit_;
  std::shared_ptr<file_count> open_ = std::make_shared<file_count>(0);
  boost::asio::thread_pool pool_;
  boost::asio::thread_pool changes_;
  std::atomic<bool> joined_{false};
};

} // namespace parley::net
