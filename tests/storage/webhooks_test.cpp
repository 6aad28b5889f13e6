// Webhooks and their outbox: what is told, in which transaction, in which order it may be sent.
#include "protocol/limits.hpp"
#include "tests/storage/storage_suite.hpp"

namespace parley::storage::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using how = delivery_outcome::how;

const webhook_draft anything{.url = "https://example.org/hook", .secret = "whsec_", .kinds = {}, .rooms = {}};

class webhook_suite : public storage_suite {
protected:
  void SetUp() override {
    storage_suite::SetUp();
    ann_ = add_user("ann");
    room_ = add_room(ann_);
    other_room_ = add_room(ann_);
    writer_->webhooks().tell_events(
      {.now = [] { return noon; }, .next_id = [this] { return "msg_" + std::to_string(++events_); }});
  }

  webhook_id add_hook(const webhook_draft& x = anything) {
    return commit([&] { return writer_->webhooks().create(x, noon); }).id;
  }

  std::vector<webhook_delivery> deliveries(webhook_id hook, std::optional<delivery_state> state = std::nullopt) {
    return reader_->webhooks().list_deliveries(hook, state, {.number = 1, .size = 100}).items;
  }

  /// Ids of what may be sent.
  std::vector<std::string> due(webhook_id hook, timestamp now = noon) {
    std::vector<std::string> out;
    for (const auto& x : reader_->webhooks().find_due(hook, now, 100))
      out.push_back(x.event);
    return out;
  }

  void settle(webhook_id hook, const std::vector<delivery_outcome>& outcomes, timestamp now = noon) {
    commit([&] { writer_->webhooks().settle(hook, outcomes, now); });
  }

  static std::vector<webhook_kind> kinds(const std::vector<webhook_delivery>& all) {
    std::vector<webhook_kind> out;
    for (const auto& x : all)
      out.push_back(x.kind);
    return out;
  }

  user_id ann_;
  room_id room_;
  room_id other_room_;
  int events_ = 0;
};

TEST_P(webhook_suite, a_webhook_is_read_back_whole) {
  const webhook_draft wish{.url = "https://example.org/",
                           .secret = "whsec_x",
                           .kinds = {webhook_kind::task_updated, webhook_kind::message_posted},
                           .rooms = {room_id{7}, room_id{1'000'000'000'000}},
                           .enabled = false};
  const auto id = add_hook(wish);
  const auto found = reader_->webhooks().find(id).value();
  EXPECT_EQ(found.url, wish.url);
  EXPECT_EQ(found.secret, wish.secret);
  EXPECT_EQ(found.kinds, wish.kinds);
  EXPECT_EQ(found.rooms, wish.rooms);
  EXPECT_FALSE(found.enabled);
  EXPECT_FALSE(found.is_configured);
  EXPECT_EQ(found.created_at, noon);
  EXPECT_THAT(reader_->webhooks().list_enabled(), IsEmpty());
  EXPECT_EQ(reader_->webhooks().list({.number = 1, .size = 10}).total, 1);
}

TEST_P(webhook_suite, a_message_is_told_in_the_transaction_that_stores_it) {
  const auto hook = add_hook();
  writer_->begin();
  writer_->messages().append(std::vector{draft(room_, ann_, "lost")});
  writer_->rollback();
  EXPECT_THAT(deliveries(hook), IsEmpty());
  const auto posted = post(room_, ann_, "kept");
  const auto told = deliveries(hook);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].kind, webhook_kind::message_posted);
  EXPECT_EQ(told[0].room, room_);
  EXPECT_EQ(told[0].created_at, noon);
  EXPECT_THAT(told[0].payload, HasSubstr(R"("id":)" + std::to_string(posted.value) + ","));
  EXPECT_THAT(told[0].payload, HasSubstr(R"("content":"kept")"));
}

TEST_P(webhook_suite, messages_without_anything_else_are_told_as_well) {
  const auto hook = add_hook();
  const auto stored = writer_->store(std::vector{draft(room_, ann_, "one", "id"), draft(room_, ann_, "two")});
  EXPECT_THAT(stored, SizeIs(2));
  EXPECT_THAT(deliveries(hook), SizeIs(2));
  writer_->store(std::vector{draft(room_, ann_, "one", "id")});
  EXPECT_THAT(deliveries(hook), SizeIs(2)) << "a repetition is no message";
}

TEST_P(webhook_suite, every_change_is_told_in_order) {
  const auto hook = add_hook();
  const auto bob = add_user("bob");
  join(room_, bob);
  const auto posted = post(room_, ann_, "a");
  commit([&] {
    EXPECT_TRUE(writer_->messages().edit(posted, "b", noon));
    EXPECT_TRUE(writer_->messages().remove(posted));
    EXPECT_TRUE(writer_->messages().remove(posted)) << "which changes nothing, and is not told";
    EXPECT_TRUE(writer_->members().remove(room_, bob, false, noon));
    writer_->rooms().set_active(room_, true);
    writer_->rooms().clear_active();
    EXPECT_TRUE(writer_->tasks().save(
      ann_, {.connection = "t", .status = "s", .progress = {}, .message = {}, .data = "null", .at = noon}));
  });
  EXPECT_TRUE(ask(notification_kind::join_request, room_, ann_, bob));
  using enum webhook_kind;
  EXPECT_THAT(kinds(deliveries(hook)),
              ElementsAre(member_joined, message_posted, message_edited, message_deleted, member_left, room_active,
                          room_vacated, task_updated, notification_created));
}

