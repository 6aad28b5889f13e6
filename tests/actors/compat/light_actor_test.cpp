// An actor of a few hundred bytes, seen as its peers see it.
#include "actors/compat/light_actor.hpp"
#include "tests/support/deterministic.hpp"

#include <caf/scoped_actor.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::test {
namespace {

using ::testing::ElementsAre;

struct seen {
  std::vector<std::string> texts;
  int ends = 0;
  bool idle_in_between = true;
};

/// Writes down what comes; asks the reader that it was given when it is told to wake.
class listener final : public light_actor {
public:
  listener(caf::actor_config& cfg, pin where, std::shared_ptr<seen> out, db_reader_actor reader)
    : light_actor(cfg, where), seen_(std::move(out)), reader_(std::move(reader)) {}

  bool can_be_called() const { return is_idle(); }
  void expire(moment now) { expire_asked(now); }
  moment due() const { return next_expiry(); }

protected:
  void on_start() override { seen_->texts.emplace_back("started"); }

  bool on_content(caf::type_erased_tuple& content) override {
    seen_->idle_in_between = seen_->idle_in_between && is_idle();
    if (auto* x = get_if<inbound>(content)) {
      seen_->texts.push_back(x->text);
    } else if (get_if<wake>(content) != nullptr) {
      look_up();
    } else if (get_if<drain>(content) != nullptr) {
      quit();
    } else {
      return false;
    }
    return true;
  }

  void on_exit() override { ++seen_->ends; }

private:
  void look_up() {
    auto job = make_read_job([](storage::reader&) { return true; });
    ask<finished>(
      reader_, read_request{job}, [this](finished&) { seen_->texts.emplace_back("answered"); },
      [this](const caf::error& why) {
        seen_->texts.push_back(why == caf::sec::request_timeout ? "too late" : "failed");
      },
      moment{std::chrono::seconds(30)});
  }

  std::shared_ptr<seen> seen_;
  db_reader_actor reader_;
};

/// Answers reads when it is let, or refuses them.
class some_reader final : public db_reader_actor::base {
public:
  some_reader(caf::actor_config& cfg, bool refuses) : db_reader_actor::base(cfg), refuses_(refuses) {}

protected:
  behavior_type make_behavior() override {
    return {[this](const read_request&) -> caf::result<finished> {
      if (refuses_)
        return caf::make_error(error_code::internal);
      return finished{};
    }};
  }

private:
  bool refuses_;
};

class light : public ::testing::Test {
protected:
  void start(bool refusing = false) {
    reader_ = node_.system().spawn<some_reader>(refusing);
    actor_ = spawn_light<listener, session_actor>(node_.system(), pin{}, seen_, reader_);
  }
  ~light() override {
    caf::anon_send_exit(actor_, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(reader_, caf::exit_reason::user_shutdown);
    node_.settle();
  }

  void say(std::string text) { caf::anon_send(actor_, inbound{std::move(text), false}); }
  listener& inner() { return *static_cast<listener*>(caf::actor_cast<caf::abstract_actor*>(actor_)); }

  deterministic node_;
  std::shared_ptr<seen> seen_ = std::make_shared<seen>();
  db_reader_actor reader_;
  session_actor actor_;
};

TEST_F(light, starts_once_and_takes_messages_in_their_order) {
  start();
  for (const auto* text : {"a", "b", "c"})
    say(text);
  node_.settle();
  say("d");
  node_.settle();
  EXPECT_THAT(seen_->texts, ElementsAre("started", "a", "b", "c", "d"));
}

TEST_F(light, handles_one_message_a_turn_where_no_more_is_asked_for) {
  start();
  for (const auto* text : {"a", "b", "c"})
    say(text);
  ASSERT_TRUE(node_.step(actor_));
  EXPECT_THAT(seen_->texts, ElementsAre("started", "a"));
  ASSERT_TRUE(node_.step(actor_));
  EXPECT_THAT(seen_->texts, ElementsAre("started", "a", "b"));
}

TEST_F(light, may_be_called_in_place_only_while_nothing_waits) {
  start();
  EXPECT_FALSE(inner().can_be_called()) << "it has not begun";
  node_.settle();
  EXPECT_TRUE(inner().can_be_called());
  say("a");
  EXPECT_FALSE(inner().can_be_called());
  node_.settle();
  EXPECT_TRUE(inner().can_be_called());
  EXPECT_FALSE(seen_->idle_in_between);
}

TEST_F(light, hears_the_answer_to_what_it_asked) {
  start();
  caf::anon_send(actor_, wake{});
  node_.settle();
  EXPECT_THAT(seen_->texts, ElementsAre("started", "answered"));
  EXPECT_EQ(inner().due(), moment::max());
}

TEST_F(light, hears_that_it_was_refused) {
  start(true);
  caf::anon_send(actor_, wake{});
  node_.settle();
  EXPECT_THAT(seen_->texts, ElementsAre("started", "failed"));
}

TEST_F(light, hears_that_whom_it_asked_has_ended) {
  start();
  caf::anon_send_exit(reader_, caf::exit_reason::user_shutdown);
  node_.settle();
  caf::anon_send(actor_, wake{});
  node_.settle();
  EXPECT_THAT(seen_->texts, ElementsAre("started", "failed"));
}

TEST_F(light, gives_a_question_up_when_its_time_has_come_and_ignores_the_late_answer) {
  start();
  node_.hold(reader_);
  caf::anon_send(actor_, wake{});
  node_.settle();
  const moment due{std::chrono::seconds(30)};
  EXPECT_EQ(inner().due(), due);
  inner().expire(due - std::chrono::milliseconds(1));
  EXPECT_THAT(seen_->texts, ElementsAre("started"));
  inner().expire(due);
  EXPECT_THAT(seen_->texts, ElementsAre("started", "too late"));
  node_.release(reader_);
  node_.settle();
  EXPECT_THAT(seen_->texts, ElementsAre("started", "too late"));
}

TEST_F(light, ends_once_and_drops_what_comes_later) {
  start();
  say("a");
  caf::anon_send(actor_, drain{});
  say("behind its end");
  node_.settle();
  say("later");
  node_.settle();
  EXPECT_THAT(seen_->texts, ElementsAre("started", "a"));
  EXPECT_EQ(seen_->ends, 1);
}

TEST_F(light, ends_when_it_is_told_to_exit) {
  start();
  caf::anon_send_exit(actor_, caf::exit_reason::user_shutdown);
  node_.settle();
  EXPECT_EQ(seen_->ends, 1);
}

TEST_F(light, answers_requests_like_any_actor) {
  start();
  caf::scoped_actor asker{node_.system()};
  int answers = 0;
  auto pending = asker->request(actor_, caf::infinite, inbound{"asked", false});
  node_.settle();
  pending.receive([&] { ++answers; }, [](const caf::error&) { ADD_FAILURE(); });
  EXPECT_EQ(answers, 1);
  caf::anon_send(actor_, drain{});
  node_.settle();
  auto too_late = asker->request(actor_, caf::infinite, inbound{"asked", false});
  too_late.receive([] { ADD_FAILURE() << "it has ended"; }, [&](const caf::error&) { ++answers; });
  EXPECT_EQ(answers, 2);
}

TEST_F(light, tells_who_watches_it_of_its_end) {
  start();
  int told = 0;
  actor_->attach_functor([&told](const caf::error&) { ++told; });
  caf::anon_send(actor_, drain{});
  node_.settle();
  EXPECT_EQ(told, 1);
}

} // namespace
} // namespace parley::test
