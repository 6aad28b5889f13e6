#include "net/http/answer_writer.hpp"
#include "net/http/request_reader.hpp"
#include "tests/net/http/loopback.hpp"
#include "tests/net/http/socket_pair.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace parley::net {
namespace {

namespace asio = boost::asio;
using testing::HasSubstr;
using testing::Not;

// -- reading -------------------------------------------------------------------------

struct read_pieces {
  std::string all;
  std::size_t longest = 0;
  error_code fault = error_code::none;
  bool ended = false; ///< with the empty piece
};

asio::awaitable<read_pieces> read_in_pieces(timed_socket& socket, const http_options& options, std::uint64_t limit) {
  request_reader reader(socket, options);
  read_pieces out;
  const auto head = co_await reader.read_head();
  if (!head) {
    out.fault = head.error();
    co_return out;
  }
  while (true) {
    const auto piece = co_await reader.read_piece(limit);
    if (!piece) {
      out.fault = piece.error();
      co_return out;
    }
    if (piece->empty()) {
      out.ended = reader.is_body_done();
      co_return out;
    }
    out.all.append(*piece);
    out.longest = std::max(out.longest, piece->size());
  }
}

const std::string post = "POST /x HTTP/1.1\r\nHost: a\r\n";

std::string sized(std::size_t length) {
  return post + "Content-Length: " + std::to_string(length) + "\r\n\r\n";
}

const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";

std::string chunk(std::string_view bytes) {
  std::ostringstream out;
  out << std::hex << bytes.size() << "\r\n" << bytes << "\r\n";
  return out.str();
}

constexpr std::uint64_t plenty = std::uint64_t{1} << 40;

class a_body_in_pieces : public testing::Test {
protected:
  read_pieces read(const std::string& bytes, std::uint64_t limit = plenty) {
    socket_pair pair;
    return pair.serve(read_in_pieces(pair.server(), options_, limit), [&] {
      pair.send(bytes);
      pair.end();
    });
  }

