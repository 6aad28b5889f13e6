// Made by codegen/emit.mjs from the documents of the server; do not edit. allowed: as long as they are
import type { ErrorCode } from './codes.ts';
import type { Attachments, Config, Count, FileIds, Id, MessageType, Notification, Time, UserBrief, Video } from './http.ts';

export type AuthStatus = 'authenticated' | 'guest' | 'invalid_token' | 'auth_error';

export type ClientConnected = {
  type: 'connected';
  client_id: string;
  message: string;
  user_id: number | null;
  auth_status: AuthStatus;
};

export type Hello = {
  type: 'hello';
  message: string;
};

export type HelloAnswered = {
  type: 'hello';
  message: string;
  client_id: string;
  user: FrameUser | null;
};

export type ClientPing = {
  type: 'ping';
  /** Any JSON; the answer repeats it. */
  timestamp?: unknown;
};

export type ClientPong = {
  type: 'pong';
  timestamp?: unknown;
  server_time_ms: Millis;
};

export type Push = {
  type: 'push';
  data: unknown;
};

export type TaskConnected = {
  type: 'connected';
  message: string;
  connection_id: string;
  user_id: Id;
  auth_status: AuthStatus;
};

export type SimpleConnected = {
  type: 'connected';
  connection_id: string;
};

export type Echo = {
  type: 'echo';
  connection_id: string;
  data: string;
  count: number;
};

export type TestConnected = {
  type: 'test';
  connection_id: string;
  message: string;
};

/** Whatever the client sends. */
export type AnyFrame = unknown;

export type ChatSend = {
  type: 'chat_message';
  content: SaidContent;
  message_type?: MessageType;
  client_msg_id?: string;
  attachments?: FileIds;
};

export type ChatTyping = {
  type: 'typing';
  is_typing: boolean;
};

export type ChatJoin = {
  type: 'user_join';
};

export type ChatLeave = {
  type: 'user_leave';
};

export type FlatPing = {
  type: 'ping';
};

export type FlatPong = {
  type: 'pong';
  server_time_ms: Millis;
};

export type FlatError = {
  type: 'error';
  message: string;
  code: ErrorCode;
  supported_types?: string[];
  retry_after_ms?: Millis;
};

export type FlatDraining = {
  type: 'server_draining';
  reconnect_after_ms: number;
};

export type ConnectionEstablished = {
  type: 'connection_established';
  message: string;
  user: FrameUser;
};

export type UserJoined = {
  type: 'user_join';
  user: FrameUser;
};

export type UserLeft = {
  type: 'user_leave';
  user: FrameUser;
};

export type ChatTypingHeard = {
  type: 'typing';
  user: FrameUser;
  is_typing: boolean;
};

export type ChatMessage = {
  type: 'chat_message';
  message: {
    id: Id;
    content: string;
    message_type: MessageType;
    timestamp: Time;
    sender: FrameUser;
    client_msg_id?: string;
    attachments?: Attachments;
  };
};

export type ChatMessageEdited = {
  type: 'message_edited';
  message: {
    id: Id;
    content: string;
    message_type: MessageType;
    timestamp: Time;
    sender: FrameUser;
    client_msg_id?: string;
    attachments?: Attachments;
    edited_at: Time;
  };
};

export type ChatMessageDeleted = {
  type: 'message_deleted';
  id: Id;
  room_id: Id;
};

export type ChatMessageRead = {
  type: 'message_read';
  room_id: Id;
  user_id: Id;
  last_read_id: Id;
};

export type ChatSyncState = {
  type: 'sync_state';
  room_id: Id;
  version: Count;
  video: Video | null;
  state: 'playing' | 'paused';
  position_s: number;
  rate: number;
  server_time_ms: Millis;
  by: number | null;
  waiting_for: Id[];
};

export type ChatMemberJoined = {
  type: 'member_joined';
  room_id: Id;
  user: UserBrief;
  role: 'member' | 'moderator' | 'owner';
  muted_until: Time | null;
};

export type ChatMemberLeft = {
  type: 'member_left';
  room_id: Id;
  user: UserBrief;
  role: 'member' | 'moderator' | 'owner';
  muted_until: Time | null;
};

export type ChatMemberChanged = {
  type: 'member_changed';
  room_id: Id;
  user: UserBrief;
  role: 'member' | 'moderator' | 'owner';
  muted_until: Time | null;
};

export type ChatRoomUpdated = {
  type: 'room_updated';
  id: Id;
  name: string;
  description: string;
  owner_id: Id;
  is_active: boolean;
  active_users: Count;
  member_count: Count;
  config: Config;
  created_at: Time;
};

export type ChatRoomClosed = {
  type: 'room_closed';
  room_id: Id;
};

/** In code points. One of them at least must be seen: not white space, default-ignorable or blank. */
export type SaidContent = string;

