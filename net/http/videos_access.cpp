#include "net/http/videos_access.hpp"

#include "auth/password.hpp"
#include "auth/signed_url.hpp"
#include "net/http/access.hpp"
#include "protocol/limits.hpp"
#include "protocol/public_place.hpp"
#include "protocol/text.hpp"

#include <spdlog/spdlog.h>

namespace parley::net {

namespace {

constexpr std::size_t video_name_bytes = 24;

} // namespace

std::filesystem::path video_path(const http_context& context, std::string_view file) {
  return context.options.videos_dir / file;
}

std::string new_file_name() {
  return auth::random_token(video_name_bytes);
}

std::string content_path(video_id id) {
  return "/videos/" + std::to_string(id.value) + "/content";
}

void sign_url(const http_context& context, video& shown) {
  if (shown.kind == video_kind::file)
    shown.url =
      give_out(auth::path_signer(context.options.secret).sign(content_path(shown.id), context.now() + link_lifetime));
}

tl::expected<std::optional<user_id>, error_code> check_signature_or_bearer(const http_context& context,
                                                                           const request& from, std::string_view path) {
  const auto expires = find_parameter(from.query, "expires");
  const auto signature = find_parameter(from.query, "signature");
  const bool is_signed = expires || signature;
  const auth::path_signer signer(context.options.secret);
  if (is_signed && signer.is_good(path, expires.value_or(""), signature.value_or(""), context.now()))
    return std::nullopt;
  if (!from.bearer)
    return tl::unexpected(is_signed ? error_code::invalid_token : error_code::auth_required);
  const auto claims = context.tokens.check(*from.bearer);
  if (!claims)
    return tl::unexpected(claims.error());
  if (claims->user == anonymous_user)
    return tl::unexpected(error_code::invalid_token);
  return claims->user;
}

std::optional<fault> find_title_fault(const std::optional<std::string>& title) {
  if (!title)
    return fault::required;
  if (title->empty())
    return fault::too_short;
  if (says_nothing(*title))
    return fault::blank;
  if (count_characters(*title) > limits::video_title_max)
    return fault::too_long;
  return std::nullopt;
}

storage::result<video> store_video(storage::writer& to, const storage::new_video& draft) {
  if (auto place = find_place(to, draft.room, draft.uploaded_by); !place)
    return tl::unexpected(place.error());
  return to.videos().add(draft);
}

boost::asio::awaitable<void> bury_video(http_context& context, const storage::stored_video& gone) {
  if (!gone.file.empty()) {
    // A file that stays is swept later; the video is gone for everybody who asks.
    const auto path = video_path(context, gone.file);
    const auto unlinked = co_await context.node.files->remove(path);
    if (!unlinked)
      spdlog::warn("the file of video {} stays: {}", gone.value.id.value, unlinked.error().message());
  }
  const auto room = co_await context.ask.find_room(gone.value.room);
  if (room)
    context.ask.tell(*room, video_removed{gone.value.id});
}

refusal file_failure(std::string_view what, const std::error_code& why) {
  spdlog::error("cannot {} a video's file: {}", what, why.message());
  return refusal(is_short_of_descriptors(why) ? error_code::server_full : error_code::internal);
}

refusal body_failure(error_code why) {
  // Where the client is gone nobody reads the answer, but there must be one.
  return refusal(why == error_code::none ? error_code::bad_request : why);
}

} // namespace parley::net
