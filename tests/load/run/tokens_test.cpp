#include "load/run/tokens.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace parley::load {
namespace {

class tokens : public testing::Test {
protected:
  std::string file(const std::string& content) {
    std::ofstream(path_) << content;
    return path_;
  }
  ~tokens() override { std::filesystem::remove(path_); }

private:
  std::string path_ = std::filesystem::temp_directory_path() / ("parley-tokens-" + std::to_string(::getpid()));
};

TEST_F(tokens, are_the_first_lines_of_the_file) {
  EXPECT_EQ(read_tokens(file("a.b\nc-d\r\ne_f\n"), 2), (std::vector<std::string>{"a.b", "c-d"}));
}

TEST_F(tokens, must_be_enough) {
  const auto read = read_tokens(file("a\nb\n"), 3);
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().find("holds 2 tokens, 3 connections"), std::string::npos) << read.error();
}

TEST_F(tokens, must_fit_into_a_query) {
  EXPECT_NE(read_tokens(file("a\n\nb\n"), 3).error().find("line 2"), std::string::npos);
  EXPECT_FALSE(read_tokens(file("a&b\n"), 1));
}

TEST_F(tokens, want_a_file) {
  EXPECT_FALSE(read_tokens("/nonexistent/tokens", 1));
}

} // namespace
} // namespace parley::load
