#include "app/node.hpp"

#include "actors/db_reader.hpp"
#include "actors/db_writer.hpp"
#include "actors/directory.hpp"
#include "actors/hasher.hpp"
#include "actors/live_room.hpp"
#include "actors/messages.hpp"
#include "actors/placement.hpp"
#include "actors/task_board.hpp"
#include "actors/write_gate.hpp"
#include "app/access_lines.hpp"
#include "app/cluster_setup.hpp"
#include "app/database.hpp"
#include "app/version.hpp"
#include "app/webhook_setup.hpp"
#include "auth/keyed_hash.hpp"
#include "auth/signed_url.hpp"
#include "net/http/files_access.hpp"
#include "net/http/videos_access.hpp"
#include "protocol/public_place.hpp"

#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <sys/resource.h>
#include <thread>
#include <utility>

namespace parley::app {

namespace {

/// Descriptors that are there whatever is configured: standard streams, the lock, CAF's own, what libraries open.
constexpr std::int64_t other_descriptors = 48 + webhook_courier::lanes_max;

/// What one connection to the database has open: its file, the log and index beside it, a journal, a sort's file.
constexpr std::int64_t descriptors_a_store = 6;

/// What one I/O thread has open: its event queue, timer and wake-up, the spare one.
constexpr std::int64_t descriptors_a_thread = 5;

/// Listeners of one I/O thread for one name of `server.host`: in both families.
constexpr std::int64_t listeners_a_host = 2;

/// Files that requests have open at a time: a share of the descriptors, within these bounds.
constexpr std::int64_t file_share = 8;
constexpr std::int64_t files_min = 8;
constexpr std::int64_t files_max = 8192;

/// bcrypt runs on this many threads beside the I/O threads.
constexpr int hashers = 2;

caf::actor_system_config& prepared(caf::actor_system_config& cfg, const config::settings& s) {
  add_messages(cfg);
  if (s.cluster.enabled)
    cluster::prepare_network(cfg, network_options_of(s));
  // Only CAF's own helpers run on its scheduler; ours are pinned or have threads of their own.
  cfg.set("scheduler.policy", caf::atom("sharing"));
  cfg.set("scheduler.max-threads", 1);
  return cfg;
}

/// Raises the soft limit of open files to the hard one and returns it.
std::int64_t open_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return 1024;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<std::int64_t>(std::min<rlim_t>(limit.rlim_cur, 10'000'000));
}

std::uint32_t thread_count(const config::settings& s) {
  // The database writer is a thread of its own and as busy as any of them.
  return s.server.threads > 0 ? s.server.threads : std::max(2U, std::thread::hardware_concurrency()) - 1;
}

/// Divides the open files of the process among sockets, files and the rest: none of them can take what another needs.
void share_descriptors(net::worker_options& out, const config::settings& s) {
  const auto fixed = other_descriptors + net::worker::turned_away_at_once +
                     descriptors_a_store * (static_cast<std::int64_t>(s.storage.readers) + 2) +
                     (descriptors_a_thread + listeners_a_host * static_cast<std::int64_t>(s.server.host.size())) *
                       static_cast<std::int64_t>(thread_count(s));
  const auto shared = open_file_limit() - fixed;
  const auto files = std::clamp(shared / file_share, files_min, files_max);
  const auto allowed = std::max<std::int64_t>(1, shared - files);
  const auto wanted = static_cast<std::int64_t>(s.server.max_connections);
  out.max_files = static_cast<std::size_t>(files);
  out.max_connections = wanted > 0 ? std::min(wanted, allowed) : allowed;
}

foreign_trust trust_of(const config::auth_settings& s, std::shared_ptr<auth::key_source> keys) {
  return {.source = std::move(keys), .rules = {.issuer = s.issuer, .audience = s.audience}, .provision = s.provision};
}

net::worker_options options_of(const config::settings& s, const std::string& secret, node_orders orders,
                               std::function<bool()> suspended, foreign_trust trust) {
  net::worker_options out;
  out.trust = std::move(trust);
  if (s.cluster.enabled)
    out.http.node_id = node_name(s);
  out.http.head_bytes = s.http.head_bytes;
  out.http.first_byte = std::chrono::seconds(s.http.first_byte_seconds);
  out.http.head = std::chrono::seconds(s.http.head_seconds);
  out.http.body_pause = std::chrono::seconds(s.http.body_pause_seconds);
  out.http.idle = std::chrono::seconds(s.http.keep_alive_seconds);
  out.http.body_bytes = s.limits.body_bytes;
  out.http.video_bytes = s.limits.video_bytes;
  out.http.videos_dir = config::files_folder(s) / "videos";
  out.http.file_bytes = s.limits.file_bytes;
  out.http.files_dir = config::files_folder(s) / "files";
  out.http.avatar_bytes = s.limits.avatar_bytes;
  // Base64 is a third longer than what it carries; the rest of the profile needs little.
  out.http.profile_body_bytes = std::max(s.limits.profile_body_bytes, s.limits.avatar_bytes * 3 / 2);
  out.http.texts = out.sessions.texts = s.limits.texts;
  out.http.avatars_dir = config::files_folder(s) / "avatars";
  out.http.media_hosts = s.http.media_hosts;
  out.http.origins = s.http.origins;
  out.http.proxies = ip_list(s.http.trusted_proxies);
  out.http.proxy_protocol = s.server.proxy_protocol;
  out.http.fallback = s.server.locale;
  out.http.secret = secret;
  out.http.compression = s.websocket.compression;
  out.http.access_lifetime = std::chrono::minutes(s.auth.access_minutes);
  out.http.refresh_lifetime = std::chrono::hours(24) * s.auth.refresh_days;
  out.http.rates.on = s.limits.rate_limiting;
  out.http.rates.logins_per_minute = s.limits.logins_per_minute;
  out.http.rates.registrations_per_minute = s.limits.registrations_per_minute;
  out.http.rates.messages_per_second = s.limits.messages_per_second;
  out.http.rates.joins_per_second = s.limits.joins_per_second;
  out.http.rates.frames_per_second = s.limits.frames_per_second;
  out.http.version = version;

  out.websocket.message_bytes = s.websocket.message_bytes;
  out.websocket.outbox_bytes = s.websocket.outbox_bytes;
  out.websocket.compress_min_bytes = s.websocket.compress_min_bytes;
  out.websocket.hold = std::chrono::milliseconds(s.websocket.hold_ms);
  out.websocket.heartbeat = std::chrono::milliseconds(s.websocket.heartbeat_ms);

  out.access = access_lines(s.log);
  out.drain = std::move(orders.drain);
  out.suspended = std::move(suspended);

  for (std::size_t i = 0; i < s.tls.certificate.size(); ++i)
    out.tls.push_back({s.tls.certificate[i], s.tls.key[i]});

  out.sessions.heartbeat = out.websocket.heartbeat;
  out.sessions.auth_timeout = std::chrono::seconds(s.websocket.auth_seconds);

  share_descriptors(out, s);
  return out;
}

/// Makes the folder of uploaded files, which nobody but this user may read. Throws std::filesystem::filesystem_error.
void make_private_folder(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
}

/// The database with its newest schema, and the folders of files.
std::unique_ptr<storage::database> open_migrated(const config::settings& s, const std::string& secret,
                                                 const time_source& now) {
  auto out = open(s, auth::content_seal(secret));
  for (const auto* name : {"videos", "avatars", "files"})
    make_private_folder(config::files_folder(s) / name);
  out->migrate(now());
  return out;
}

std::unique_ptr<storage::lease> join(storage::database& database, const config::settings& s, const std::string& secret,
                                     std::function<void()> end) {
  auto lost = [end = std::move(end)] {
    spdlog::critical("another server has taken this one's place on the database");
    end();
  };
  if (const auto wish = node_wish_of(s, secret))
    return storage::join_nodes(database, *wish, std::move(lost));
  return database.join(std::move(lost));
}

/// Addresses of videos for players: good for as long as those over HTTP at least. For an hour each video keeps one, so
/// that a player that is told of it again need not open it anew.
std::function<std::string(video_id)> video_signer(const std::string& secret, time_source now) {
  return [signer = auth::path_signer(secret), now = std::move(now)](video_id id) {
    return give_out(
      signer.sign(net::content_path(id), std::chrono::ceil<std::chrono::hours>(now()) + net::link_lifetime));
  };
}

} // namespace

