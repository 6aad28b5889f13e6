#include "protocol/post_reader.hpp"

#include "protocol/json_reader.hpp"
#include "protocol/text.hpp"
#include "protocol/words.hpp"

#include <nlohmann/json.hpp>

namespace parley {

namespace {

tl::expected<std::vector<file_id>, error_code> read_attachments(const nlohmann::json* list) {
  std::vector<file_id> out;
  if (list == nullptr)
    return out;
  if (!list->is_array())
    return tl::unexpected{error_code::bad_message};
  if (list->size() > limits::attachments_max)
    return tl::unexpected{error_code::validation_failed};
  for (const auto& one : *list) {
    const auto number = to_integer(one, 1);
    if (!number)
      return tl::unexpected{error_code::bad_message};
    out.emplace_back(*number);
  }
  return out;
}

} // namespace

tl::expected<post_draft, error_code> read_post(const nlohmann::json& object, const text_limits& bounds) {
  const auto* content = find_member(object, "content");
  const auto* type = find_member(object, "message_type");
  const auto* client_msg_id = find_member(object, "client_msg_id");
  if (content == nullptr || !content->is_string() || (type != nullptr && !type->is_string()) ||
      (client_msg_id != nullptr && !client_msg_id->is_string()))
    return tl::unexpected{error_code::bad_message};

  auto attachments = read_attachments(find_member(object, "attachments"));
  if (!attachments)
    return tl::unexpected{attachments.error()};

  post_draft out;
  out.attachments = std::move(*attachments);
  out.content = content->get_ref<const std::string&>();
  const bool may_say_nothing = !out.attachments.empty() && out.content.empty();
  if ((!may_say_nothing && says_nothing(out.content)) || count_characters(out.content) > bounds.content_characters)
    return tl::unexpected{error_code::validation_failed};
  if (type != nullptr) {
    const auto known = parse_word<message_type>(type->get_ref<const std::string&>());
    if (!known)
      return tl::unexpected{error_code::validation_failed};
    out.type = *known;
  }
  if (out.type == message_type::image && out.attachments.empty())
    return tl::unexpected{error_code::validation_failed};
  if (client_msg_id != nullptr) {
    out.client_msg_id = client_msg_id->get_ref<const std::string&>();
    if (out.client_msg_id->empty() || out.client_msg_id->size() > limits::client_msg_id_max)
      return tl::unexpected{error_code::validation_failed};
  }
  return out;
}

} // namespace parley
