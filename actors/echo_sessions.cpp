#include "actors/echo_sessions.hpp"

#include <utility>

namespace parley {

void simple_session::begin(auth_status) {
  reply(simple_connected_reply{start().subject});
  start().port->start_reading();
}

void simple_session::on_message(inbound& x) {
  reply(echo_reply{start().subject, std::move(x.text), ++count_});
}

void test_session::begin(auth_status) {
  reply(test_reply{start().subject});
  start().port->start_reading();
}

void test_session::on_message(inbound& x) {
  start().port->send(make_frame(x.binary ? opcode::binary : opcode::text, x.text));
}

} // namespace parley