node::node(const config::settings& s, const std::string& secret, time_source now, node_orders orders,
           std::shared_ptr<auth::key_source> keys)
  : settings_(s), system_(prepared(system_config_, s)),
    options_(options_of(
      s, secret, std::move(orders), [this] { return is_suspended(); }, trust_of(s.auth, std::move(keys)))),
    server_(system_, thread_count(s), options_, now) {
  auto database = open_migrated(s, secret, now);
  lease_ = join(*database, s, secret, options_.drain);
  auto table = s.cluster.enabled ? storage::open_node_table(*database) : nullptr;
  auto store = database->open_writer();
  set_up_webhooks(*store, settings_.webhooks, now, [this] {
    const std::lock_guard hold(courier_lock_);
    if (woken_ != nullptr)
      woken_->wake();
  });
  const auto self = table ? table->self().id : 0;
  if (table) {
    slot_ = table->self().slot;
    table->forget_dead_homes(true);
  } else {
    store->begin();
    vacate_rooms(*store);
    store->commit();
  }
  revoked_ = store->tokens().find_revocations(now());

  actors_.hubs = server_.hubs();
  writer_ = system_.spawn<db_writer, caf::detached>(std::move(store));
  actors_.writer = spawn_pinned<write_gate>(system_, server_.place(0), writer_, now, options_.suspended);
  for (unsigned i = 0; i < settings_.storage.readers; ++i)
    actors_.readers.push_back(system_.spawn<db_reader, caf::detached>(database->open_reader()));
  for (int i = 0; i < hashers; ++i)
    actors_.hashers.push_back(system_.spawn<hasher, caf::detached>(settings_.auth.bcrypt_cost));

  auto rooms = std::make_shared<room_environment>();
  auto start_room = [this, rooms](storage::room_state state) {
    auto where = server_.place(std::hash<room_id>{}(state.value.id));
    return room_actor{spawn_pinned<live_room>(system_, where, rooms, std::move(state))};
  };
  // What it tells it tells behind its answers to whoever finds rooms by it.
  const auto retired = [this](room_id id) {
    if (others_)
      caf::anon_send(others_->placement(), cluster::room_idle{id});
  };
  actors_.placement = spawn_pinned<placement>(system_, server_.place(0), actors_.readers, start_room, now, retired);
  actors_.directory = spawn_pinned<directory>(system_, server_.place(0), actors_.hubs, now);
  actors_.tasks = spawn_pinned<task_board>(system_, server_.place(0), actors_.writer, actors_.readers, now);
  if (table)
    join_others(std::move(table), now);
  make_courier_ = [this, now, self, base = std::shared_ptr<storage::database>(std::move(database))] {
    return std::make_unique<webhook_courier>(
      system_, actors_.writer, base->open_reader(), now,
      courier_options_of(settings_.webhooks, self, [this] { return is_suspended(); }), server_.webhooks());
  };
  *rooms = {actors_.placement,
            actors_.directory,
            actors_.writer,
            actors_.readers,
            {now, std::chrono::milliseconds(settings_.rooms.presence_grace_ms)}};
  rooms->options.suspended = options_.suspended;
  rooms->options.sign_video = video_signer(secret, now);
  rooms->options.sign_file = [signer = auth::path_signer(secret), now](attachment& shown) {
    net::sign_file(signer, std::chrono::ceil<std::chrono::hours>(now()) + net::link_lifetime, shown);
  };
  rooms->options.bury = [this](const storage::lost_files& gone) {
    net::bury_files(server_.files(), options_.http, gone);
  };
}

