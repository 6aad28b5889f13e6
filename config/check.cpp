#include "config/check.hpp"

#include "config/host_port.hpp"
#include "config/key_place.hpp"
#include "protocol/public_place.hpp"

#include <algorithm>

namespace parley::config {

namespace {

/// What may do for trying out, but not where strangers come.
std::optional<violation> check_production(const settings& s) {
  constexpr auto in_production = " in production (server.environment)";
  if (s.auth.secret.empty())
    return violation{"auth.secret", std::string("must be set") + in_production, "text of 32 bytes or more"};
  if (s.auth.secret.size() < secret_bytes_min)
    return violation{"auth.secret", std::to_string(s.auth.secret.size()) + " bytes are too short" + in_production,
                     "text of 32 bytes or more"};
  if (s.limits.texts.password_min_bytes < 8)
    return violation{"limits.password_min_bytes",
                     std::to_string(s.limits.texts.password_min_bytes) + " is too low" + in_production,
                     "integer 8 to 72"};
  if (s.auth.bcrypt_cost < 10)
    return violation{"auth.bcrypt_cost", std::to_string(s.auth.bcrypt_cost) + " is too low" + in_production,
                     "integer 10 to 15"};
  if (std::find(s.http.origins.begin(), s.http.origins.end(), "*") != s.http.origins.end())
    return violation{"http.origins", std::string("\"*\" is refused") + in_production, "a list of origins by name"};
  return std::nullopt;
}

/// What several nodes must have in common, and what their links need.
std::optional<violation> check_cluster(const settings& s) {
  constexpr auto in_cluster = " where cluster.enabled is";
  if (!s.storage.url.starts_with("postgres"))
    return violation{"storage.url", std::string("must name a PostgreSQL") + in_cluster, "postgresql://…"};
  if (s.auth.secret.empty())
    return violation{"auth.secret", std::string("must be set") + in_cluster, "the same text on every node"};
  if (s.files.dir.empty())
    return violation{"files.dir", std::string("must be set") + in_cluster, "one folder that all nodes share"};
  const auto& c = s.cluster;
  if (c.certificate.empty() != c.key.empty() || c.certificate.empty() != c.ca.empty())
    return violation{c.certificate.empty() ? "cluster.certificate"
                     : c.key.empty()       ? "cluster.key"
                                           : "cluster.ca",
                     "must be set where another of cluster.certificate, .key and .ca is",
                     "PEM files; all three or none"};
  const auto listen = parse_host_port(c.listen);
  const auto advertise = parse_host_port(c.advertise.empty() ? c.listen : c.advertise);
  if (c.certificate.empty() && (!listen || !listen->is_loopback() || !advertise || !advertise->is_loopback()))
    return violation{"cluster.certificate", "must be set where nodes are reached beyond loopback",
                     "PEM files in cluster.certificate, .key and .ca"};
  if (!c.advertise.empty() && advertise && advertise->port == 0)
    return violation{"cluster.advertise", "names no port", "HOST:PORT, as other nodes reach this one"};
  if (listen && c.advertise.empty() && (listen->host == "0.0.0.0" || listen->host == "::"))
    return violation{"cluster.advertise", "must be set where cluster.listen is no address of one machine",
                     "HOST:PORT, as other nodes reach this one"};
  return std::nullopt;
}

/// Keys alone would let in whoever has a token of the provider for anything.
std::optional<violation> check_provider(const auth_settings& s) {
  constexpr auto with_keys = "must be set where auth.jwks is";
  if (s.jwks.empty())
    return s.provision ? std::optional(violation{"auth.jwks", "must be set where auth.provision is", key_place_forms})
                       : std::nullopt;
  if (s.issuer.empty())
    return violation{"auth.issuer", with_keys, "iss of the provider's tokens, as https://id.example.org/realms/chat"};
  if (s.audience.empty())
    return violation{"auth.audience", with_keys, "aud of the provider's tokens for this server"};
  return std::nullopt;
}

} // namespace

std::optional<violation> check(const settings& s) {
  // Serving plain text to somebody who asked for TLS would be worse than not serving.
  if (s.tls.certificate.empty() && !s.tls.key.empty())
    return violation{"tls.certificate", "must be set where tls.key is", "a PEM file; both keys or none"};
  if (s.tls.key.empty() && !s.tls.certificate.empty())
    return violation{"tls.key", "must be set where tls.certificate is", "a PEM file; both keys or none"};
  if (!find_public_place(s.http.public_url, s.http.base_path))
    return violation{"http.base_path", "differs from the path of http.public_url",
                     "the same path, or one of both without"};
  if (s.tls.key.size() != s.tls.certificate.size())
    return violation{"tls.key",
                     std::to_string(s.tls.key.size()) + " for " + std::to_string(s.tls.certificate.size()) +
                       " certificates",
                     "one for each of tls.certificate, in the same order"};
  if (s.cluster.enabled)
    if (auto broken = check_cluster(s))
      return broken;
  if (auto broken = check_provider(s.auth))
    return broken;
  if (!s.webhooks.url.empty() && s.webhooks.secret.empty())
    return violation{"webhooks.secret", "must be set where webhooks.url is",
                     "whsec_ and 24 to 64 bytes in Base64, as: echo whsec_$(openssl rand -base64 32)"};
  const auto& texts = s.limits.texts;
  if (texts.username_min > texts.username_max)
    return violation{"limits.username_min", std::to_string(texts.username_min) + " is more than limits.username_max",
                     "at most limits.username_max"};
  if (texts.password_min_bytes > texts.password_max_bytes)
    return violation{"limits.password_min_bytes",
                     std::to_string(texts.password_min_bytes) + " is more than limits.password_max_bytes",
                     "at most limits.password_max_bytes"};
  if (s.server.environment == environment_name::production)
    return check_production(s);
  return std::nullopt;
}

} // namespace parley::config
