// Users: who they are called, how they log in.
#include "media/avatar.hpp"
#include "moving/mover.hpp"
#include "moving/values.hpp"
#include "protocol/limits.hpp"
#include "protocol/text.hpp"
#include "storage/retired.hpp"

namespace parley::moving {
namespace {

constexpr std::string_view scheme_that_is_ours = "bcrypt";

/// `wished`, or with a number behind it where that is taken.
template <class IsTaken>
std::string free_name(const std::string& wished, std::int64_t number, std::size_t most, IsTaken&& is_taken) {
  auto out = wished;
  for (int tries = 0; is_taken(out); ++tries) {
    const auto behind = "-" + std::to_string(number) + (tries == 0 ? "" : "-" + std::to_string(tries));
    const auto room = most > behind.size() ? most - behind.size() : 1;
    out = std::string(first_characters(wished, room)) + behind;
  }
  return out;
}

std::string_view local_part(std::string_view email) {
  return email.substr(0, email.find('@'));
}

} // namespace

void mover::take_user(record& x) {
  auto* const mine = new_place(kind::user, x, users_);
  if (mine == nullptr)
    return;
  const auto& id = *x[field::id];
  auto& counts = told_.of(kind::user);
  ++counts.taken;
  if (x[field::username] && fold(*x[field::username]) == anonymous_name) {
    mine->id = anonymous_user.value;
    told_.note(kind::user, id, rule::reserved, *x[field::username]);
    keep(kind::user, id, mine->id);
    return;
  }
  mine->id = choose_id(kind::user, id);
  if (truth_of(kind::user, id, x[field::is_deleted], false, "deleted")) {
    put_retired(id, mine->id, x[field::username].value_or(""));
    return;
  }
  parley::user out{.id = user_id{mine->id},
                   .username = choose_name(x, id, mine->id),
                   .email = choose_email(x, id, mine->id),
                   .avatar_url = std::nullopt,
                   .created_at = time_of(kind::user, id, x[field::created_at], how_.now, "created_at")};
  const auto role = word_of(kind::user, id, x[field::role], user_role::user, read_user_role, "role");
  if (role == user_role::admin || truth_of(kind::user, id, x[field::is_admin], false, "is_admin")) {
    out.role = user_role::admin;
    told_.note(kind::user, id, rule::administrator, out.username);
  }
  const auto hash = choose_hash(x, id, out);
  out.avatar_url = bring_picture(x, id);
  if (!how_.only_look)
    to_.put(out, hash, false);
  keep(kind::user, id, mine->id);
}

std::string mover::choose_name(const record& x, std::string_view id, std::int64_t ours) {
  std::string said;
  for (const auto what : {field::username, field::full_name})
    if (said.empty() && x[what])
      said = trimmed(*x[what]);
  const auto wished = said.empty() ? std::string(local_part(x[field::email].value_or(""))) : said;
  auto usable = usable_name(wished, how_.texts.username_min, how_.texts.username_max);
  if (usable.empty() || fold(usable).starts_with(storage::retired_prefix))
    usable = "user-" + std::to_string(ours);
  auto out = free_name(usable, ours, how_.texts.username_max,
                       [&](const std::string& name) { return names_.contains(fold(name)); });
  names_.insert(fold(out));
  if (!x[field::username] || out != normalise(*x[field::username]))
    told_.note(kind::user, id, rule::new_name, std::string(wished).append(" → ").append(out));
  return out;
}

std::string mover::choose_email(const record& x, std::string_view id, std::int64_t ours) {
  std::string said(trimmed(x[field::email].value_or("")));
  if (looks_like_email(said) && said.size() <= limits::email_max && emails_.insert(fold(said)).second)
    return said;
  auto out = "user-" + std::to_string(ours) + "@import.invalid";
  while (!emails_.insert(fold(out)).second)
    out.insert(0, "x");
  told_.note(kind::user, id, rule::new_email, std::string(said).append(" → ").append(out));
  return out;
}

std::string mover::choose_hash(const record& x, std::string_view id, const parley::user& who) {
  if (!truth_of(kind::user, id, x[field::is_enabled], true, "is_active")) {
    told_.note(kind::user, id, rule::disabled, who.username);
    return {};
  }
  const auto& hash = x[field::password];
  const auto scheme = scheme_of(hash.value_or(""));
  if (scheme == scheme_that_is_ours)
    return *hash;
  if (scheme.empty())
    told_.note(kind::user, id, rule::no_password, who.username);
  else
    told_.note(kind::user, id, rule::foreign_password, std::string(scheme).append(", ").append(who.username));
  return how_.make_password && !how_.only_look ? how_.make_password(who) : std::string();
}

std::optional<std::string> mover::bring_picture(const record& x, std::string_view id) {
  const auto& said = x[field::avatar];
  if (!said || trimmed(*said).empty())
    return std::nullopt;
  const auto found = read_picture_.find(trimmed(*said));
  const auto made = found ? media::make_avatar(*found) : tl::unexpected(error_code::bad_image);
  if (!made) {
    constexpr std::size_t shown = 100; // characters: it may be a whole picture
    const auto text = repair(*said).text;
    told_.note(kind::user, id, rule::no_picture,
               std::string(first_characters(text, shown)) + (found ? ": no picture that is taken" : ": not found"));
    return std::nullopt;
  }
  return how_.only_look ? std::string() : pictures_.put(made->bytes, made->extension);
}

void mover::put_retired(const std::string& theirs, std::int64_t ours, std::string said) {
  auto name = std::string(storage::retired_prefix) + std::to_string(ours);
  while (!names_.insert(name).second)
    name += '.';
  auto email = name + "@parley.invalid";
  emails_.insert(email);
  if (said != name)
    told_.note(kind::user, theirs, rule::stand_in, said.append(" → ").append(name));
  if (!how_.only_look)
    to_.put(parley::user{.id = user_id{ours},
                         .username = std::move(name),
                         .email = std::move(email),
                         .avatar_url = std::nullopt,
                         .created_at = how_.now},
            {}, true);
  keep(kind::user, theirs, ours);
}

user_id mover::stand_in(const std::string& theirs, std::string_view message) {
  const auto [found, is_new] = users_.try_emplace(theirs);
  if (is_new) {
    found->second.id = choose_id(kind::user, theirs);
    put_retired(theirs, found->second.id, "the sender of message " + std::string(message));
  }
  return user_id{found->second.id};
}

} // namespace parley::moving
