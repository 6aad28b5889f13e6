#include "net/listening.hpp"

#include <boost/asio/detail/socket_option.hpp>
#include <boost/asio/ip/v6_only.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netdb.h>
#include <stdexcept>
#include <string_view>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace parley::net {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

using tcp = asio::ip::tcp;
using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
using loops_view = std::span<asio::io_context* const>;

/// How often a port that is free in one place is tried in the others.
constexpr int free_port_attempts = 32;

constexpr std::uint16_t first_unprivileged_port = 1024;

std::string reason(int error) {
  return std::generic_category().message(error);
}

[[noreturn]] void refuse(const std::string& where, const std::string& why) {
  throw std::runtime_error("cannot listen on " + where + ": " + why);
}

/// As in a URL, where a zone begins with `%25` (RFC 6874 §2).
std::string name_of(const tcp::endpoint& where) {
  auto text = where.address().to_string();
  if (const auto zone = text.find('%'); zone != std::string::npos)
    text.insert(zone + 1, "25");
  return (where.address().is_v6() ? '[' + text + ']' : text) + ':' + std::to_string(where.port());
}

// -- TCP ---------------------------------------------------------------------------------------

struct wanted {
  tcp::endpoint where;
  bool may_be_absent;
};

bool is_absent(const boost::system::error_code& fault) {
  return fault == asio::error::address_family_not_supported || fault == boost::system::errc::address_not_available;
}

/// What is wrong, and how to mend it.
std::string explain(const boost::system::error_code& fault, const tcp::endpoint& where) {
  const auto port = std::to_string(where.port());
  if (fault == asio::error::address_in_use)
    return "the address is in use by another program (ss -ltnp 'sport = :" + port +
           "' names it); stop that, or choose another --port (0 takes a free one)";
  if (fault == asio::error::access_denied && where.port() < first_unprivileged_port)
    return "ports below " + std::to_string(first_unprivileged_port) +
           " need a permission; choose another --port, put a proxy in front, or have systemd pass the socket "
           "(docs/operations.md)";
  if (fault == asio::error::address_family_not_supported)
    return "this machine has no " + std::string(where.address().is_v6() ? "IPv6" : "IPv4") +
           "; choose another --host, such as 127.0.0.1";
  if (is_absent(fault))
    return "no interface of this machine has that address (ip address lists those that it has); choose one of them as "
           "--host, or 0.0.0.0 for all";
  return fault.message();
}

/// All addresses of an address or a name.
void look_up(const listen_place& place, std::uint16_t port, std::vector<wanted>& out) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const auto fault = ::getaddrinfo(place.text.c_str(), nullptr, &hints, &found);
  if (fault != 0)
    refuse(place.text, std::string(fault == EAI_NONAME ? "there is no such host name" : ::gai_strerror(fault)) +
                         "; give --host an address of this machine, such as 127.0.0.1");
  for (const auto* x = found; x != nullptr; x = x->ai_next) {
    tcp::endpoint where;
    if (x->ai_addrlen > where.capacity())
      continue;
    std::memcpy(where.data(), x->ai_addr, x->ai_addrlen);
    where.port(port);
    const bool known = std::ranges::any_of(out, [&](const auto& y) { return y.where == where; });
    if (!known)
      out.push_back({where, place.may_be_absent});
  }
  ::freeaddrinfo(found);
}

/// Without `shares` it fails where anybody listens there, ourselves among them.
stream::acceptor open_tcp(asio::io_context& loop, const tcp::endpoint& where, bool only_v6, bool shares,
                          boost::system::error_code& fault) {
  stream::acceptor out(loop);
  out.open(where.protocol(), fault);
  if (!fault)
    out.set_option(stream::acceptor::reuse_address(true), fault);
  if (!fault && where.address().is_v6())
    out.set_option(asio::ip::v6_only(only_v6), fault);
  if (!fault && shares)
    out.set_option(reuse_port(true), fault);
  if (!fault)
    out.bind(where, fault);
  if (!fault)
    out.listen(asio::socket_base::max_listen_connections, fault);
  if (!fault)
    out.non_blocking(true, fault);
  return out;
}

