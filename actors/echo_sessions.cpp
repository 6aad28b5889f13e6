#include "actors/echo_sessions.hpp"

#include <utility>

namespace parley {

void simple_session::begin(auth_status) {
  reply(simple_connected_reply{subject()});
  port().start_reading();
}

void simple_session::on_message(std::string_view payload, bool) {
  reply(echo_reply{subject(), std::string(payload), ++count_});
}

void test_session::begin(auth_status) {
  reply(test_reply{subject()});
  port().start_reading();
}

void test_session::on_message(std::string_view payload, bool binary) {
  port().send(make_frame(binary ? opcode::binary : opcode::text, payload));
}

} // namespace parley