export type Ping = {
  /** Any JSON; the answer repeats it. */
  timestamp?: unknown;
};

export type Auth = {
  token: string;
};

export type JoinRoom = {
  room_id: Id;
  /** Replays what came after it. */
  last_message_id?: number | null;
  /** The revision that the client knows: replays the edits and deletions of older messages since. */
  last_change?: number | null;
  /** Whether a stranger to an open room is refused, in place of becoming a member. */
  members_only?: boolean | null;
};

export type OneRoom = {
  room_id: Id;
};

export type SendMessage = {
  room_id: Id;
  content: SaidContent;
  message_type?: MessageType;
  client_msg_id?: string;
  attachments?: FileIds;
};

export type Typing = {
  room_id: Id;
  is_typing: boolean;
};

export type SyncLoad = {
  room_id: Id;
  video_id: number | null;
  if_version?: Count;
};

export type SyncPosition = {
  room_id: Id;
  position_s: number;
  if_version?: Count;
};

export type SyncRate = {
  room_id: Id;
  rate: number;
  if_version?: Count;
};

export type SyncBuffering = {
  room_id: Id;
  is_buffering: boolean;
};

export type ClockPing = {
  /** The client's clock in milliseconds. */
  t0: number;
};

export type Connected = {
  connection_id: Id;
  auth_status: 'authenticated' | 'guest' | 'invalid_token';
  user: FrameUser | null;
  heartbeat_ms: Millis;
  server_time: Time;
};

export type Pong = {
  timestamp: unknown;
  server_time_ms: Millis;
};

export type AuthOk = {
  user: FrameUser;
  expires_at: Time;
};

export type AuthExpiring = {
  expires_at: Time;
};

export type RoomJoined = {
  room_id: Id;
  status: 'success';
  active_users: Count;
  last_message_id: number | null;
  sync: SyncState | null;
  /** The room's revision: how often messages of it were edited or deleted. Each `message_edited` and `message_deleted` that is not replayed raises it by one. */
  last_change: number;
  /** The users who are here, the one that joins too; null in a room of more than 200 members. */
  online: Id[] | null;
  /** How far members have read who have read anything; null in a room of more than 200 members. */
  reads: Mark[] | null;
  /** Too much was missed: nothing is replayed, read the history. */
  resync?: true;
};

export type Mark = {
  user_id: Id;
  last_read_id: Id;
};

export type MemberNews = {
  room_id: Id;
  user: UserBrief;
  role: 'member' | 'moderator' | 'owner';
  /** For the member itself, the owner and moderators; null for others. */
  muted_until: Time | null;
};

export type RoomActivity = {
  room_id: Id;
  /** null where the member may see none. */
  last_message: Snippet | null;
  /** 1000 means as many or more. */
  unread: number;
};

export type Snippet = {
  id: Id;
  sender: FrameUser;
  /** The beginning; empty where it was deleted. */
  snippet: string;
  timestamp: Time;
};

export type RoomJoinError = {
  room_id: number;
  status: 'failed';
  message: string;
  code: ErrorCode;
};

export type RoomLeft = {
  room_id: Id;
  status: 'success';
  /** Where it was somebody else's doing. */
  reason?: 'removed';
};

export type RoomLeaveError = {
  room_id: number;
  status: 'error';
  message: string;
  code: ErrorCode;
};

export type MessageAck = {
  message_id: Id;
  client_msg_id: string | null;
  timestamp: Time;
  sent_to_online_users: Count;
};

export type RoomMessage = {
  id: Id;
  room_id: Id;
  sender_id: Id;
  sender_username: string;
  content: string;
  message_type: MessageType;
  timestamp: Time;
  edited_at: Time | null;
  deleted: boolean;
  client_msg_id: string | null;
  attachments: Attachments;
  /** It was missed, and is sent again. */
  replayed?: true;
  guest_name?: GuestName;
};

export type MessageEdited = {
  id: Id;
  room_id: Id;
  sender_id: Id;
  sender_username: string;
  content: string;
  message_type: MessageType;
  timestamp: Time;
  edited_at: Time | null;
  deleted: boolean;
  client_msg_id: string | null;
  attachments: Attachments;
  /** It was missed, and is told again. */
  replayed?: true;
};

export type TypingHeard = {
  room_id: Id;
  user: FrameUser;
  is_typing: boolean;
};

export type Presence = {
  room_id: Id;
  user: FrameUser;
  status: 'online' | 'offline';
  active_users: Count;
};

export type MessageRead = {
  room_id: Id;
  user_id: Id;
  last_read_id: Id;
};

export type RoomUpdated = {
  id: Id;
  name: string;
  description: string;
  owner_id: Id;
  is_active: boolean;
  active_users: Count;
  member_count: Count;
  config: Config;
  created_at: Time;
};

