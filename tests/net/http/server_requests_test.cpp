#include "net/http/dispatch.hpp"
#include "tests/net/http/loopback.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <stdexcept>

namespace parley::net {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

class serve : public testing::Test {
protected:
  std::string ask(std::string_view bytes) { return converse(host_, bytes); }

  loopback_host host_;
};

TEST_F(serve, answers_requests_of_one_connection_in_their_order) {
  const auto said = ask("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
                        "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"
                        "POST /token/revoke HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n???"
                        "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status_of(said, 0), 200);
  EXPECT_EQ(status_of(said, 1), 404);
  EXPECT_EQ(status_of(said, 2), 204);
  EXPECT_EQ(status_of(said, 3), 200);
  EXPECT_EQ(status_of(said, 4), 0);
}

TEST_F(serve, describes_an_error_as_a_problem_document) {
  const auto said = ask("GET /nothing HTTP/1.1\r\nHost: a\r\nAccept-Language: en\r\n\r\n");
  EXPECT_THAT(said, HasSubstr("Content-Type: application/problem+json\r\n"));
  EXPECT_THAT(said, HasSubstr(R"("code":"not_found")"));
}

TEST_F(serve, closes_where_the_client_asks_for_it) {
  raw_client client(host_);
  client.send("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
              "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto said = client.read_until("}");
  EXPECT_THAT(said, HasSubstr("Connection: close\r\n"));
  client.end();
  EXPECT_EQ(client.read_to_close(), "");
}

TEST_F(serve, closes_behind_an_answer_to_http_1_0_unless_asked_to_keep_it) {
  const auto closed = ask("GET /healthz HTTP/1.0\r\n\r\nGET /healthz HTTP/1.0\r\n\r\n");
  EXPECT_EQ(status_of(closed, 0), 200);
  EXPECT_EQ(status_of(closed, 1), 0);
  const auto kept = ask("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /healthz HTTP/1.0\r\n\r\n");
  EXPECT_THAT(kept, HasSubstr("Connection: keep-alive\r\n"));
  EXPECT_EQ(status_of(kept, 1), 200);
}

TEST_F(serve, answers_head_as_get_without_the_body) {
  const auto said = ask("HEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status_of(said), 200);
  EXPECT_THAT(said, HasSubstr("Content-Length: 15\r\n"));
  EXPECT_THAT(said, EndsWith("\r\n\r\n"));
}

TEST_F(serve, names_the_methods_of_a_path) {
  EXPECT_THAT(ask("OPTIONS /rooms/5 HTTP/1.1\r\nHost: a\r\n\r\n"),
              HasSubstr("Allow: GET, HEAD, PUT, DELETE, OPTIONS\r\n"));
  EXPECT_EQ(status_of(ask("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")), 204);
  EXPECT_EQ(status_of(ask("OPTIONS /nothing HTTP/1.1\r\nHost: a\r\n\r\n")), 404);
  const auto refused = ask("PATCH /rooms/5 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status_of(refused), 405);
  EXPECT_THAT(refused, HasSubstr("Allow: GET, HEAD, PUT, DELETE, OPTIONS\r\n"));
}

TEST_F(serve, reads_a_body_in_chunks_with_trailers) {
  const auto said = ask("POST /token/revoke HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                        "2;x=y\r\n{\"\r\n3\r\nabc\r\n0\r\nX-Last: 1\r\n\r\n"
                        "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status_of(said, 0), 204);
  EXPECT_EQ(status_of(said, 1), 200);
}

TEST_F(serve, says_100_before_it_reads_a_body_that_waits_for_it) {
  raw_client client(host_);
  client.send("POST /token/revoke HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("???");
  EXPECT_EQ(status_of(client.read_until("\r\n\r\n")), 204);
}

TEST_F(serve, closes_behind_an_error_to_a_body_that_it_did_not_ask_for) {
  raw_client client(host_);
  client.send("POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(status_of(client.read_until("\r\n\r\n")), 404);
  client.end();
  EXPECT_THAT(client.read_to_close(), Not(HasSubstr("HTTP/1.1")));
}

TEST_F(serve, refuses_an_expectation_that_it_does_not_know) {
  const auto said = ask("POST /token/revoke HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: a-miracle\r\n\r\n");
  EXPECT_EQ(status_of(said), 417);
  EXPECT_THAT(said, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(said, HasSubstr(R"("title":"Expectation Failed")"));
}

TEST_F(serve, tells_apart_a_missing_a_wrong_and_an_expired_token) {
  const auto code_for = [&](std::string_view authorization) {
    return ask("GET /users/me HTTP/1.1\r\nHost: a\r\n" + std::string(authorization) + "\r\n\r\n");
  };
  EXPECT_THAT(code_for("X-None: 1"), HasSubstr("auth_required"));
  EXPECT_THAT(code_for("Authorization: Basic abc"), HasSubstr("auth_required"));
  EXPECT_THAT(code_for("Authorization: Bearer bad"), HasSubstr("invalid_token"));
  EXPECT_THAT(code_for("Authorization: Bearer guest"), HasSubstr("invalid_token"));
  EXPECT_THAT(code_for("Authorization: Bearer old"), HasSubstr("token_expired"));
  EXPECT_THAT(code_for("Authorization: Bearer old"), HasSubstr("WWW-Authenticate: Bearer\r\n"));
}

TEST_F(serve, refuses_an_id_that_no_row_can_have) {
  const auto get = [&](std::string_view id) {
    return ask("GET /rooms/" + std::string(id) + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer good\r\n\r\n");
  };
  for (const auto* id : {"x", "1x", "1.5", "%20", "0", "-1", "99999999999999999999", "%ff"}) {
    const auto said = get(id);
    EXPECT_EQ(status_of(said), 422) << id;
    EXPECT_THAT(said, HasSubstr(R"("field":"room_id")")) << id;
  }
}

TEST_F(serve, refuses_a_query_that_is_not_text) {
  EXPECT_EQ(status_of(ask("GET /healthz?x=%zz HTTP/1.1\r\nHost: a\r\n\r\n")), 422);
}

TEST_F(serve, takes_a_whole_address_as_target) {
  EXPECT_EQ(status_of(ask("GET http://a/healthz HTTP/1.1\r\nHost: a\r\n\r\n")), 200);
}

TEST_F(serve, believes_an_absolute_target_before_the_host) {
  const auto shake = [this](std::string_view target, std::string_view host) {
    raw_client client(host_);
    client.send("GET " + std::string(target) + " HTTP/1.1\r\nHost: " + std::string(host) +
                "\r\nOrigin: http://a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    return status_of(client.read_until("\r\n\r\n"));
  };
  EXPECT_EQ(shake("/ws/test/x", "a"), 101);
  EXPECT_EQ(shake("/ws/test/x", "b"), 403);
  EXPECT_EQ(shake("http://a/ws/test/x", "b"), 101);
  EXPECT_EQ(shake("http://b/ws/test/x", "a"), 403);
}

TEST_F(serve, takes_a_later_http_1_for_its_own) {
  const auto said = ask("GET /healthz HTTP/1.2\r\nHost: a\r\n\r\nGET /healthz HTTP/1.9\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status_of(said, 0), 200);
  EXPECT_EQ(status_of(said, 1), 200) << "it is kept as one of 1.1";
  EXPECT_EQ(status_of(ask("GET /healthz HTTP/1.2\r\n\r\n")), 400) << "which has a Host";
}

TEST_F(serve, knows_no_method_that_no_path_has) {
  for (const auto* line : {"PROPFIND /healthz", "get /healthz", "BREW /nothing", "CONNECT a:443"}) {
    const auto said = ask(std::string(line) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(status_of(said), 501) << line;
    EXPECT_THAT(said, HasSubstr(R"("title":"Not Implemented")")) << line;
  }
  for (const auto* method : {"TRACE", "CONNECT"})
    EXPECT_EQ(status_of(ask(std::string(method) + " /healthz HTTP/1.1\r\nHost: a\r\n\r\n")), 405) << method;
}

TEST_F(serve, refuses_a_body_that_is_packed) {
  const auto post = [this](std::string_view coding) {
    return ask("POST /token/revoke HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Encoding: " +
               std::string(coding) + "\r\n\r\n{}GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  };
  for (const auto* coding : {"gzip", "GZIP", "br", "identity, gzip", "x"}) {
    const auto said = post(coding);
    EXPECT_EQ(status_of(said), 415) << coding;
    EXPECT_THAT(said, HasSubstr("Accept-Encoding: identity\r\n")) << coding;
    EXPECT_EQ(status_of(said, 1), 200) << "its body was read";
  }
  for (const auto* coding : {"identity", "Identity", ""})
    EXPECT_EQ(status_of(post(coding)), 204) << coding;
  EXPECT_EQ(status_of(ask("GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\n\r\n")), 200) << "no body";
}

TEST_F(serve, says_which_types_of_a_body_it_takes) {
  const auto post = [this](std::string_view path, std::string_view type, std::string_view body) {
    return ask("POST " + std::string(path) + " HTTP/1.1\r\nHost: a\r\nContent-Type: " + std::string(type) +
               "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
  };
  for (const auto& said : {post("/users/", "application/xml", "<a/>"), post("/users/", "multipart/form-data", "--b"),
                           post("/users/", "application/x-www-form-urlencoded", "username=a")}) {
    EXPECT_EQ(status_of(said), 415);
    EXPECT_THAT(said, HasSubstr("Accept: application/json\r\n"));
  }
  const auto said = post("/token", "application/xml", "<a/>");
  EXPECT_EQ(status_of(said), 415);
  EXPECT_THAT(said, HasSubstr("Accept: application/x-www-form-urlencoded, multipart/form-data, application/json\r\n"));
  EXPECT_EQ(status_of(post("/users/", "application/json", "<a/>")), 400);
  EXPECT_EQ(status_of(post("/users/", "application/x-www-form-urlencoded", "{\"a")), 400) << "meant as JSON by curl -d";
  EXPECT_EQ(status_of(post("/users/", "application/x-www-form-urlencoded", "")), 400);
}

TEST_F(serve, says_100_before_it_changes_the_protocol) {
  raw_client client(host_);
  client.send("GET /ws/test/x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nUpgrade: websocket\r\n"
              "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(status_of(client.read_until("\r\n\r\n")), 101);
}

TEST_F(serve, allows_listed_origins_only) {
  host_.options.origins = {"https://a.example"};
  EXPECT_THAT(ask("GET /healthz HTTP/1.1\r\nHost: b\r\nOrigin: https://a.example\r\n\r\n"),
              HasSubstr("Access-Control-Allow-Origin: https://a.example\r\n"));
  EXPECT_THAT(ask("GET /healthz HTTP/1.1\r\nHost: b\r\nOrigin: https://b.example\r\n\r\n"),
              Not(HasSubstr("Access-Control-Allow-Origin")));
}

TEST_F(serve, closes_behind_each_answer_while_draining) {
  host_.is_draining = true;
  const auto said = ask("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(said, HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(status_of(said, 1), 0);
}

TEST_F(serve, hands_an_upgraded_socket_over_with_what_came_behind_the_handshake) {
  raw_client client(host_);
  client.send("GET /ws/chat/a%2Fb/?token=x%20y&lang=ru HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
              "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chat\r\n"
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\nfirst bytes");
  const auto said = client.read_until("\r\n\r\n");
  EXPECT_EQ(status_of(said), 101);
  EXPECT_THAT(said, HasSubstr("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
  EXPECT_THAT(said, Not(HasSubstr("Protocol:")));
  // The hand-over follows the answer: another answer of the same thread shows that it has been.
  converse(host_, "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  host_.stop();
  ASSERT_EQ(host_.sockets.size(), 1U);
  EXPECT_THAT(host_.requests_meanwhile, ElementsAre(1)) << "a drain would take the node for quiet";
  const auto& got = host_.sockets.front();
  EXPECT_EQ(got.leftover, "first bytes");
  EXPECT_EQ(got.kind, socket_kind::chat);
  EXPECT_EQ(got.subject, "a/b");
  EXPECT_EQ(got.token, "x y");
  EXPECT_EQ(got.lang, language::ru);
  EXPECT_EQ(got.socket.address(), "127.0.0.1");
}

TEST_F(serve, asks_a_plain_get_on_a_socket_s_path_to_upgrade) {
  const auto said = ask("GET /ws HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status_of(said), 426);
  EXPECT_THAT(said, HasSubstr("Upgrade: websocket\r\n"));
}

TEST_F(serve, refuses_a_socket_s_id_that_is_too_long_before_the_upgrade) {
  const auto said = ask("GET /ws/chat/" + std::string(129, '1') +
                        "/ HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
                        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  EXPECT_EQ(status_of(said), 422);
}

boost::asio::awaitable<answer> fail_with_a_secret(http_context&, const request&) {
  throw std::runtime_error("SELECT secret");
  co_return no_content();
}

TEST_F(serve, hides_what_a_handler_threw) {
  const route broken{"GET", "/", route_auth::none, "broken", fail_with_a_secret, route_kind::http};
  const request_head head;
  plan todo{.from = {}, .row = &broken, .ready = std::nullopt};
  todo.from.head = &head;
  boost::asio::io_context loop;
  auto out = boost::asio::co_spawn(loop, run_handler(host_.context(), todo), boost::asio::use_future);
  loop.run();
  const auto said = out.get();
  EXPECT_EQ(said.status, 500);
  EXPECT_THAT(said.body, HasSubstr("internal"));
  EXPECT_THAT(said.body, Not(HasSubstr("secret")));
}

} // namespace
} // namespace parley::net