TEST_P(webhook_suite, what_no_webhook_wants_is_not_written) {
  webhook_draft wish = anything;
  wish.kinds = {webhook_kind::message_posted};
  wish.rooms = {other_room_};
  const auto hook = add_hook(wish);
  post(room_, ann_, "not this room");
  const auto told = post(other_room_, ann_, "told");
  mark_deleted(told);
  EXPECT_THAT(kinds(deliveries(hook)), ElementsAre(webhook_kind::message_posted));
  EXPECT_EQ(events_, 1);
}

TEST_P(webhook_suite, a_webhook_is_told_from_the_transaction_on_that_enables_it) {
  const auto hook = add_hook();
  post(room_, ann_, "1");
  commit([&] { EXPECT_TRUE(writer_->webhooks().disable(hook, "because")); });
  post(room_, ann_, "unheard");
  EXPECT_EQ(reader_->webhooks().find(hook)->disabled_because, "because");
  commit([&] {
    EXPECT_TRUE(writer_->webhooks().update(hook, {.url = {}, .secret = {}, .kinds = {}, .rooms = {}, .enabled = true}));
  });
  post(room_, ann_, "2");
  EXPECT_THAT(deliveries(hook), SizeIs(2));
  EXPECT_EQ(reader_->webhooks().find(hook)->disabled_because, "");
  writer_->begin();
  EXPECT_TRUE(writer_->webhooks().remove(hook));
  writer_->rollback();
  post(room_, ann_, "3");
  EXPECT_THAT(deliveries(hook), SizeIs(3)) << "its removal was undone";
}

TEST_P(webhook_suite, a_writer_that_was_not_asked_to_tells_nothing) {
  const auto hook = add_hook();
  writer_ = database_->open_writer();
  post(room_, ann_, "by a command");
  EXPECT_THAT(deliveries(hook), IsEmpty());
}

TEST_P(webhook_suite, of_a_room_whose_first_event_waits_none_may_be_sent) {
  const auto hook = add_hook();
  for (const auto room : {room_, other_room_, room_, other_room_})
    post(room, ann_, "x");
  EXPECT_THAT(due(hook), ElementsAre("msg_1", "msg_2", "msg_3", "msg_4"));
  const auto first = deliveries(hook).front().id;
  settle(hook, {{.id = first, .outcome = how::failed, .next_at = noon + 5s, .error = "it answers 500"}});
  EXPECT_THAT(due(hook), ElementsAre("msg_2", "msg_4"));
  EXPECT_THAT(due(hook, noon + 5s), ElementsAre("msg_1", "msg_2", "msg_3", "msg_4"));
  EXPECT_EQ(deliveries(hook).front().attempts, 1);
  EXPECT_EQ(deliveries(hook).front().last_error, "it answers 500");
  settle(hook, {{.id = first, .outcome = how::delivered, .next_at = {}, .error = {}}});
  EXPECT_THAT(due(hook), ElementsAre("msg_2", "msg_3", "msg_4"));
}

TEST_P(webhook_suite, what_was_given_up_holds_nothing_up_and_can_be_sent_again) {
  const auto hook = add_hook();
  post(room_, ann_, "1");
  post(room_, ann_, "2");
  const auto first = deliveries(hook).front().id;
  settle(hook, {{.id = first, .outcome = how::given_up, .next_at = {}, .error = "in vain"}});
  EXPECT_THAT(due(hook), ElementsAre("msg_2"));
  EXPECT_THAT(deliveries(hook, delivery_state::dead), SizeIs(1));
  EXPECT_EQ(reader_->webhooks().find(hook)->dead, 1);
  EXPECT_EQ(reader_->webhooks().find(hook)->pending, 1);
  commit([&] { EXPECT_TRUE(writer_->webhooks().resend(hook, first, noon)); });
  EXPECT_THAT(due(hook), ElementsAre("msg_1", "msg_2"));
  EXPECT_EQ(deliveries(hook).front().attempts, 0);
  commit([&] {
    EXPECT_EQ(writer_->webhooks().resend(hook, delivery_id{1'000'000}, noon).error(), error_code::not_found);
    EXPECT_EQ(writer_->webhooks().resend(webhook_id{1'000'000}, first, noon).error(), error_code::not_found);
  });
}

