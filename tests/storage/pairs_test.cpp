// Two transactions that want the same at the same moment, in both orders: docs/adr/0036.
#include "tests/storage/racing_writers.hpp"

namespace parley::storage::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

class pairs : public racing_writers {
protected:
  /// The same by two: one of them is told `refusal`, in whichever order.
  void expect_one(error_code refusal, const std::function<void()>& prepare, const step& what) {
    for (const bool swapped : {false, true}) {
      prepare();
      auto& one = swapped ? *second_ : *writer_;
      auto& two = swapped ? *writer_ : *second_;
      EXPECT_THAT(at_once(one, what, two, what), UnorderedElementsAre(ok, refusal)) << swapped;
    }
  }
};

TEST_P(pairs, one_of_two_gets_a_name) {
  int round = 0;
  expect_one(
    error_code::username_taken, [&] { ++round; },
    [&](writer& w) {
      const auto name = "new" + std::to_string(round);
      return outcome(w.users().create({name, name + "@example.org", "hash", user_role::user, noon}));
    });
  EXPECT_EQ(count("users WHERE username LIKE 'new%'"), 2);
}

TEST_P(pairs, an_identity_that_comes_twice_is_one_user) {
  std::string name = "first";
  const auto admit = [&](writer& w) {
    return outcome(
      w.users().admit({"issuer", "subject"}, noon, {name, name + "@example.org", "", user_role::user, noon}));
  };
  EXPECT_THAT(at_once(admit, admit), ElementsAre(ok, ok));
  EXPECT_EQ(count("users WHERE username = 'first'"), 1);
  EXPECT_EQ(count("identities"), 1);
}

TEST_P(pairs, one_of_two_users_is_renamed) {
  const auto rename = [](user_id who, std::string name) {
    return [who, name = std::move(name)](writer& w) {
      return outcome(w.users().update(who, {.username = name, .email = {}, .password_hash = {}, .avatar_url = {}}));
    };
  };
  EXPECT_THAT(at_once(rename(ann_, "eve"), rename(bob_, "eve")), ElementsAre(ok, error_code::username_taken));
  EXPECT_THAT(at_once(rename(bob_, "max"), rename(ann_, "max")), ElementsAre(ok, error_code::username_taken));
}

TEST_P(pairs, a_refresh_token_is_exchanged_once) {
  commit([&] { writer_->tokens().add({std::string(32, 'a'), "family", ann_, noon + 1h}); });
  const auto rotate = [&](writer& w) {
    std::optional<std::string> revoked;
    const auto again = w.tokens().rotate({.old_hash = std::string(32, 'a'),
                                          .next_hash = std::string(32, 'b'),
                                          .key_hash = {},
                                          .now = noon,
                                          .expires_at = noon + 1h,
                                          .forget_at = noon + 1h},
                                         revoked);
    return outcome(again);
  };
  // Within the grace the second is told the first one's answer.
  EXPECT_THAT(at_once(rotate, rotate), ElementsAre(ok, ok));
  EXPECT_EQ(count("refresh_tokens WHERE used = 0"), 1);
  EXPECT_EQ(count("refresh_tokens"), 2);
}

TEST_P(pairs, no_successor_outlives_its_family) {
  for (const bool revoke_first : {false, true}) {
    const auto before = std::string(31, 'a') + (revoke_first ? "1" : "2");
    const auto next = std::string(31, 'b') + (revoke_first ? "1" : "2");
    commit([&] { writer_->tokens().add({before, "family" + before, ann_, noon + 1h}); });
    const step rotate = [&](writer& w) {
      std::optional<std::string> revoked;
      return outcome(w.tokens().rotate({.old_hash = before,
                                        .next_hash = next,
                                        .key_hash = {},
                                        .now = noon,
                                        .expires_at = noon + 1h,
                                        .forget_at = noon + 1h},
                                       revoked));
    };
    const step revoke = [&](writer& w) { return (w.tokens().revoke_user(ann_, noon, noon + 1h), ok); };
    if (revoke_first)
      at_once(revoke, rotate);
    else
      at_once(rotate, revoke);
    EXPECT_EQ(count("refresh_tokens"), 0) << revoke_first;
  }
}

TEST_P(pairs, one_of_two_lets_a_user_in) {
  expect_one(
    error_code::already_member, [&] { commit([&] { (void)writer_->members().remove(room_, bob_, false, noon); }); },
    [&](writer& w) { return outcome(w.members().add(room_, bob_, member_role::member, noon)); });
  EXPECT_EQ(count("members"), 2);
}

TEST_P(pairs, a_ban_and_a_mute_may_come_twice) {
  const auto ban = [&](writer& w) { return outcome(w.members().remove(room_, bob_, true, noon)); };
  EXPECT_THAT(at_once(ban, ban), ElementsAre(ok, ok));
  const auto mute = [&](writer& w) { return (w.members().mute_guests(room_, noon), ok); };
  EXPECT_THAT(at_once(mute, mute), ElementsAre(ok, ok));
  EXPECT_EQ(count("bans"), 1);
  EXPECT_EQ(count("guest_mutes"), 1);
}

TEST_P(pairs, one_of_two_lifts_a_ban) {
  expect_one(
    error_code::user_not_found, [&] { commit([&] { (void)writer_->members().remove(room_, bob_, true, noon); }); },
    [&](writer& w) { return outcome(w.members().lift_ban(room_, bob_)); });
}

