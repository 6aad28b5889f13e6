#include "net/answer_deadlines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace parley::net {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class answer_deadlines_suite : public ::testing::Test {
protected:
  class asker final : public waiting_asker {
  public:
    asker(std::vector<std::string>& told, std::string name) : told_(told), name_(std::move(name)) {}
    void expire() override { told_.push_back(name_); }
    void forget_place() override { has_place_ = false; }

    bool has_place() const { return has_place_; }

  private:
    bool has_place_ = true;
    std::vector<std::string>& told_;
    std::string name_;
  };

  answer_deadlines::place wait(const std::string& name, std::chrono::milliseconds from_now) {
    return deadlines_.add(begun_ + from_now, std::make_shared<asker>(told_, name));
  }

  boost::asio::io_context loop_;
  answer_deadlines deadlines_{loop_};
  answer_deadlines::clock::time_point begun_ = answer_deadlines::clock::now();
  std::vector<std::string> told_;
};

TEST_F(answer_deadlines_suite, expire_in_their_order_each_at_its_own_time) {
  wait("third", 30ms);
  wait("first", 1ms);
  wait("second", 15ms);
  loop_.run();
  EXPECT_THAT(told_, ElementsAre("first", "second", "third"));
  EXPECT_GE(answer_deadlines::clock::now() - begun_, 30ms);
}

TEST_F(answer_deadlines_suite, who_was_answered_hears_nothing) {
  const auto answered = wait("answered", 1ms);
  wait("waiting", 2ms);
  deadlines_.give_up(answered);
  loop_.run();
  EXPECT_THAT(told_, ElementsAre("waiting"));
}

TEST_F(answer_deadlines_suite, the_timer_stands_where_the_earliest_was_though_that_one_was_answered) {
  deadlines_.give_up(wait("answered", 1h));
  for (int i = 0; i < 1000; ++i)
    deadlines_.give_up(wait("answered", 2h));
  EXPECT_EQ(loop_.poll(), 0U) << "a timer that was moved has a handler to run";
}

TEST_F(answer_deadlines_suite, one_who_asks_again_as_it_expires_waits_anew) {
  class stubborn final : public waiting_asker {
  public:
    explicit stubborn(std::function<void()> again) : again_(std::move(again)) {}
    void expire() override { again_(); }
    void forget_place() override {}

  private:
    std::function<void()> again_;
  };
  deadlines_.add(begun_ + 1ms, std::make_shared<stubborn>([this] { wait("again", 5ms); }));
  loop_.run();
  EXPECT_THAT(told_, ElementsAre("again"));
}

TEST_F(answer_deadlines_suite, who_is_let_go_of_hears_nothing_and_is_kept_no_longer) {
  auto kept = std::make_shared<asker>(told_, "gone");
  deadlines_.add(begun_ + 1ms, kept);
  deadlines_.clear();
  EXPECT_EQ(kept.use_count(), 1);
  EXPECT_FALSE(kept->has_place()) << "an answer that comes now gives up none";
  loop_.run();
  EXPECT_THAT(told_, IsEmpty());
}

} // namespace
} // namespace parley::net
