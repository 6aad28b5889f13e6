#include "tests/net/http/loopback.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace parley::net {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

// Only the limit under test is short: the others must not come first on a slow machine.
constexpr milliseconds soon{50};

class serve_within_limits : public testing::Test {
protected:
  std::string ask(std::string_view bytes) { return converse(host_, bytes); }

  void expect_refused(std::string_view bytes, int status, std::string_view code) {
    raw_client client(host_);
    client.send(bytes);
    const auto head = client.read_until("\r\n\r\n");
    EXPECT_EQ(status_of(head), status) << bytes;
    EXPECT_THAT(head, HasSubstr("Connection: close\r\n")) << bytes;
    client.end();
    EXPECT_THAT(client.read_to_close(), HasSubstr(code)) << bytes;
  }

  loopback_host host_;
};

TEST_F(serve_within_limits, a_connection_that_says_nothing_is_closed) {
  host_.options.first_byte = soon;
  raw_client client(host_);
  EXPECT_EQ(client.read_to_close(), "");
}

TEST_F(serve_within_limits, a_head_that_comes_too_slowly_is_answered_and_closed) {
  host_.options.head = soon;
  raw_client client(host_);
  client.send("GET /healthz HT");
  const auto said = client.read_until("}");
  EXPECT_EQ(status_of(said), 408);
  client.end();
  client.read_to_close();
}

TEST_F(serve_within_limits, a_body_that_pauses_too_long_is_answered_and_closed) {
  host_.options.body_pause = soon;
  raw_client client(host_);
  client.send("POST /token/revoke HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345");
  EXPECT_EQ(status_of(client.read_until("}")), 408);
  client.end();
  client.read_to_close();
}

TEST_F(serve_within_limits, a_body_that_trickles_may_not_take_its_pause_again_and_again) {
  host_.options.body_pause = milliseconds(500);
  host_.options.body_rate = std::size_t{1} << 30;
  raw_client client(host_);
  client.send("POST /token/revoke HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
  std::atomic<bool> answered{false};
  std::thread trickle([&] {
    while (!answered)
      client.send("x"); // thousands of pieces, with never a pause
  });
  EXPECT_EQ(status_of(client.read_until("}")), 408);
  answered = true;
  trickle.join();
}

TEST_F(serve_within_limits, a_connection_that_is_idle_is_closed) {
  host_.options.idle = soon;
  raw_client client(host_);
  client.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status_of(client.read_to_close()), 200);
}