TEST_P(webhook_suite, of_what_was_given_up_the_newest_are_kept_for_a_while) {
  const auto hook = add_hook();
  std::vector<delivery_outcome> all;
  commit([&] {
    for (int i = 0; i < limits::webhook_dead_max + 3; ++i)
      all.push_back({.id = writer_->webhooks().test(hook, noon).value().id,
                     .outcome = how::given_up,
                     .next_at = {},
                     .error = "in vain"});
  });
  settle(hook, all);
  EXPECT_EQ(reader_->webhooks().find(hook)->dead, limits::webhook_dead_max);
  EXPECT_EQ(deliveries(hook).front().event, "msg_4") << "the oldest went";
  const auto last = commit([&] { return writer_->webhooks().test(hook, noon + 24h * 8); }).value().id;
  settle(hook, {{.id = last, .outcome = how::given_up, .next_at = {}, .error = {}}}, noon + 24h * 8);
  EXPECT_EQ(reader_->webhooks().find(hook)->dead, 1) << "the others are too old";
}

TEST_P(webhook_suite, a_test_waits_for_no_other_event) {
  const auto hook = add_hook();
  commit([&] {
    EXPECT_TRUE(writer_->tasks().save(
      ann_, {.connection = "t", .status = "s", .progress = {}, .message = {}, .data = "null", .at = noon}));
  });
  settle(hook, {{.id = deliveries(hook).front().id, .outcome = how::failed, .next_at = noon + 1h, .error = "x"}});
  commit([&] {
    EXPECT_TRUE(writer_->webhooks().test(hook, noon));
    EXPECT_EQ(writer_->webhooks().test(webhook_id{1'000'000}, noon).error(), error_code::webhook_not_found);
  });
  EXPECT_THAT(due(hook), ElementsAre("msg_2"));
}

TEST_P(webhook_suite, what_waits_shows_a_message_as_it_is_now) {
  const auto hook = add_hook();
  const auto said = post(room_, ann_, "first words");
  commit([&] { EXPECT_TRUE(writer_->messages().edit(said, "second words", noon)); });
  for (const auto& x : deliveries(hook))
    EXPECT_THAT(x.payload, HasSubstr("second words"));
  mark_deleted(said);
  EXPECT_THAT(deliveries(hook), SizeIs(3));
  EXPECT_EQ(trial_->number("SELECT COUNT(*) FROM webhook_events WHERE payload LIKE '%words%'"), 0);
}

TEST_P(webhook_suite, what_was_given_up_of_a_room_goes_with_it) {
  const auto hook = add_hook();
  post(room_, ann_, "1");
  post(room_, ann_, "2");
  settle(hook, {{.id = deliveries(hook).front().id, .outcome = how::given_up, .next_at = {}, .error = "x"}});
  commit([&] { EXPECT_TRUE(writer_->rooms().remove(room_)); });
  EXPECT_THAT(deliveries(hook, delivery_state::dead), IsEmpty());
  EXPECT_THAT(due(hook), ElementsAre("msg_2")) << "what waits is still told";
}

TEST_P(webhook_suite, webhooks_of_the_configuration_are_those_of_the_last_start) {
  const auto own = add_hook();
  const webhook_draft first{.url = "https://a.example/", .secret = "s", .kinds = {}, .rooms = {}};
  const webhook_draft second{.url = "https://b.example/", .secret = "s", .kinds = {}, .rooms = {}};
  commit([&] { writer_->webhooks().configure(std::vector{first, second}, noon); });
  auto all = reader_->webhooks().list({.number = 1, .size = 10}).items;
  ASSERT_THAT(all, SizeIs(3));
  const auto kept = all[1].id;
  EXPECT_TRUE(all[1].is_configured);
  commit([&] {
    EXPECT_EQ(writer_->webhooks().remove(kept).error(), error_code::webhook_configured);
    EXPECT_EQ(writer_->webhooks().update(kept, {}).error(), error_code::webhook_configured);
    EXPECT_TRUE(writer_->webhooks().disable(kept, "it is gone"));
  });
  auto changed = first;
  changed.secret = "another";
  commit([&] { writer_->webhooks().configure(std::vector{changed}, noon + 1h); });
  all = reader_->webhooks().list({.number = 1, .size = 10}).items;
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].id, own);
  EXPECT_EQ(all[1].id, kept);
  EXPECT_EQ(all[1].secret, "another");
  EXPECT_TRUE(all[1].enabled);
}

TEST_P(webhook_suite, what_waits_goes_with_its_webhook) {
  const auto hook = add_hook();
  post(room_, ann_, "1");
  commit([&] {
    EXPECT_TRUE(writer_->webhooks().remove(hook));
    EXPECT_EQ(writer_->webhooks().remove(hook).error(), error_code::webhook_not_found);
    EXPECT_EQ(writer_->webhooks().update(hook, {}).error(), error_code::webhook_not_found);
  });
  EXPECT_EQ(trial_->number("SELECT COUNT(*) FROM webhook_events"), 0);
}

INSTANTIATE_TEST_SUITE_P(backends, webhook_suite, ::testing::ValuesIn(all_backends()), backend_name);

} // namespace
} // namespace parley::storage::testing