/// One socket a thread on `where`, whose port becomes known where it was 0.
std::vector<stream::acceptor> open_everywhere(tcp::endpoint& where, bool only_v6, loops_view loops,
                                              boost::system::error_code& fault) {
  std::vector<stream::acceptor> out;
  // Without SO_REUSEPORT first: ours share the address with each other, not with another process.
  if (where.port() != 0)
    open_tcp(*loops.front(), where, only_v6, false, fault);
  for (auto* loop : loops) {
    if (fault)
      break;
    out.push_back(open_tcp(*loop, where, only_v6, true, fault));
    if (!fault)
      where = out.back().local_endpoint(fault);
  }
  return out;
}

/// False if a port that was free in one place is taken in another, and a new one is worth a try.
bool try_tcp(const std::vector<wanted>& places, loops_view loops, bool may_try_again, open_listeners& out) {
  // `::` takes IPv4 as well, unless that is listened to by itself.
  const bool only_v6 = std::ranges::any_of(places, [](const auto& x) { return x.where.address().is_v4(); });
  std::uint16_t port = places.front().where.port();
  boost::system::error_code last;
  for (auto [where, may_be_absent] : places) {
    boost::system::error_code fault;
    const bool settled = port != where.port();
    where.port(port);
    auto opened = open_everywhere(where, only_v6, loops, fault);
    if (fault == asio::error::address_in_use && settled && may_try_again)
      return false;
    if (fault && !(may_be_absent && is_absent(fault)))
      refuse(name_of(where), explain(fault, where));
    last = fault;
    if (fault)
      continue;
    port = where.port();
    for (std::size_t i = 0; i < loops.size(); ++i)
      out.own[i].push_back(std::move(opened[i]));
    out.places.push_back({name_of(where), port});
  }
  if (out.places.empty())
    refuse(name_of(places.front().where), explain(last, places.front().where));
  return true;
}

void open_tcp_places(const std::vector<wanted>& places, loops_view loops, open_listeners& out) {
  for (int attempt = 1; !places.empty(); ++attempt) {
    open_listeners tried{.own = {}, .shared = {}, .places = {}, .files = {}};
    tried.own.resize(loops.size());
    if (!try_tcp(places, loops, attempt < free_port_attempts, tried))
      continue;
    out = std::move(tried);
    return;
  }
}

// -- Unix sockets --------------------------------------------------------------------------------

sockaddr_un unix_address(const std::string& path) {
  sockaddr_un out{};
  out.sun_family = AF_UNIX;
  path.copy(out.sun_path, sizeof out.sun_path - 1);
  return out;
}

/// Owns a descriptor until it is given to Asio.
class raw_socket {
public:
  explicit raw_socket(int descriptor) : descriptor_(descriptor) {}
  raw_socket(const raw_socket&) = delete;
  raw_socket& operator=(const raw_socket&) = delete;
  ~raw_socket() {
    if (descriptor_ >= 0)
      ::close(descriptor_);
  }

  int get() const { return descriptor_; }
  int release() { return std::exchange(descriptor_, -1); }

private:
  int descriptor_;
};

/// Removes the file of a socket that nobody listens behind. Anything else stays, and is the end of this start.
void remove_stale(const std::string& path, const std::string& name) {
  struct stat about {};
  if (::lstat(path.c_str(), &about) != 0)
    return; // bind says what is wrong
  if (!S_ISSOCK(about.st_mode))
    refuse(name, "there is a file of that name that is no socket; move it away, or choose another path");
  const raw_socket probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto address = unix_address(path);
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 || errno == EAGAIN)
    refuse(name, "another program listens there (ss -lxp names it); stop that, or choose another path");
  if (errno != ECONNREFUSED)
    refuse(name, "the socket that is there cannot be tried: " + reason(errno) + "; remove it, or choose another path");
  ::unlink(path.c_str());
}

std::string explain_unix(int error, const fs::path& path) {
  const auto folder = path.has_parent_path() ? path.parent_path().string() : std::string(".");
  if (error == ENOENT)
    return "there is no folder " + folder + "; make it, or choose another path";
  if (error == EACCES || error == EPERM || error == EROFS)
    return "this user may not write to " + folder + " (" + reason(error) + "); choose another path";
  return reason(error);
}

