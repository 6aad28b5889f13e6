// What Parley stores, in words: a port a table. Actors and commands know these classes; each back end implements them.
#pragma once

#include "storage/ports/accounts.hpp"
#include "storage/ports/blocks.hpp"
#include "storage/ports/files.hpp"
#include "storage/ports/members.hpp"
#include "storage/ports/messages.hpp"
#include "storage/ports/notifications.hpp"
#include "storage/ports/playback.hpp"
#include "storage/ports/result.hpp"
#include "storage/ports/rooms.hpp"
#include "storage/ports/tasks.hpp"
#include "storage/ports/tokens.hpp"
#include "storage/ports/users.hpp"
#include "storage/ports/videos.hpp"
#include "storage/ports/webhooks.hpp"

#include <chrono>
#include <memory>
#include <type_traits>

namespace parley::storage {

/// Whether another server has all that is committed.
enum class standby : std::uint8_t {
  inapplicable, ///< the database is a file
  none,
  synchronous, ///< no commit returns before a standby has it
};

/// Questions. One object a thread; not thread-safe. Each call of a table sees one consistent snapshot.
class reader {
public:
  virtual ~reader() = default;

  virtual user_reader& users() = 0;
  virtual profile_reader& profiles() = 0;
  virtual block_reader& blocks() = 0;
  virtual token_reader& tokens() = 0;
  virtual room_reader& rooms() = 0;
  virtual member_reader& members() = 0;
  virtual notification_reader& notifications() = 0;
  virtual message_reader& messages() = 0;
  virtual read_mark_reader& read_marks() = 0;
  virtual task_reader& tasks() = 0;
  virtual video_reader& videos() = 0;
  virtual upload_reader& uploads() = 0;
  virtual file_reader& files() = 0;
  virtual webhook_reader& webhooks() = 0;

  /// Throws `storage_error` where the storage does not answer. A writer leaves something to be committed, so that the
  /// commit tells whether the disk takes it.
  virtual void ping() = 0;
  /// As it is set up; where the standby is not there, nothing is committed.
  virtual standby find_standby() { return standby::inapplicable; }
};

/// How far `writer::erase` came.
enum class erasure : std::uint8_t {
  done,
  unfinished, ///< a part is done: call again, soon
  hindered,   ///< somebody reads what was there before: try again
};

/// Changes, and questions that see them. One object a process, on one thread. Every change of a table must be inside
/// `begin` … `commit`.
class writer : public reader {
public:
  user_writer& users() override = 0;
  block_writer& blocks() override = 0;
  token_writer& tokens() override = 0;
  room_writer& rooms() override = 0;
  member_writer& members() override = 0;
  notification_writer& notifications() override = 0;
  message_writer& messages() override = 0;
  read_mark_writer& read_marks() override = 0;
  task_writer& tasks() override = 0;
  video_writer& videos() override = 0;
  upload_writer& uploads() override = 0;
  file_writer& files() override = 0;
  webhook_writer& webhooks() override = 0;
  virtual playback_writer& playback() = 0;
  virtual account_writer& accounts() = 0;

  virtual void begin() = 0;
  /// When it returns, all since `begin` survives a crash (with `durability = full`).
  virtual void commit() = 0;
  virtual void rollback() noexcept = 0;
  /// `begin`, `messages().append`, `commit`, in as few steps as the database can. Where it throws, nothing is stored.
  virtual std::vector<result<appended>> store(std::span<const message_draft> drafts);

  /// Runs `step` inside a savepoint: where it throws, its own changes alone are undone and the exception goes on.
  template <class Step>
  auto guarded(Step&& step);

  // -- what is gone --
  /// True where the database's files may still hold what transactions removed or replaced and nobody is to read again.
  virtual bool owes_erasure() const = 0;
  /// Takes it out of them: after `done`, until something else is removed, no byte of it is left. Not inside a
  /// transaction. Waits for readers at most `patience`, and nobody can write meanwhile.
  virtual erasure erase(std::chrono::milliseconds patience) = 0;
  /// Brings all that is committed into the database's one file. Not inside a transaction. False where somebody who
  /// reads keeps it from that for `patience`.
  virtual bool gather(std::chrono::milliseconds patience) = 0;

protected:
  virtual void savepoint() = 0;
  virtual void release_savepoint() = 0;
  virtual void rollback_to_savepoint() = 0;
};

template <class Step>
auto writer::guarded(Step&& step) {
  savepoint();
  try {
    if constexpr (std::is_void_v<decltype(step())>) {
      step();
      release_savepoint();
    } else {
      auto out = step();
      release_savepoint();
      return out;
    }
  } catch (...) {
    rollback_to_savepoint();
    throw;
  }
}

inline std::vector<result<appended>> writer::store(std::span<const message_draft> drafts) {
  begin();
  auto out = messages().append(drafts);
  commit();
  return out;
}

struct migration_status {
  int version = 0;
  std::string name;
  std::string checksum; ///< SHA-256 of the SQL, hexadecimal
  std::optional<timestamp> applied_at;
};

enum class durability : std::uint8_t { full, normal };

/// A server's place on its database, from which it writes for as long as the object lives.
class lease {
public:
  virtual ~lease() = default;

  /// Another server has taken the place: nothing of this one can be committed any more. Safe from any thread.
  virtual bool is_fenced() const = 0;
  /// The database has been silent for so long, or this process was not run for so long, that another server may have
  /// the place: until the database says otherwise, nothing is to be told that no commit stands behind. True also where
  /// the place is lost. Safe from any thread.
  virtual bool is_suspended() const = 0;
  /// What the last sign of life took that the database answered. Safe from any thread.
  virtual std::chrono::nanoseconds beat_time() const = 0;
};

/// One database. `open_reader` and `open_writer` may be called on the thread that will use the object.
class database {
public:
  virtual ~database() = default;

  /// Brings the schema up under a lock that other processes respect. Throws `storage_error` where an applied
  /// migration's checksum differs, or the database is newer than this program.
  virtual void migrate(timestamp now) = 0;
  virtual std::vector<migration_status> migrations() = 0;
  /// Takes the place of the one server of this database, whose writers and readers are opened afterwards. Throws
  /// `storage_error` where another one is alive. `lost` is called once, on another thread, when this one has lost the
  /// place. Null where the database knows no places: then a lock on its file keeps others out.
  virtual std::unique_ptr<lease> join(std::function<void()> lost) = 0;
  virtual std::unique_ptr<reader> open_reader() = 0;
  virtual std::unique_ptr<writer> open_writer() = 0;
};

/// `sqlite:///relative`, `sqlite:////absolute`; throws `storage_error` on a URL that no back end takes. Without a seal,
/// a message that was edited or deleted is the first of any draft of its author with its client_msg_id.
std::unique_ptr<database> open_database(std::string_view url, durability how, content_seal seal = nullptr);

} // namespace parley::storage
