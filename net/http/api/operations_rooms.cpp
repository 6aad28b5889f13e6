// Rooms, their members, and the notifications that invitations travel as.
#include "net/http/api/operation.hpp"

namespace parley::net::api {

namespace {

using enum error_code;

std::vector<operation> of_rooms() {
  return {
    {.name = "create_room",
     .tag = "Rooms",
     .summary = "Makes a room; the caller owns it",
     .bodies = {{"NewRoom"}},
     .answers = {{201, "The new room.", "Room"}}},
    {.name = "list_rooms",
     .tag = "Rooms",
     .summary = "The caller's rooms, or all public ones",
     .parameters = paged({{"scope", "RoomScope"}, {"search", "SearchText", "A part of the name, whatever its case."}}),
     .answers = {{200, "A page of rooms.", "RoomPage"}}},
    {.name = "show_room",
     .tag = "Rooms",
     .summary = "A room, to members, or to anybody where it is public",
     .answers = {{200, "The room.", "Room"}},
     .errors = in_room()},
    {.name = "show_room_details",
     .tag = "Rooms",
     .summary = "A room with its owner and members",
     .answers = {{200, "The room.", "RoomDetails"}},
     .errors = in_room()},
    {.name = "change_room",
     .tag = "Rooms",
     .summary = "Changes name and description (the owner)",
     .bodies = {{"RoomChange"}},
     .answers = {{200, "The room as it is now.", "Room"}},
     .errors = in_room({owner_only})},
    {.name = "change_room_config",
     .tag = "Rooms",
     .summary = "Changes any of the settings (the owner)",
     .bodies = {{"ConfigChange"}},
     .answers = {{200, "The room as it is now.", "Room"}},
     .errors = in_room({owner_only})},
    {.name = "delete_room",
     .tag = "Rooms",
     .summary = "Dissolves the room (the owner)",
     .answers = {{204, "It is gone."}},
     .errors = in_room({owner_only})},
    {.name = "transfer_room",
     .tag = "Rooms",
     .summary = "Gives the room to another member (the owner)",
     .bodies = {{"UserReference"}},
     .answers = {{200, "The room as it is now.", "Room"}},
     .errors = in_room({owner_only, user_not_found})},
  };
}

std::vector<operation> of_members() {
  return {
    {.name = "add_member",
     .tag = "Members",
     .summary = "Invites a user (members), or asks to join (others)",
     .bodies = {{"MemberRequest"}},
     .answers = {{200, "The caller is a member now.", "Joined"}, {201, "Somebody has been asked.", "Pending"}},
     .errors = in_room({user_not_found, invite_only, banned, user_blocked, invitation_declined, already_member,
                        already_pending, rate_limited}),
     .body_is_optional = true},
    {.name = "withdraw_request",
     .tag = "Members",
     .summary = "Takes the caller's own request to join back; who answers it then is told 410",
     .answers = {{204, "It is withdrawn."}},
     .errors = {room_not_found, notification_not_found}},
    {.name = "change_member",
     .tag = "Members",
     .summary = "Changes the role (the owner), or mutes (the owner, moderators); user 1 stands for all guests",
     .bodies = {{"MemberChange"}},
     .answers = {{200, "The member as it is now.", "MemberState"}},
     .errors = in_room({owner_only, moderator_only, user_not_found})},
    {.name = "remove_member",
     .tag = "Members",
     .summary = "Removes a member (the owner, moderators), or leaves",
     .parameters = {{"ban", "Flag", "Whether to keep the user out from now on."}},
     .answers = {{204, "No member any more."}},
     .errors = in_room({owner_only, moderator_only, user_not_found, owner_cannot_leave})},
    {.name = "list_bans",
     .tag = "Members",
     .summary = "Who is banned (the owner, moderators)",
     .parameters = paged(),
     .answers = {{200, "A page of users.", "UserBriefPage"}},
     .errors = in_room({moderator_only})},
    {.name = "lift_ban",
     .tag = "Members",
     .summary = "Lifts a ban (the owner, moderators)",
     .answers = {{204, "Not banned any more."}},
     .errors = in_room({moderator_only, user_not_found})},
    {.name = "join_room",
     .tag = "Members",
     .summary = "Asks to join, as `POST /rooms/{room_id}/members` without a body",
     .bodies = {{"RoomReference"}},
     .answers = {{200, "The caller is a member now.", "Joined"}, {201, "The owner has been asked.", "Pending"}},
     .errors = in_room(
       {invite_only, banned, user_blocked, invitation_declined, already_member, already_pending, rate_limited})},
    {.name = "leave_room",
     .tag = "Members",
     .summary = "Leaves, as `DELETE /rooms/{room_id}/members/{user_id}` of oneself",
     .bodies = {{"RoomReference"}},
     .answers = {{204, "No member any more."}},
     .errors = in_room({owner_cannot_leave})},
  };
}

std::vector<operation> of_notifications() {
  return {
    {.name = "list_notifications",
     .tag = "Notifications",
     .summary = "The caller's own, newest first",
     .parameters = paged({{"status", "NotificationFilter"}}),
     .answers = {{200, "A page of notifications.", "NotificationPage"}}},
    {.name = "mark_notification",
     .tag = "Notifications",
     .summary = "Marks one as read or unread, until it is answered",
     .bodies = {{"NotificationMark"}},
     .answers = {{200, "The notification as it is now.", "Notification"}},
     .errors = {notification_not_found, already_answered, gone}},
    {.name = "respond_notification",
     .tag = "Notifications",
     .summary = "Accepts or rejects an invitation or a request",
     .bodies = {{"NotificationAnswer"}},
     .answers = {{200, "It is answered.", "NotificationOutcome"}},
     .errors = {notification_not_found, bad_token, not_a_member, banned, owner_only, user_blocked, invitation_declined,
                already_answered, already_member, already_pending, gone}},
  };
}

} // namespace

std::vector<operation> room_operations() {
  auto out = of_rooms();
  for (auto& more : {of_members(), of_notifications()})
    out.insert(out.end(), more.begin(), more.end());
  return out;
}

} // namespace parley::net::api