node::~node() {
  stop();
}

void node::join_others(std::unique_ptr<storage::node_table> table, const time_source& now) {
  cluster::member_parts parts{actors_.placement,
                              actors_.directory,
                              actors_.hubs,
                              [this](std::size_t i) { return server_.place(i); },
                              now,
                              actors_.tasks,
                              [this] { return server_.counters().websockets.load(std::memory_order_relaxed); },
                              [this] { return is_suspended(); },
                              [this] { return lease_->beat_time(); },
                              settings_.cluster.rebalance};
  others_ = std::make_unique<cluster::member>(system_, network_options_of(settings_), std::move(table),
                                              std::chrono::milliseconds(settings_.cluster.lease_ms), std::move(parts));
  local_placement_ = std::exchange(actors_.placement, others_->placement());
  local_directory_ = std::exchange(actors_.directory, others_->directory());
  local_tasks_ = std::exchange(actors_.tasks, others_->tasks());
  actors_.cluster = others_->desk();
}

std::vector<net::bound_place> node::start(const net::listen_wish& where) {
  auto out = server_.start(where, actors_, revoked_, slot_);
  if (others_)
    others_->open();
  courier_ = make_courier_(); // its changes go by the writer's gate, which lives on an I/O thread
  const std::lock_guard hold(courier_lock_);
  woken_ = courier_.get();
  return out;
}

