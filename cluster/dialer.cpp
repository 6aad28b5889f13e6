#include "cluster/dialer.hpp"

#include "cluster/network.hpp"
#include "protocol/descriptor.hpp"

#include <caf/io/middleman.hpp>
#include <caf/openssl/remote_actor.hpp>
#include <spdlog/spdlog.h>

#include <cerrno>
#include <memory>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

namespace parley::cluster {

namespace {

bool accepts(const addrinfo& where, std::chrono::milliseconds limit) {
  const descriptor made(::socket(where.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!made)
    return false;
  if (::connect(made.get(), where.ai_addr, where.ai_addrlen) == 0)
    return true;
  if (errno != EINPROGRESS)
    return false;
  pollfd waiting{made.get(), POLLOUT, 0};
  if (::poll(&waiting, 1, static_cast<int>(limit.count())) != 1)
    return false;
  int fault = 0;
  socklen_t size = sizeof(fault);
  return ::getsockopt(made.get(), SOL_SOCKET, SO_ERROR, &fault, &size) == 0 && fault == 0;
}

} // namespace

bool answers_at(const std::string& host, std::uint16_t port, std::chrono::milliseconds limit) {
  addrinfo wish{};
  wish.ai_socktype = SOCK_STREAM;
  addrinfo* raw = nullptr;
  if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wish, &raw) != 0)
    return false;
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> found(raw, ::freeaddrinfo);
  for (const auto* x = found.get(); x != nullptr; x = x->ai_next)
    if (accepts(*x, limit))
      return true;
  return false;
}

dialer::behavior_type dialer::make_behavior() {
  return {
    [this](const dial& x) -> caf::result<dialled> {
      const auto where = split_address(x.address);
      // An attempt blocks all of CAF's network: it is made where somebody answers.
      if (!where || !answers_at(where->first, where->second, probe_limit))
        return caf::make_error(caf::sec::cannot_connect_to_node);
      auto door = tls_ ? caf::openssl::remote_actor<peer_actor>(system(), where->first, where->second)
                       : system().middleman().remote_actor<peer_actor>(where->first, where->second);
      if (!door) {
        spdlog::warn("cluster: no link with {}: {}", x.address, caf::to_string(door.error()));
        return door.error();
      }
      return dialled{caf::actor_cast<caf::strong_actor_ptr>(*door)};
    },
  };
}

} // namespace parley::cluster