TEST_F(serve_within_limits, a_head_may_have_its_limit_and_no_more) {
  const std::string begin = "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Long: ";
  const std::string end = "\r\n\r\n";
  const auto room = host_.options.head_bytes - begin.size() - end.size();
  EXPECT_EQ(status_of(ask(begin + std::string(room, 'x') + end)), 200);
  expect_refused(begin + std::string(room + 1, 'x') + end, 431, "head_too_large");
  expect_refused(begin + std::string(100'000, 'x'), 431, "head_too_large");
}

TEST_F(serve_within_limits, a_body_may_have_its_limit_and_no_more) {
  host_.options.body_bytes = 100;
  const std::string begin = "POST /token/revoke HTTP/1.1\r\nHost: a\r\nContent-Length: ";
  EXPECT_EQ(status_of(ask(begin + "100\r\n\r\n" + std::string(100, 'x'))), 204);
  expect_refused(begin + "101\r\n\r\n", 413, "payload_too_large");
  expect_refused(begin + "101\r\nExpect: 100-continue\r\n\r\n", 413, "payload_too_large");
  expect_refused(begin + "1000000\r\n\r\n" + std::string(1'000'000, 'x'), 413, "payload_too_large");
}

TEST_F(serve_within_limits, chunks_are_counted_together) {
  host_.options.body_bytes = 100;
  const std::string begin = "POST /token/revoke HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const auto chunk = "32\r\n" + std::string(50, 'x') + "\r\n";
  EXPECT_EQ(status_of(ask(begin + chunk + chunk + "0\r\n\r\n")), 204);
  expect_refused(begin + chunk + chunk + "1\r\nx\r\n0\r\n\r\n", 413, "payload_too_large");
}

TEST_F(serve_within_limits, a_profile_may_be_longer_than_other_bodies) {
  host_.options.body_bytes = 10;
  host_.options.profile_body_bytes = 20;
  const std::string begin = "PUT /users/me HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer good\r\nContent-Length: ";
  EXPECT_EQ(status_of(ask(begin + "20\r\n\r\n" + std::string(20, '?'))), 400);
  expect_refused(begin + "21\r\n\r\n", 413, "payload_too_large");
}

TEST_F(serve_within_limits, a_malformed_request_is_answered_and_closed) {
  for (const auto* bytes : {
         "GET /healthz HTTP/1.1\r\n\r\n",                                                      // no Host
         "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",                                // two
         "GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n",                                         //
         "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Y: 1\r\n folded\r\n\r\n",                      //
         "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Y : 1\r\n\r\n",                                // space before the colon
         "GET /healthz HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",                               //
         "GET /healthz HTTP/1.1\nHost: a\n\n",                                                 // bare line feeds
         "GET /healthz HTTP/2.0\r\nHost: a\r\n\r\n",                                           //
         "GET /healthz HTTP/1.10\r\nHost: a\r\n\r\n",                                          //
         "\r\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n",                                     // a bare CR
         "\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n",                                         // a bare LF
         "GET /healthz\r HTTP/1.1\r\nHost: a\r\n\r\n",                                         //
         "GET /healthz HTTP/1.1\r\nHost: a:b\r\n\r\n",                                         // no port
         "GET http://a/healthz HTTP/1.1\r\n\r\n",                                              // still no Host
         "GET /healthz\r\n\r\n",                                                               //
         "\x16\x03\x01\x02",                                                                   // TLS
         "G\x01T /healthz",                                                                    //
         "POST /token HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", //
         "POST /token HTTP/1.1\r\nHost: a\r\nContent-Length: 1x\r\n\r\nx",                     //
         "POST /token HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\nx",                   //
         "POST /token HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\nx",                     //
         "POST /token HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         "POST /token HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",          //
         "POST /token HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", // not a chunk's size
       })
    expect_refused(bytes, 400, "bad_request");
}

TEST_F(serve_within_limits, a_target_that_is_no_path_is_malformed) {
  for (const auto* target : {"healthz", "ftp://a/healthz", "/healthz#x", "/healthz?x#y", "/healthz?<>",
                             "http://u@a/healthz", "a:80", "http:///healthz", "http://", "http://?x", "http://a#x"})
    EXPECT_EQ(status_of(ask("GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n")), 400) << target;
}

TEST_F(serve_within_limits, a_transfer_coding_that_is_not_known_is_answered_501) {
  const std::string begin = "POST /token/revoke HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ";
  for (const auto* codings : {"gzip, chunked", "x , gzip,\tChunked"})
    expect_refused(begin + codings + "\r\n\r\n0\r\n\r\n", 501, "bad_request");
}

TEST_F(serve_within_limits, a_head_is_bounded_however_it_comes) {
  host_.options.head_bytes = 1024;
  raw_client client(host_);
  client.send("GET /healthz HTTP/1.1\r\nHost: a\r\nX-Long: ");
  for (int i = 0; i < 1024; ++i)
    client.send("x");
  EXPECT_EQ(status_of(client.read_until("\r\n\r\n")), 431);
  client.end();
  client.read_to_close();
}

TEST_F(serve_within_limits, an_empty_line_behind_a_request_leaves_the_connection_idle) {
  host_.options.head = soon;
  host_.options.idle = milliseconds(500);
  raw_client client(host_);
  client.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n\r\n");
  const auto said = client.read_to_close();
  EXPECT_EQ(status_of(said), 200);
  EXPECT_EQ(status_of(said, 1), 0) << "no 408: nothing was begun";
}

TEST_F(serve_within_limits, empty_lines_before_a_request_are_forgiven) {
  EXPECT_EQ(status_of(ask("\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")), 200);
}

} // namespace
} // namespace parley::net