void node::drain() {
  if (others_)
    others_->drain();
  server_.drain();
}

bool node::commit_all(std::chrono::milliseconds patience) {
  bool done = false;
  end_courier();
  caf::scoped_actor self{system_};
  if (others_) {
    others_->settle_rooms(patience);
    // What its rooms would still store, others do from now on.
    caf::anon_send_exit(local_placement_, caf::exit_reason::user_shutdown);
    self->wait_for(local_placement_);
  }
  // What its gate was given before is handed on by the time that it answers.
  self->request(actors_.writer, patience, get_writer_figures{})
    .receive([](const writer_figures&) {}, [](const caf::error&) {});
  auto last = make_write_job([alone = others_ == nullptr](storage::writer& w) {
    if (alone)
      vacate_rooms(w); // who lost its connection a moment ago may still count as present
    return true;
  });
  self
    ->request(writer_, patience, write_request{last}) // not by its gate, which would not let it wait
    .receive([&](finished) { done = true; },
             [](const caf::error& reason) { spdlog::error("the writer did not finish: {}", caf::to_string(reason)); });
  if (others_) {
    if (done)
      others_->release_rooms();
    others_->cut();
  }
  return done;
}

void node::end_courier() {
  {
    const std::lock_guard hold(courier_lock_);
    woken_ = nullptr;
  }
  courier_.reset();
}

void node::revoke(storage::revocations list) {
  caf::anon_send(others_ ? local_directory_ : actors_.directory, revoke_access{std::move(list)}); // others read it too
}

bool node::answers(std::chrono::milliseconds limit) {
  caf::scoped_actor self{system_};
  bool all = true;
  const auto silent = [&](std::string_view who) {
    return [&all, who](const caf::error&) {
      all = false;
      spdlog::error("no answer from the {}", who);
    };
  };
  // All are asked before the first is waited for: the limit is one for all.
  auto directory = self->request(actors_.directory, limit, get_users_online{});
  auto placement = self->request(actors_.placement, limit, get_rooms_active{});
  auto writer = self->request(writer_, limit, get_writer_figures{}); // itself: its gate answers whatever it does
  std::vector<decltype(self->request(actors_.hubs.front(), limit, get_hub_figures{}))> hubs;
  for (const auto& x : actors_.hubs)
    hubs.push_back(self->request(x, limit, get_hub_figures{}));
  for (auto& x : hubs)
    x.receive([](const hub_figures&) {}, silent("hub of an I/O thread"));
  directory.receive([](std::int64_t) {}, silent("directory"));
  placement.receive([](std::int64_t) {}, silent("placement of rooms"));
  writer.receive([](const writer_figures&) {}, silent("database writer"));
  return all;
}

void node::stop() {
  end_courier();
  if (others_) {
    others_->stop();
    caf::anon_send_exit(local_placement_, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(local_directory_, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(local_tasks_, caf::exit_reason::user_shutdown);
  }
  caf::anon_send_exit(actors_.placement, caf::exit_reason::user_shutdown); // takes its rooms along
  caf::anon_send_exit(actors_.directory, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(actors_.tasks, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(actors_.writer, caf::exit_reason::user_shutdown);
  server_.stop();
  // The readers close before the writer: SQLite takes the log in when the last connection closes, if that may write.
  caf::scoped_actor self{system_};
  for (const auto& x : actors_.readers) {
    caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
    self->wait_for(x);
  }
  caf::anon_send_exit(writer_, caf::exit_reason::user_shutdown);
  self->wait_for(writer_);
  for (const auto& x : actors_.hashers)
    caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
}

} // namespace parley::app