void open_unix_place(const std::string& path, mode_t mode, asio::io_context& loop, open_listeners& out) {
  const auto name = "unix:" + path;
  const auto parent = fs::path(path).parent_path();
  // Two servers that start at once must not both find a stale file, and one of them remove the other's new one.
  const raw_socket folder(::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() >= 0)
    ::flock(folder.get(), LOCK_EX);
  remove_stale(path, name);
  raw_socket made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto address = unix_address(path);
  if (::bind(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    refuse(name, explain_unix(errno, path));
  out.files.emplace_back(path);
  if (::chmod(path.c_str(), mode) != 0 || ::listen(made.get(), asio::socket_base::max_listen_connections) != 0)
    refuse(name, reason(errno));
  stream::acceptor acceptor(loop);
  acceptor.assign(tcp::v4(), made.get()); // Asio needs a protocol for addresses only, of which none is asked for
  made.release();
  acceptor.non_blocking(true);
  out.shared.push_back(std::move(acceptor));
  out.places.push_back({name, 0});
}

// -- sockets of whoever started us -----------------------------------------------------------------

int option_of(int descriptor, int option) {
  int out = -1;
  socklen_t size = sizeof out;
  return ::getsockopt(descriptor, SOL_SOCKET, option, &out, &size) == 0 ? out : -1;
}

bound_place place_of(const sockaddr_storage& address, socklen_t size) {
  if (address.ss_family == AF_UNIX) {
    const auto* bytes = reinterpret_cast<const char*>(&address);
    std::string path(bytes + offsetof(sockaddr_un, sun_path), size - offsetof(sockaddr_un, sun_path));
    if (path.starts_with('\0'))
      path.front() = '@'; // of the abstract namespace
    return {"unix:" + path.substr(0, path.find('\0')), 0};
  }
  tcp::endpoint where;
  std::memcpy(where.data(), &address, std::min<std::size_t>(size, where.capacity()));
  return {name_of(where), where.port()};
}

void take_over(int descriptor, asio::io_context& loop, open_listeners& out) {
  const auto name = "descriptor " + std::to_string(descriptor) + " of LISTEN_FDS";
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    refuse(name, "it is no socket (" + reason(errno) + ")");
  const bool known = address.ss_family == AF_INET || address.ss_family == AF_INET6 || address.ss_family == AF_UNIX;
  if (!known || option_of(descriptor, SO_TYPE) != SOCK_STREAM || option_of(descriptor, SO_ACCEPTCONN) != 1)
    refuse(name, "it is no listening stream socket; the unit needs ListenStream= and Accept=no");
  ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  stream::acceptor acceptor(loop);
  acceptor.assign(address.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), descriptor);
  acceptor.non_blocking(true);
  out.shared.push_back(std::move(acceptor));
  out.places.push_back(place_of(address, size));
}

} // namespace

// -- socket_file -----------------------------------------------------------------------------------

socket_file::socket_file(fs::path path) : path_(std::move(path)) {
  struct stat about {};
  if (::lstat(path_.c_str(), &about) == 0) {
    device_ = about.st_dev;
    number_ = about.st_ino;
  }
}

socket_file::socket_file(socket_file&& other) noexcept
  : path_(std::exchange(other.path_, {})), device_(other.device_), number_(other.number_) {}

socket_file::~socket_file() {
  struct stat about {};
  if (!path_.empty() && ::lstat(path_.c_str(), &about) == 0 && about.st_dev == device_ && about.st_ino == number_)
    ::unlink(path_.c_str());
}

open_listeners listen_on(const listen_wish& wish, loops_view loops) {
  open_listeners out{.own = {}, .shared = {}, .places = {}, .files = {}};
  out.own.resize(loops.size());
  const auto next_loop = [&]() -> asio::io_context& { return *loops[out.shared.size() % loops.size()]; };
  if (!wish.passed.empty()) {
    for (const int descriptor : wish.passed)
      take_over(descriptor, next_loop(), out);
    return out;
  }
  std::vector<wanted> addresses;
  for (const auto& place : wish.places)
    if (place.what == listen_place::form::tcp)
      look_up(place, wish.port, addresses);
  open_tcp_places(addresses, loops, out);
  std::vector<std::string> paths;
  for (const auto& place : wish.places) {
    if (place.what != listen_place::form::unix_path || std::ranges::find(paths, place.text) != paths.end())
      continue;
    paths.push_back(place.text);
    open_unix_place(place.text, wish.unix_mode, next_loop(), out);
  }
  return out;
}

} // namespace parley::net