export type RoomClosed = {
  room_id: Id;
};

export type NotificationAnswered = {
  id: Id;
  room_id: Id;
  status: 'accepted' | 'rejected';
  user: UserBrief;
};

export type SyncConflict = {
  code: 'sync_conflict';
  message: string;
  sync: SyncState;
};

export type ClockPong = {
  /** As it was sent. */
  t0: number;
  /** When the server received it, in milliseconds. */
  t1: number;
  /** When the server answered, in milliseconds. */
  t2: number;
};

export type Error = {
  code: ErrorCode;
  message: string;
  supported_types?: string[];
  retry_after_ms?: Millis;
};

export type FrameUser = {
  id: Id;
  username: string;
  guest_name?: GuestName;
};

/** What a guest, who is user 1, calls itself; only where it gave a name. Of live frames, not of what is stored. */
export type GuestName = string;

/** Milliseconds. */
export type Millis = number;

/** The position as it was at `server_time_ms`; now it is position_s + (now - server_time_ms) * rate. */
export type SyncState = {
  room_id: Id;
  version: Count;
  video: Video | null;
  state: 'playing' | 'paused';
  position_s: number;
  rate: number;
  server_time_ms: Millis;
  /** Whose change was the last. */
  by: number | null;
  waiting_for: Id[];
};

export type MessageGone = {
  id: Id;
  room_id: Id;
  /** It was missed, and is told again. */
  replayed?: true;
};

export type Draining = {
  reconnect_after_ms: number;
};

/** What a client says on `/ws`: the payload of each type. */
export interface ClientFrames {
  /** Is anybody there? */
  ping: Ping;
  /** Signs in, or extends the socket with a new token. */
  auth: Auth;
  /** From now on this socket hears the room. */
  join_room: JoinRoom;
  /** No longer. */
  leave_room: OneRoom;
  /** Says something in a room. */
  send_message: SendMessage;
  /** The others of the room hear it, and a stop by itself after 6 s. */
  typing: Typing;
  /** Puts a video up, paused at 0, or none. */
  sync_load: SyncLoad;
  /** Plays from there. */
  sync_play: SyncPosition;
  /** Pauses there. */
  sync_pause: SyncPosition;
  /** Goes there. */
  sync_seek: SyncPosition;
  /** Plays so much faster or slower. */
  sync_rate: SyncRate;
  /** The room's clock stands still while anyone buffers, 15 s at most. */
  sync_buffering: SyncBuffering;
  /** What does the room watch? */
  sync_request: OneRoom;
  /** What time is it on the server? */
  clock_ping: ClockPing;
}

/** What it hears there. */
export interface ServerFrames {
  /** The first frame. */
  connected: Connected;
  /** The answer to `ping`. */
  pong: Pong;
  /** The token was taken. */
  auth_ok: AuthOk;
  /** The token is good for another minute. */
  auth_expiring: AuthExpiring;
  /** The answer to `join_room`. */
  room_joined: RoomJoined;
  /** It was refused. */
  room_join_error: RoomJoinError;
  /** The answer to `leave_room`, or news of a removal. */
  room_left: RoomLeft;
  /** It was refused. */
  room_leave_error: RoomLeaveError;
  /** The message is stored. */
  message_ack: MessageAck;
  /** Somebody said something. */
  room_message: RoomMessage;
  /** A message is another one now. */
  message_edited: MessageEdited;
  /** A message was taken back. */
  message_deleted: MessageGone;
  /** A member has read up to there. */
  message_read: MessageRead;
  /** Another member types, or stopped, or said what it typed. */
  typing: TypingHeard;
  /** A user's first session joined the room, or the last one left, or was lost some seconds ago. */
  presence: Presence;
  /** Somebody became a member. */
  member_joined: MemberNews;
  /** A member left, or was removed; as what it was. */
  member_left: MemberNews;
  /** A member, or all guests as user 1, has another role or mute. */
  member_changed: MemberNews;
  /** What happened last in a room of this user's that this socket has not joined: the latest, once a second at most, once in ten in a room of over 1000 members; also when the user has read more elsewhere. */
  room_activity: RoomActivity;
  /** The room has another name, description or setting. */
  room_updated: RoomUpdated;
  /** The room was dissolved. */
  room_closed: RoomClosed;
  /** An invitation or a request for this user, or news of one. */
  notification: Notification;
  /** What this user asked was answered. */
  notification_answered: NotificationAnswered;
  /** What the room watches; also the answer to `sync_request`. */
  sync_state: SyncState;
  /** `if_version` was no longer the version; nothing changed. */
  sync_conflict: SyncConflict;
  /** The answer to `clock_ping`. */
  clock_pong: ClockPong;
  /** The server goes away; come back after so long. */
  server_draining: Draining;
  /** A frame could not be served. */
  error: Error;
}
