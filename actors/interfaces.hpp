// The actors of a node and how they speak with each other: read it, then the header of the one that you want to know.
//
//   connection ──inbound──▶ session ──join, post, typing──▶ room ──append──▶ write_gate ──▶ committer
//        ▲                   │   ▲                          │  ▲                              │
//        │           find_room   entered, refused           │  └───────────committed──────────┘
//     outbox ◀── hub ◀───────┼──── attach, deliver, unicast ┘
//                            ▼
//                        placement            directory: users and their sessions
//
// A session lives on its socket's I/O thread, a room on the thread that its id hashes to; each I/O thread has one
// hub, which knows the connections of that thread and fans out to them by plain calls. The database writer and readers
// and the hashers own a thread each.
//
// Who sends what to whom (script/check-topology compares it with the sources; visitor and audience are what a room
// knows of sessions and hubs, db_writer what everybody but the gate knows of the gate):
//
//   connection → session        inbound connection_lost
//   session    → hub            enrol identify remind withdraw
//   session    → placement      find_room
//   session    → directory      signed_in signed_out claim_client release_client
//   session    → task_board     watch_task unwatch_task
//   session    → room           join_room leave_room post_message set_typing rename_member steer set_buffering
//                               request_sync
//   session    → db_reader      read_request
//   session    → db_writer      write_request
//   hub        → session        wake drain
//   hub        → hub            tick
//   room       → visitor        entered_room refused removed_from_room
//   room       → audience       attach_listener detach_listener deliver unicast close_connection
//   room       → mirror         mirror_presence
//   room       → placement      occupancy_changed room_gone
//   room       → directory      notify_user find_absent tell_absent
//   room       → db_reader      read_request
//   room       → db_writer      append_message write_request
//   room       → room           tick
//   placement  → room           retire
//   placement  → db_reader      read_request
//   placement  → placement      tick
//   directory  → session        access_revoked renamed push_frame room_news replaced
//   directory  → hub            revoked_tokens
//   task_board → session        push_frame
//   task_board → task_board     tick
//   task_board → db_reader      read_request
//   task_board → db_writer      write_request
//   write_gate → db_writer      get_writer_figures
//   write_gate → room           committed
//   write_gate → write_gate     tick
//   committer  → room           committed
//   committer  → committer      flush tick
//   http       → hub            dismiss forget_user get_connections get_disconnects get_hub_figures
//   http       → placement      find_room get_occupancy get_rooms_active
//   http       → directory      revoke_access user_renamed get_online get_users_online get_clients push_to_client
//                               push_to_user
//   http       → task_board     publish_task
//   http       → cluster        find_nodes find_connections find_disconnects dismiss get_cluster_figures
//                               count_attempt hold_upload release_upload
//   http       → room           submit_message edit_message delete_message mark_read change_room change_config
//                               dissolve_room transfer_room become_member withdraw_request invite_member
//                               answer_notification change_member remove_member lift_ban video_removed rename_member
//   http       → db_reader      read_request
//   http       → db_writer      write_request get_writer_figures
//   http       → hasher         hash_password check_password
//   cluster    → directory      evict_client
//   cluster    → task_board     task_elsewhere refresh_tasks
//   cluster    → hub            get_connections get_disconnects
//   cluster    → cluster        tick
//   worker     → hub            drain
//   node       → hub            get_hub_figures
//   node       → placement      get_rooms_active
//   node       → directory      revoke_access get_users_online
//   node       → db_writer      write_request get_writer_figures
//
// With several nodes (cluster/interfaces.hpp) a relay is a room, and a link the audience, visitors and mirror of those
// who are on another node:
//
//   relay      → room           expect_people tick
//   relay      → audience       detach_listener close_connection
//   link       → room           leave_room settle_room
#pragma once

// IWYU pragma: begin_exports
#include "actors/interfaces/audience.hpp"
#include "actors/interfaces/cluster.hpp"
#include "actors/interfaces/common.hpp"
#include "actors/interfaces/database.hpp"
#include "actors/interfaces/directory.hpp"
#include "actors/interfaces/hasher.hpp"
#include "actors/interfaces/hub.hpp"
#include "actors/interfaces/placement.hpp"
#include "actors/interfaces/room.hpp"
#include "actors/interfaces/session.hpp"
#include "actors/interfaces/task_board.hpp"
#include "actors/interfaces/visitor.hpp"
// IWYU pragma: end_exports