  http_options options_;
};

TEST_F(a_body_in_pieces, comes_complete_and_never_in_one_big_piece) {
  std::string body;
  for (int i = 0; body.size() < 3'000'000; ++i)
    body += std::to_string(i);
  const auto got = read(sized(body.size()) + body);
  EXPECT_TRUE(got.ended);
  EXPECT_EQ(got.all, body);
  EXPECT_LE(got.longest, 80U * 1024);
}

TEST_F(a_body_in_pieces, may_be_empty) {
  EXPECT_TRUE(read(sized(0)).ended);
  EXPECT_TRUE(read(post + "\r\n").ended);
  EXPECT_TRUE(read(chunked + "0\r\n\r\n").ended);
}

TEST_F(a_body_in_pieces, may_have_its_limit_and_no_more) {
  EXPECT_EQ(read(sized(10) + "0123456789", 10).all, "0123456789");
  EXPECT_EQ(read(sized(11) + "0123456789", 10).fault, error_code::payload_too_large);
  EXPECT_EQ(read(chunked + chunk("01234") + chunk("56789") + "0\r\n\r\n", 10).all, "0123456789");
  const auto over = read(chunked + chunk("01234") + chunk("56789x") + "0\r\n\r\n", 10);
  EXPECT_EQ(over.fault, error_code::payload_too_large);
  EXPECT_EQ(over.all, "01234");
}

TEST_F(a_body_in_pieces, that_is_announced_large_takes_no_memory_before_it_comes) {
  const auto got = read(sized(std::size_t{1} << 39) + "x");
  EXPECT_EQ(got.all, "x");
}

TEST_F(a_body_in_pieces, that_breaks_off_gives_what_came) {
  const auto got = read(sized(10) + "01234");
  EXPECT_EQ(got.all, "01234");
  EXPECT_EQ(got.fault, error_code::none);
  EXPECT_FALSE(got.ended);
}

TEST_F(a_body_in_pieces, that_is_malformed_is_refused) {
  EXPECT_EQ(read(chunked + "zz\r\n").fault, error_code::bad_request);
}

TEST_F(a_body_in_pieces, that_pauses_too_long_is_given_up) {
  options_.body_pause = std::chrono::milliseconds(50);
  socket_pair pair;
  const auto got = pair.serve(read_in_pieces(pair.server(), options_, plenty), [&] { pair.send(sized(10) + "01234"); });
  EXPECT_EQ(got.fault, error_code::request_timeout);
}

RC_GTEST_FIXTURE_PROP(a_body_in_pieces, is_the_same_however_it_is_chunked_and_cut, ()) {
  const auto parts = *rc::gen::container<std::vector<std::string>>(rc::gen::nonEmpty<std::string>());
  std::string want;
  std::string bytes = chunked;
  for (const auto& x : parts) {
    want += x;
    bytes += chunk(x);
  }
  bytes += "0\r\n\r\n";
  const auto cut = *rc::gen::inRange<std::size_t>(1, bytes.size());
  socket_pair pair;
  const auto got = pair.serve(read_in_pieces(pair.server(), options_, plenty), [&] {
    pair.send(std::string_view(bytes).substr(0, cut));
    pair.send(std::string_view(bytes).substr(cut));
  });
  RC_ASSERT(got.ended);
  RC_ASSERT(got.all == want);
}

// -- refusing early ----------------------------------------------------------------------

class a_streamed_route : public testing::Test {
protected:
  const std::string patch_ = "PATCH /uploads/x HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer good\r\n";
  loopback_host host_;
};

TEST_F(a_streamed_route, answers_before_the_body_and_closes) {
  raw_client client(host_);
  client.send(patch_ + "Content-Length: 1000000\r\n\r\n");
  const auto head = client.read_until("\r\n\r\n");
  EXPECT_EQ(status_of(head), 412);
  EXPECT_THAT(head, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(head, HasSubstr("Tus-Version: 1.0.0\r\n"));
  client.end();
  EXPECT_THAT(client.read_to_close(), HasSubstr("\"status\":412"));
}

TEST_F(a_streamed_route, asks_for_no_body_that_it_does_not_want) {
  const auto said = converse(host_, patch_ + "Content-Length: 1000000\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(status_of(said), 412);
  EXPECT_THAT(said, Not(HasSubstr("100 Continue")));
}

TEST_F(a_streamed_route, keeps_the_connection_where_nothing_was_left_unread) {
  const auto request = patch_ + "Content-Length: 0\r\n\r\n";
  const auto said = converse(host_, request + request);
  EXPECT_EQ(status_of(said, 0), 412);
  EXPECT_EQ(status_of(said, 1), 412);
  EXPECT_THAT(said, Not(HasSubstr("Connection: close")));
}

TEST_F(a_streamed_route, says_who_may_not_use_it_however_large_the_body) {
  raw_client client(host_);
  client.send("POST /rooms/5/videos HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n");
  EXPECT_EQ(status_of(client.read_until("\r\n\r\n")), 401);
  client.end();
  client.read_to_close();
}

TEST_F(a_streamed_route, tells_what_uploads_may_do) {
  host_.options.video_bytes = 12345;
  host_.options.origins = {"https://a.example"};
  const auto said = converse(host_, "OPTIONS /rooms/5/uploads HTTP/1.1\r\nHost: a\r\nOrigin: https://a.example\r\n"
                                    "Access-Control-Request-Method: POST\r\n\r\n");
  EXPECT_EQ(status_of(said), 204);
  for (const auto* field :
       {"Tus-Resumable: 1.0.0", "Tus-Version: 1.0.0", "Tus-Checksum-Algorithm: sha1,sha256", "Tus-Max-Size: 12345",
        "Allow: POST, OPTIONS", "Access-Control-Allow-Methods: POST, OPTIONS",
        "Access-Control-Allow-Origin: https://a.example"})
    EXPECT_THAT(said, HasSubstr(std::string(field) + "\r\n")) << field;
}

// -- files as answers ----------------------------------------------------------------------

class a_file_as_answer : public testing::Test {
protected:
  /// What the client gets of a file with `bytes`.
  std::pair<bool, std::string> write(std::string_view bytes, std::uint64_t offset, std::uint64_t length) {
    socket_pair pair;
    const auto path = folder_.write("a", bytes);
    const auto opened = pair.serve(files_.open_to_read(path));
    const file_part part{opened->file, offset, length};
    std::string got;
    const bool complete = pair.serve(write_file(pair.server(), files_, part, std::chrono::seconds(20)), [&] {
      got = pair.receive(std::min<std::uint64_t>(length, bytes.size() - std::min<std::uint64_t>(offset, bytes.size())));
    });
    return {complete, got};
  }

  test::temporary_folder folder_;
  file_pool files_;
};

TEST_F(a_file_as_answer, goes_out_whole_however_long) {
  std::string bytes;
  for (int i = 0; bytes.size() < 5'000'000; ++i)
    bytes += std::to_string(i);
  EXPECT_EQ(write(bytes, 0, bytes.size()), std::pair(true, bytes));
}

TEST_F(a_file_as_answer, that_was_cut_meanwhile_ends_the_connection) {
  EXPECT_EQ(write("12345", 0, 10), std::pair(false, std::string("12345")));
}

RC_GTEST_FIXTURE_PROP(a_file_as_answer, is_exactly_the_part, ()) {
  const auto bytes = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
  const auto offset = *rc::gen::inRange<std::size_t>(0, bytes.size() + 1);
  const auto length = *rc::gen::inRange<std::size_t>(0, bytes.size() - offset + 1);
  RC_ASSERT(write(bytes, offset, length) == std::pair(true, bytes.substr(offset, length)));
}

TEST(an_answers_head, gives_the_length_of_its_file) {
  response out;
  out.file = file_part{nullptr, 5, 12345};
  EXPECT_THAT(write_head(out, connection_word::none, timestamp{}), HasSubstr("Content-Length: 12345\r\n"));
}

} // namespace
} // namespace parley::net