TEST_P(pairs, one_of_two_requests_waits) {
  const auto ask_to_join = [&](writer& w) {
    return outcome(w.notifications().add({notification_kind::join_request, ann_, bob_, room_, "secret", noon}));
  };
  expect_one(
    error_code::already_pending,
    [&] {
      if (count("notifications WHERE status < 2") != 0) {
        EXPECT_TRUE(commit([&] { return writer_->notifications().withdraw(room_, bob_); }));
      }
    },
    ask_to_join);
}

TEST_P(pairs, one_of_two_answers_counts) {
  notification_id asked;
  expect_one(
    error_code::already_answered, [&] { asked = ask(notification_kind::join_request, room_, ann_, bob_)->id; },
    [&](writer& w) { return outcome(w.notifications().answer(asked, false, noon)); });
}

TEST_P(pairs, an_answered_request_is_not_read_nor_withdrawn) {
  const auto asked = ask(notification_kind::join_request, room_, ann_, bob_)->id;
  const auto answer = [&](writer& w) { return outcome(w.notifications().answer(asked, true, noon)); };
  const auto mark = [&](writer& w) { return outcome(w.notifications().mark(asked, ann_, true)); };
  EXPECT_THAT(at_once(answer, mark), ElementsAre(ok, error_code::already_answered));
  const auto again = ask(notification_kind::join_request, room_, ann_, bob_)->id;
  const auto withdraw = [&](writer& w) { return outcome(w.notifications().withdraw(room_, bob_)); };
  const auto late = [&](writer& w) { return outcome(w.notifications().answer(again, true, noon)); };
  EXPECT_THAT(at_once(withdraw, late), ElementsAre(ok, error_code::gone));
}

TEST_P(pairs, one_of_two_owns_a_task) {
  const auto save = [](user_id by) {
    return [by](writer& w) {
      return outcome(w.tasks().save(
        by, {.connection = "job", .status = "running", .progress = {}, .message = {}, .data = "{}", .at = noon}));
    };
  };
  EXPECT_THAT(at_once(save(ann_), save(bob_)), ElementsAre(ok, error_code::not_task_owner));
  EXPECT_THAT(at_once(save(bob_), save(ann_)), ElementsAre(error_code::not_task_owner, ok));
}

TEST_P(pairs, one_of_two_removes_a_video_or_a_room) {
  video_id film;
  expect_one(
    error_code::video_not_found,
    [&] { film = commit([&] { return writer_->videos().add(link_to(room_, ann_, "film")); })->id; },
    [&](writer& w) { return outcome(w.videos().remove(film)); });
  room_id old;
  expect_one(
    error_code::room_not_found, [&] { old = add_room(ann_, "old"); },
    [&](writer& w) { return outcome(w.rooms().remove(old)); });
}

TEST_P(pairs, a_file_is_used_or_removed) {
  int round = 0;
  file_id file;
  const auto add = [&] {
    file = commit([&] {
             return writer_->files().add({.room = room_,
                                          .uploaded_by = ann_,
                                          .file = std::to_string(++round),
                                          .name = "a",
                                          .content_type = "text/plain",
                                          .size = 1,
                                          .width = {},
                                          .height = {},
                                          .created_at = noon});
           })->id;
  };
  const step use = [&](writer& w) {
    auto x = draft(room_, ann_, "see this");
    x.post.attachments = {file};
    return outcome(w.messages().append(std::span(&x, 1)).at(0));
  };
  const step remove = [&](writer& w) { return w.files().remove_unused(file) ? ok : error_code::file_not_found; };
  add();
  EXPECT_THAT(at_once(use, remove), ElementsAre(ok, error_code::file_not_found));
  add();
  EXPECT_THAT(at_once(remove, use), ElementsAre(ok, error_code::file_not_found));
  expect_one(error_code::file_not_found, add, use);
}

TEST_P(pairs, the_higher_read_mark_stands) {
  const auto low = post(room_, ann_, "one");
  const auto high = post(room_, ann_, "two");
  const auto raise = [&](message_id to) {
    return [&, to](writer& w) { return (w.read_marks().raise(room_, ann_, to), ok); };
  };
  at_once(raise(high), raise(low));
  EXPECT_EQ(trial_->number("SELECT last_read_id FROM read_marks"), high.value);
}

TEST_P(pairs, what_a_message_said_first_is_kept_through_two_edits) {
  const auto said = append({draft(room_, ann_, "first", "key")}).at(0)->value.id;
  const auto edit = [&](std::string to) {
    return [&, to = std::move(to)](writer& w) { return outcome(w.messages().edit(said, to, noon)); };
  };
  EXPECT_THAT(at_once(edit("second"), edit("third")), ElementsAre(ok, ok));
  EXPECT_TRUE(append({draft(room_, ann_, "first", "key")}).at(0)->repeated);
  EXPECT_EQ(append({draft(room_, ann_, "second", "key")}).at(0).error(), error_code::client_msg_id_reused);
}

TEST_P(pairs, a_block_may_come_twice) {
  const auto block = [&](writer& w) { return outcome(w.blocks().add(ann_, bob_, noon)); };
  EXPECT_THAT(at_once(block, block), ElementsAre(ok, ok));
  EXPECT_EQ(count("blocks"), 1);
}

INSTANTIATE_TEST_SUITE_P(backends, pairs, ::testing::ValuesIn(all_backends()), backend_name);

} // namespace
} // namespace parley::storage::testing
