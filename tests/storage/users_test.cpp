// Users: names, e-mails, the reserved user, changes.
#include "tests/storage/storage_suite.hpp"

namespace parley::storage::testing {
namespace {

new_user registration_of(const std::string& name, const std::string& email) {
  return {.username = name, .email = email, .password_hash = "x", .role = user_role::user, .created_at = noon};
}

TEST_P(storage_suite, the_first_user_is_anonymous_and_cannot_log_in) {
  const auto found = reader_->users().find_credentials(anonymous_user);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->value.username, "anonymous");
  EXPECT_EQ(found->value.role, user_role::user);
  EXPECT_EQ(found->value.created_at, noon);
  EXPECT_EQ(found->password_hash, "");
}

TEST_P(storage_suite, an_identity_is_one_user) {
  const identity ann{"issuer", "ann"};
  const auto admit = [&](const identity& who, const std::string& name) {
    return commit([&] { return writer_->users().admit(who, noon, registration_of(name, name + "@example.org")); });
  };
  const auto first = admit(ann, "ann");
  ASSERT_TRUE(first);
  EXPECT_EQ(reader_->users().find(*first)->username, "ann");
  EXPECT_EQ(admit(ann, "other"), first);
  EXPECT_FALSE(reader_->users().find_credentials("other")) << "nobody new was made";
  EXPECT_EQ(admit({"issuer", "bob"}, "ann").error(), error_code::username_taken);
  EXPECT_NE(admit({"issuer", "bob"}, "bob").value(), *first);
  EXPECT_NE(admit({"another", "ann"}, "ann2").value(), *first) << "of another provider";
}

TEST_P(storage_suite, an_identity_ends_with_its_user) {
  const identity ann{"issuer", "ann"};
  const auto admit = [&](timestamp issued_at) {
    return commit([&] { return writer_->users().admit(ann, issued_at, registration_of("ann", "ann@example.org")); });
  };
  const auto end = [&](user_id who) {
    commit([&] {
      (void)writer_->tokens().revoke_user(who, noon + 1h, noon + 2h);
      return writer_->accounts().retire(who);
    });
  };
  const auto first = admit(noon);
  end(*first);
  EXPECT_EQ(admit(noon).error(), error_code::invalid_token) << "a token of before makes nobody new";
  EXPECT_EQ(admit(noon + 1h).error(), error_code::invalid_token);
  const auto again = admit(noon + 1h + 1s);
  ASSERT_TRUE(again);
  EXPECT_NE(*again, *first);
  EXPECT_EQ(admit(noon), again) << "whose revoked tokens are for others to refuse";
  end(*again);
  const auto bob = add_user("bob");
  commit([&] { return writer_->tokens().revoke_user(bob, noon + 3h, noon + 4h); });
  EXPECT_NE(admit(noon).value(), *again) << "when its tokens are forgotten, so is who it was";
}

TEST_P(storage_suite, the_first_registered_user_gets_id_2) {
  EXPECT_EQ(add_user("ann"), user_id{2});
  EXPECT_EQ(add_user("bob"), user_id{3});
}

TEST_P(storage_suite, a_created_user_is_read_back_whole) {
  const auto made = commit([&] {
    return writer_->users().create({.username = "Ann",
                                    .email = "Ann@Example.org",
                                    .password_hash = "secret hash",
                                    .role = user_role::admin,
                                    .created_at = noon});
  });
  ASSERT_TRUE(made);
  EXPECT_EQ(reader_->users().find(made->id), *made);
  EXPECT_EQ(made->username, "Ann");
  EXPECT_EQ(made->email, "Ann@Example.org");
  EXPECT_EQ(made->role, user_role::admin);
  EXPECT_EQ(made->created_at, noon);
  EXPECT_EQ(reader_->users().find_credentials(made->id)->password_hash, "secret hash");
}

TEST_P(storage_suite, credentials_are_found_by_name_and_by_email_in_any_case) {
  const auto ann = add_user("Änn");
  for (const char* login : {"Änn", "änn", "ÄNN", "Änn@example.org", "ÄNN@EXAMPLE.ORG"}) {
    const auto found = reader_->users().find_credentials(login);
    ASSERT_TRUE(found) << login;
    EXPECT_EQ(found->value.id, ann);
    EXPECT_EQ(found->password_hash, "hash of Änn");
  }
  EXPECT_FALSE(reader_->users().find_credentials("än"));
  EXPECT_FALSE(reader_->users().find_credentials(""));
  EXPECT_FALSE(reader_->users().find_credentials("' OR 1=1 --"));
}

TEST_P(storage_suite, unknown_ids_find_nobody) {
  EXPECT_FALSE(reader_->users().find(user_id{99}));
  EXPECT_FALSE(reader_->users().find_credentials(user_id{0}));
  EXPECT_FALSE(reader_->profiles().find(user_id{99}));
}

TEST_P(storage_suite, a_name_or_email_that_differs_only_in_case_is_taken) {
  add_user("Ann");
  writer_->begin();
  EXPECT_EQ(writer_->users().create(registration_of("aNN", "other@example.org")).error(), error_code::username_taken);
  EXPECT_EQ(writer_->users().create(registration_of("other", "ann@EXAMPLE.org")).error(), error_code::email_taken);
  EXPECT_TRUE(writer_->users().create(registration_of("other", "other@example.org")));
  writer_->commit();
}

TEST_P(storage_suite, nobody_registers_as_anonymous) {
  writer_->begin();
  for (const char* name : {"anonymous", "Anonymous", "ANONYMOUS", "ａnonymous"})
    EXPECT_EQ(writer_->users().create(registration_of(name, "a@example.org")).error(), error_code::username_taken)
      << name;
  writer_->rollback();
}

TEST_P(storage_suite, a_refused_user_leaves_the_transaction_usable) {
  add_user("ann");
  writer_->begin();
  EXPECT_FALSE(writer_->users().create(registration_of("ann", "b@example.org")));
  const auto bob = writer_->users().create(registration_of("bob", "b@example.org"));
  writer_->commit();
  EXPECT_TRUE(reader_->users().find(bob.value().id));
}

TEST_P(storage_suite, an_update_changes_only_what_it_names) {
  const auto ann = add_user("ann");
  const auto renamed = commit([&] {
    return writer_->users().update(ann, {.username = "Anna", .email = {}, .password_hash = {}, .avatar_url = {}});
  });
  ASSERT_TRUE(renamed);
  EXPECT_EQ(reader_->users().find(ann), *renamed);
  EXPECT_EQ(renamed->username, "Anna");
  EXPECT_EQ(renamed->email, "ann@example.org");
  EXPECT_EQ(reader_->users().find_credentials(ann)->password_hash, "hash of ann");

  ASSERT_TRUE(commit([&] {
    return writer_->users().update(
      ann, {.username = {}, .email = "new@example.org", .password_hash = "new hash", .avatar_url = {}});
  }));
  const auto found = reader_->users().find_credentials("NEW@example.org");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->value.username, "Anna");
  EXPECT_EQ(found->password_hash, "new hash");
  EXPECT_FALSE(reader_->users().find_credentials("ann@example.org"));
}

