// The fields of what nodes say to each other beside what crossing.hpp shows, in the order in which they are packed.
#pragma once

#include "cluster/peer_items.hpp"

namespace parley::storage {

template <class F>
void each_field(F& f, revoked_family& x) {
  f(x.family, x.forget_at);
}

template <class F>
void each_field(F& f, revoked_user& x) {
  f(x.user, x.cutoff);
}

template <class F>
void each_field(F& f, revocations& x) {
  f(x.families, x.users);
}

} // namespace parley::storage

namespace parley {

template <class F>
void each_field(F& f, task_status& x) {
  f(x.connection, x.status, x.progress, x.message, x.data, x.at);
}

template <class F>
void each_field(F& f, connection_view& x) {
  f(x.id, x.user, x.kind, x.address, x.connected_at, x.rooms, x.outbox_bytes, x.node);
}

template <class F>
void each_field(F& f, disconnect_view& x) {
  f(x.id, x.user, x.code, x.reason, x.at, x.node);
}

template <class F>
void each_field(F& f, find_connections& x) {
  f(x.user, x.at_most);
}

template <class F>
void each_field(F& f, found_connections& x) {
  f(x.items, x.total, x.unanswered);
}

template <class F>
void each_field(F& f, find_disconnects& x) {
  f(x.user);
}

template <class F>
void each_field(F& f, found_disconnects& x) {
  f(x.items, x.unanswered);
}

template <class F>
void each_field(F& f, dismiss& x) {
  f(x.connection);
}

} // namespace parley

namespace parley::cluster {

template <class F>
void each_field(F& f, order_room& x) {
  f(x.room, x.what);
}

template <class F>
void each_field(F& f, ask_room& x) {
  f(x.room, x.number, x.what);
}

template <class F>
void each_field(F& f, answer_room& x) {
  f(x.number, x.what);
}

template <class F>
void each_field(F& f, not_home& x) {
  f(x.room);
}

template <class F>
void each_field(F& f, bounced_order& x) {
  f(x.room, x.what);
}

template <class F>
void each_field(F& f, online_users& x) {
  f(x.all, x.come, x.gone);
}

template <class F>
void each_field(F& f, notify_there& x) {
  f(x.user, x.frame);
}

template <class F>
void each_field(F& f, tell_there& x) {
  f(x.room, x.frames);
}

template <class F>
void each_field(F& f, renamed_there& x) {
  f(x.user);
}

template <class F>
void each_field(F& f, revoke_there& x) {
  f(x.number, x.list);
}

template <class F>
void each_field(F& f, revoked_there& x) {
  f(x.number);
}

template <class F>
void each_field(F& f, push_there& x) {
  f(x.number, x.client, x.user, x.frame);
}

template <class F>
void each_field(F& f, pushed_there& x) {
  f(x.number, x.sockets);
}

template <class F>
void each_field(F& f, live_rooms& x) {
  f(x.all, x.rooms);
}

template <class F>
void each_field(F& f, client_claim& x) {
  f(x.client, x.user, x.connected_at, x.count);
}

template <class F>
void each_field(F& f, client_claims& x) {
  f(x.all, x.held, x.freed, x.number);
}

template <class F>
void each_field(F& f, claims_heard& x) {
  f(x.number, x.is_taken);
}

template <class F>
void each_field(F& f, task_there& x) {
  f(x.number, x.version, x.value);
}

template <class F>
void each_field(F& f, task_heard& x) {
  f(x.number, x.sockets);
}

template <class F>
void each_field(F& f, ask_node& x) {
  f(x.number, x.what);
}

template <class F>
void each_field(F& f, answer_node& x) {
  f(x.number, x.what);
}

} // namespace parley::cluster
