#include "protocol/post_reader.hpp"

#include "protocol/json_reader.hpp"
#include "protocol/text.hpp"
#include "protocol/words.hpp"

#include <nlohmann/json.hpp>

namespace parley {

tl::expected<post_draft, error_code> read_post(const nlohmann::json& object, const text_limits& bounds) {
  const auto* content = find_member(object, "content");
  const auto* type = find_member(object, "message_type");
  const auto* client_msg_id = find_member(object, "client_msg_id");
  if (content == nullptr || !content->is_string() || (type != nullptr && !type->is_string()) ||
      (client_msg_id != nullptr && !client_msg_id->is_string()))
    return tl::unexpected{error_code::bad_message};

  post_draft out;
  out.content = content->get_ref<const std::string&>();
  if (says_nothing(out.content) || count_characters(out.content) > bounds.content_characters)
    return tl::unexpected{error_code::validation_failed};
  if (type != nullptr) {
    const auto known = parse_word<message_type>(type->get_ref<const std::string&>());
    if (!known)
      return tl::unexpected{error_code::validation_failed};
    out.type = *known;
  }
  if (client_msg_id != nullptr) {
    out.client_msg_id = client_msg_id->get_ref<const std::string&>();
    if (out.client_msg_id->empty() || out.client_msg_id->size() > limits::client_msg_id_max)
      return tl::unexpected{error_code::validation_failed};
  }
  return out;
}

} // namespace parley