TEST_P(storage_suite, an_update_says_why_it_was_refused) {
  const auto ann = add_user("ann");
  add_user("bob");
  writer_->begin();
  EXPECT_EQ(
    writer_->users().update(ann, {.username = "BOB", .email = {}, .password_hash = {}, .avatar_url = {}}).error(),
    error_code::username_taken);
  EXPECT_EQ(writer_->users()
              .update(ann, {.username = {}, .email = "Bob@example.org", .password_hash = {}, .avatar_url = {}})
              .error(),
            error_code::email_taken);
  EXPECT_EQ(writer_->users().update(user_id{99}, {}).error(), error_code::user_not_found);
  writer_->commit();
  EXPECT_EQ(reader_->users().find(ann)->username, "ann");
}

TEST_P(storage_suite, a_user_may_change_the_case_of_its_own_name) {
  const auto ann = add_user("ann");
  EXPECT_TRUE(commit([&] {
    return writer_->users().update(ann, {.username = "ANN", .email = {}, .password_hash = {}, .avatar_url = {}});
  }));
  EXPECT_EQ(reader_->users().find(ann)->username, "ANN");
}

TEST_P(storage_suite, an_avatar_is_set_kept_and_removed) {
  const auto ann = add_user("ann");
  const auto update = [&](const user_patch& x) { return commit([&] { return writer_->users().update(ann, x); }); };
  EXPECT_EQ(update({.username = {}, .email = {}, .password_hash = {}, .avatar_url = "/avatars/1.webp"})->avatar_url,
            "/avatars/1.webp");
  EXPECT_EQ(update({.username = "Anna", .email = {}, .password_hash = {}, .avatar_url = {}})->avatar_url,
            "/avatars/1.webp");
  EXPECT_EQ(reader_->users().find(ann)->avatar_url, "/avatars/1.webp");
  const std::optional<std::string> none;
  EXPECT_EQ(update({.username = {}, .email = {}, .password_hash = {}, .avatar_url = none})->avatar_url, std::nullopt);
  EXPECT_EQ(reader_->users().find(ann)->avatar_url, std::nullopt);
  EXPECT_EQ(reader_->users().find(ann)->username, "Anna");
}

TEST_P(storage_suite, promotion_changes_the_role) {
  const auto ann = add_user("ann");
  EXPECT_TRUE(commit([&] { return writer_->users().promote(ann, user_role::admin); }));
  EXPECT_EQ(reader_->users().find(ann)->role, user_role::admin);
  EXPECT_EQ(commit([&] { return writer_->users().promote(user_id{99}, user_role::admin); }).error(),
            error_code::user_not_found);
}

TEST_P(storage_suite, a_database_is_empty_until_somebody_registers) {
  EXPECT_TRUE(commit([&] { return writer_->users().is_empty(); }));
  add_user("ann");
  EXPECT_FALSE(commit([&] { return writer_->users().is_empty(); }));
}

} // namespace
} // namespace parley::storage::testing
