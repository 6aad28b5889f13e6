// Made by codegen/emit.mjs from the documents of the server; do not edit. allowed: as long as they are
import type { ErrorCode } from './codes.ts';

export type { ErrorCode };

export type MessageType = 'text' | 'image' | 'file' | 'system';

export type Attachments = File[];

export type File = {
  id: Id;
  room_id: Id;
  name: string;
  /** Of a picture by its content, else as its sender said. */
  content_type: string;
  /** Bytes. */
  size: number;
  /** Of a picture, upright, in pixels. */
  width: number | null;
  height: number | null;
  /** Of a picture: at most 512 pixels; expires. */
  thumbnail_url: string | null;
  /** A signed path of this server that expires. */
  url: string;
  uploaded_by: Id;
  created_at: Time;
};

/** The sender's own files of this room that no message has; `content` may be empty then. */
export type FileIds = Id[];

export type NotificationType = 'owner_invitation' | 'member_invitation' | 'join_request';

export type Notification = {
  id: Id;
  status: 'unread' | 'read' | 'accepted' | 'rejected';
  created_at: Time;
  content: {
    type: NotificationType;
    room_id: Id;
    room_name: string;
    user_id: Id;
    /** Who asks or invites. */
    username: string;
    /** Random; proves that the answerer was shown it. */
    token: string;
  };
};

/** A row of the database. */
export type Id = number;

export type Count = number;

/** RFC 3339 in UTC with milliseconds. */
export type Time = string;

export type AvatarUrl = string | null;

export type UserBrief = {
  id: Id;
  username: string;
  avatar_url: AvatarUrl;
};

export type Config = {
  is_public: boolean;
  join_policy: 'approval' | 'open' | 'invite';
  history: 'all' | 'since_join' | 'none';
  allow_guests: boolean;
  sync_mode: 'owner' | 'everyone' | 'off';
};

export type TaskStatus = {
  type: 'task_status';
  connection_id: string;
  status: string;
  progress: number | null;
  message: string;
  data: unknown;
  timestamp: Time;
};

export type Video = {
  id: Id;
  room_id: Id;
  title: string;
  kind: 'file' | 'url';
  /** Of a file: a signed path of this server that expires. */
  url: string;
  /** Bytes of a file. */
  size: number | null;
  content_type: string | null;
  uploaded_by: Id;
  created_at: Time;
};

export type Message = {
  id: Id;
  room_id: Id;
  sender_id: Id;
  sender_username: string;
  /** Empty where the message was deleted. */
  content: string;
  message_type: MessageType;
  timestamp: Time;
  edited_at: Time | null;
  deleted: boolean;
  client_msg_id: string | null;
  attachments: Attachments;
};

/** In code points. One of them at least must be seen: not white space, default-ignorable or blank. */
export type MessageContent = string;

export type NewMessage = {
  /** As in an edit; with attachments it may be empty. */
  content: string;
  attachments?: FileIds;
  message_type?: MessageType;
  /** The same one again within 24 hours posts nothing and answers with the first message. */
  client_msg_id?: string;
};

export type MessageEdit = {
  content: MessageContent;
};

export type MessageReceipt = {
  message: string;
  message_id: Id;
  sent_to_online_users: Count;
  timestamp: Time;
};

export type MessageHistory = {
  /** Oldest first. */
  items: Message[];
  has_more: boolean;
};

export type ReadMark = {
  message_id: Id;
  room_id: Id;
  last_read_id: Id;
};

export type NotificationPage = {
  items: Notification[];
  total: Count;
  page: PageNumber;
  size: PageSize;
};

export type NotificationMark = {
  status: 'read' | 'unread';
};

export type NotificationAnswer = {
  action: 'accept' | 'reject';
  /** Of the notification's `content`. */
  token: string;
};

export type NotificationOutcome = {
  status: 'accepted' | 'rejected';
  room_id: Id;
};

export type NodeStatus = {
  id: string;
  status: 'up' | 'joining' | 'draining';
  connections: Count;
};

export type ServerStatus = {
  status: 'ok' | 'draining';
  node: string;
  version: string;
  uptime_s: Count;
  /** WebSockets. */
  connections: Count;
  /** Of every kind. */
  sockets: Count;
  users_online: Count;
  rooms_active: Count;
  nodes: NodeStatus[];
};

export type Healthy = {
  status: 'ok';
};

export type Ready = {
  status: 'ok';
  /** With a database on another machine: whether a standby has all that is committed. */
  standby?: 'none' | 'synchronous';
};

export type DrainBegun = {
  status: 'draining';
};

export type Unavailable = {
  status: 'unavailable';
  failing: string[];
};

export type Overview = {
  node: string;
  version: string;
  uptime_s: Count;
  /** WebSockets. */
  connections: Count;
  /** Of every kind. */
  sockets: Count;
  users_online: Count;
  rooms_active: Count;
  messages_total: Count;
  deliveries_total: Count;
  slow_closed_total: Count;
  writer: {
    queued: Count;
    commit_p99_ms: number;
  };
};

/** Nodes that did not say within a second what they have; nothing of theirs is among the items. */
export type Unanswered = string[];

export type ConnectionPage = {
  items: ({
    id: Id;
    user_id: number | null;
    username: string | null;
    kind: string;
    address: string;
    connected_at: Time;
    rooms: Id[];
    outbox_bytes: Count;
    node: string;
  })[];
  total: Count;
  page: PageNumber;
  size: PageSize;
  unanswered: Unanswered;
};

export type DisconnectPage = {
  items: ({
    connection_id: Id;
    user_id: number | null;
    code: number;
    reason: string;
    at: Time;
    node: string;
  })[];
  total: Count;
  page: PageNumber;
  size: PageSize;
  unanswered: Unanswered;
};

/** RFC 9457. `code` is stable, `detail` is for people and comes in the language that was asked for. */
export type Problem = {
  type: 'about:blank';
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  /** All faults at once; with `validation_failed` and `bad_image` only. */
  errors?: {
    field: string;
    message: string;
  }[];
};

/** Counted in bytes of UTF-8. */
export type PathId = string;

export type PageNumber = number;

export type PageSize = number;

export type HistoryLimit = number;

/** The id of a message; 0 is the beginning. */
export type Cursor = number;

export type SearchText = string;

/** Numbers with commas between them, at most 100. */
export type UserIds = string;

export type RoomScope = 'mine' | 'public';

export type NotificationFilter = 'unread' | 'read' | 'accepted' | 'rejected';

export type Flag = boolean;

export type Text = string;

export type AnyObject = Record<string, unknown>;

export type Language = 'zh' | 'en' | 'ru';

export type Bytes = string;

/** In code points, one of which at least must be seen. */
export type RoomName = string;

export type ConfigChange = {
  is_public?: boolean;
  join_policy?: 'approval' | 'open' | 'invite';
  history?: 'all' | 'since_join' | 'none';
  allow_guests?: boolean;
  sync_mode?: 'owner' | 'everyone' | 'off';
};

/** What somebody may do in a room now. */
export type RoomAction = 'join' | 'ask' | 'withdraw' | 'read_history' | 'send' | 'invite' | 'leave' | 'edit' | 'configure' | 'set_role' | 'mute' | 'remove' | 'ban' | 'delete_any' | 'transfer' | 'dissolve' | 'add_video' | 'steer' | 'answer_requests';

/** What the room is to the caller. */
export type OwnPlace = {
  /** null for a stranger. */
  role: 'member' | 'moderator' | 'owner' | null;
  muted_until: Time | null;
  joined_at: Time | null;
  last_read_id: Count;
  unread: Unread;
  /** The notification that asks for the caller's place here, its own request or an invitation, and waits for an answer. */
  pending: number | null;
  may: RoomAction[];
};

export type Room = {
  id: Id;
  name: string;
  description: string;
  owner_id: Id;
  is_active: boolean;
  active_users: Count;
  member_count: Count;
  config: Config;
  created_at: Time;
  me: OwnPlace;
  /** In a list of the caller's own rooms: the last one that it may see. */
  last_message?: Message | null;
};

export type NewRoom = {
  name: RoomName;
  description?: string;
  config?: ConfigChange;
};

export type RoomChange = {
  name?: RoomName;
  description?: string;
};

export type RoomReference = {
  room_id: Id;
};

export type RoomPage = {
  items: Room[];
  total: Count;
  page: PageNumber;
  size: PageSize;
};

export type Member = {
  id: Id;
  username: string;
  avatar_url: AvatarUrl;
  role: 'member' | 'moderator' | 'owner';
  online: boolean;
  joined_at: Time;
};

export type RoomDetails = {
  id: Id;
  name: string;
  description: string;
  owner_id: Id;
  is_active: boolean;
  active_users: Count;
  member_count: Count;
  config: Config;
  created_at: Time;
  me: OwnPlace;
  owner: UserBrief;
  members: Member[];
};

/** With `user_id` an invitation, without one the caller's own wish to join. */
export type MemberRequest = {
  user_id?: Id;
};

/** One of the two. */
export type MemberChange = {
  role?: 'moderator' | 'member';
  muted_until?: string | null;
};

export type MemberState = {
  id: Id;
  username: string;
  avatar_url: AvatarUrl;
  role: 'member' | 'moderator' | 'owner';
  online: boolean;
  joined_at: Time;
  muted_until: Time | null;
};

export type Joined = {
  status: 'joined';
};

export type Pending = {
  status: 'pending';
  notification_id: Id;
  type: NotificationType;
};

export type UserReference = {
  user_id: Id;
};

export type TaskReport = {
  connection_id: PathId;
  status: string;
  progress?: number | null;
  message?: string | null;
  /** Any JSON. */
  data?: unknown;
};

export type TaskStatusPage = {
  items: TaskStatus[];
  total: Count;
  page: PageNumber;
  size: PageSize;
};

export type LoginForm = {
  /** Ignored, as every other member of RFC 6749 §4.3.2. */
  grant_type?: string;
  /** The name or the e-mail address. */
  username: string;
  password: string;
};

export type RefreshRequest = {
  refresh_token: string;
};

/** Of the client's choice. */
export type IdempotencyKey = string;

export type TokenPair = {
  access_token: string;
  refresh_token: string;
  token_type: 'bearer';
  /** Seconds. */
  expires_in: number;
};

export type TokenState = {
  valid: true;
  user_id: Id;
  username: string;
  expires_at: Time;
};

export type SessionPage = {
  items: {
    id: Id;
    created_at: Time;
    /** When its refresh token was exchanged last. */
    last_used_at: Time;
    /** From where that was; empty where it is not known. */
    address: string;
    /** What that client calls itself, cut to 256 characters. */
    user_agent: string;
    /** Whether the request's token came of it. */
    current: boolean;
  }[];
  total: Count;
  page: PageNumber;
  size: PageSize;
};

/** Letters and digits of any script, `_`, `-` and `.`. Compared by case-folded NFKC. */
export type Username = string;

/** Counted in bytes of UTF-8, in normalisation form C with spaces as U+0020 (RFC 8265 §4.2.2). */
export type Password = string;

export type Registration = {
  username: Username;
  email: string;
  password: Password;
};

export type ProfileChange = {
  username?: Username;
  email?: string;
  /** JPEG, PNG, WebP or GIF, of an animation the first frame, in Base64 (either alphabet, line ends and padding or none) or as a Base64 data URL; null removes the picture. It is turned upright, made at most 512 pixels large and encoded anew, GIF as PNG; what stands behind the picture in the file is left out. HEIC and AVIF are not taken. */
  avatar?: string | null;
  password?: Password;
  /** Needed with `password`. */
  current_password?: string;
};

export type AccountEnd = {
  current_password: string;
};

export type MessagesToo = 'delete';

export type User = {
  id: Id;
  username: string;
  email: string;
  avatar_url: AvatarUrl;
  role: 'user' | 'admin';
  created_at: Time;
};

/** Counted as far as 1000, which means as many or more. */
export type Unread = number;

export type RoomBrief = {
  id: Id;
  name: string;
  is_active: boolean;
  unread: Unread;
};

export type OwnProfile = {
  id: Id;
  username: string;
  email: string;
  avatar_url: AvatarUrl;
  role: 'user' | 'admin';
  created_at: Time;
  owned_rooms: RoomBrief[];
  joined_rooms: RoomBrief[];
  unread_notifications: Unread;
};

export type UserView = {
  id: Id;
  username: string;
  avatar_url: AvatarUrl;
  online: boolean;
};

export type UserViewPage = {
  items: UserView[];
  total: Count;
  page: PageNumber;
  size: PageSize;
};

export type UserBriefPage = {
  items: UserBrief[];
  total: Count;
  page: PageNumber;
  size: PageSize;
};

export type ClientList = {
  items: {
    client_id: PathId;
    connected_at: Time;
    node: string;
  }[];
};

export type PushRequest = {
  /** Any JSON; it reaches the sockets as it is. */
  data: unknown;
};

export type Delivered = {
  delivered_to: Count;
};

export type VideoLink = {
  title: string;
  url: string;
};

export type VideoPage = {
  items: Video[];
  total: Count;
  page: PageNumber;
  size: PageSize;
};

export type WebhookEvent = 'message.posted' | 'message.edited' | 'message.deleted' | 'member.joined' | 'member.left' | 'room.active' | 'room.vacated' | 'notification.created' | 'task.updated';

export type DeliveryState = 'pending' | 'dead';

export type Webhook = {
  id: Id;
  url: string;
  /** Without any: all. */
  events: WebhookEvent[];
  /** Without any: all. */
  rooms: Id[];
  enabled: boolean;
  /** Where the server did it. */
  disabled_because: string | null;
  /** By the configuration file, which alone changes it. */
  is_configured: boolean;
  created_at: Time;
  /** Events that wait. */
  pending: Count;
  /** Events that were given up. */
  dead: Count;
};

export type WebhookWithSecret = {
  id: Id;
  url: string;
  /** Without any: all. */
  events: WebhookEvent[];
  /** Without any: all. */
  rooms: Id[];
  enabled: boolean;
  /** Where the server did it. */
  disabled_because: string | null;
  /** By the configuration file, which alone changes it. */
  is_configured: boolean;
  created_at: Time;
  /** Events that wait. */
  pending: Count;
  /** Events that were given up. */
  dead: Count;
  /** Signs; no other answer shows it. */
  secret: string;
};

export type WebhookPage = {
  items: Webhook[];
  total: Count;
  page: PageNumber;
  size: PageSize;
};

export type NewWebhook = {
  /** http or https, in ASCII; not the address of a private network, unless the configuration allows it. */
  url: string;
  /** `whsec_` and 24 to 64 bytes in Base64. */
  secret?: string;
  events?: WebhookEvent[];
  rooms?: Id[];
  enabled?: boolean;
};

export type WebhookPatch = {
  /** http or https, in ASCII; not the address of a private network, unless the configuration allows it. */
  url?: string;
  /** `whsec_` and 24 to 64 bytes in Base64. */
  secret?: string;
  events?: WebhookEvent[];
  rooms?: Id[];
  enabled?: boolean;
};

export type WebhookDelivery = {
  id: Id;
  webhook_id: Id;
  /** The field `webhook-id`: the same at each attempt. */
  event_id: string;
  event: 'message.posted' | 'message.edited' | 'message.deleted' | 'member.joined' | 'member.left' | 'room.active' | 'room.vacated' | 'notification.created' | 'task.updated' | 'webhook.test';
  room_id: number | null;
  state: DeliveryState;
  /** That failed. */
  attempts: Count;
  created_at: Time;
  next_at: Time | null;
  last_error: string | null;
  payload: WebhookPayload;
};

/** The body of what is posted, signed as Standard Webhooks say. */
export type WebhookPayload = {
  type: 'message.posted' | 'message.edited' | 'message.deleted' | 'member.joined' | 'member.left' | 'room.active' | 'room.vacated' | 'notification.created' | 'task.updated' | 'webhook.test';
  timestamp: Time;
  data: Record<string, unknown>;
};

export type WebhookDeliveryPage = {
  items: WebhookDelivery[];
  total: Count;
  page: PageNumber;
  size: PageSize;
};

/** What each operation takes, answers and may refuse with. */
export interface Operations {
  /** Registers a user */
  register_user: {
    input: {
      body: Registration;
    };
    answer: User;
    code:
      | never
      | 'bad_json'
      | 'bad_request'
      | 'email_taken'
      | 'rate_limited'
      | 'unsupported_media_type'
      | 'username_taken'
      | 'validation_failed'
    ;
  };
  /** Users whose names hold a text, or those of a list */
  list_users: {
    input: {
      page?: PageNumber;
      size?: PageSize;
      search?: SearchText;
      ids?: UserIds;
    };
    answer: UserViewPage;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** The caller, with rooms and the number of unread notifications */
  show_profile: {
    input: {
    };
    answer: OwnProfile;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'token_expired'
    ;
  };
  /** Changes the caller; a new password closes the caller's sockets and revokes every token */
  change_profile: {
    input: {
      body: ProfileChange;
    };
    answer: User;
    code:
      | never
      | 'auth_required'
      | 'bad_image'
      | 'bad_json'
      | 'bad_request'
      | 'email_taken'
      | 'invalid_token'
      | 'rate_limited'
      | 'token_expired'
      | 'unsupported_media_type'
      | 'username_taken'
      | 'validation_failed'
      | 'wrong_password'
    ;
  };
  /** Ends the caller's account: tokens, sockets and all that is its own go at once; its rooms pass to the oldest moderator, else member, or dissolve; its messages stay under `deleted-` and its id */
  delete_profile: {
    input: {
      messages?: MessagesToo;
      body: AccountEnd;
    };
    answer: void;
    code:
      | never
      | 'auth_required'
      | 'bad_json'
      | 'bad_request'
      | 'invalid_token'
      | 'rate_limited'
      | 'token_expired'
      | 'unsupported_media_type'
      | 'validation_failed'
      | 'wrong_password'
    ;
  };
  /** Where the caller is signed in, the login that was used last first */
  list_sessions: {
    input: {
      page?: PageNumber;
      size?: PageSize;
    };
    answer: SessionPage;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** Ends every login of the caller but the one that asks */
  end_other_sessions: {
    input: {
    };
    answer: void;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'token_expired'
    ;
  };
  /** Ends a login of the caller: its tokens are refused, its sockets closed */
  end_session: {
    input: {
      session_id: PathId;
    };
    answer: void;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'sessions_not_found'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** The caller's live connections of `/ws/{client_id}` */
  list_my_clients: {
    input: {
    };
    answer: ClientList;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'token_expired'
    ;
  };
  /** Whom the caller blocks, the latest first */
  list_blocks: {
    input: {
      page?: PageNumber;
      size?: PageSize;
    };
    answer: UserBriefPage;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** Blocks a user, whose invitations and requests to the caller are refused from now on; 1000 at most */
  block_user: {
    input: {
      user_id: Id;
    };
    answer: void;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'token_expired'
      | 'user_not_found'
      | 'validation_failed'
    ;
  };
  /** Blocks a user no longer */
  unblock_user: {
    input: {
      user_id: Id;
    };
    answer: void;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** Pushes to every connection of `/ws/{client_id}` that the user has */
  push_to_user: {
    input: {
      user_id: Id;
      body: PushRequest;
    };
    answer: Delivered;
    code:
      | never
      | 'admin_only'
      | 'auth_required'
      | 'bad_json'
      | 'bad_request'
      | 'invalid_token'
      | 'token_expired'
      | 'unsupported_media_type'
      | 'user_not_found'
      | 'validation_failed'
    ;
  };
  /** Pushes to the connection of this `client_id` */
  push_to_client: {
    input: {
      client_id: PathId;
      body: PushRequest;
    };
    answer: Delivered;
    code:
      | never
      | 'admin_only'
      | 'auth_required'
      | 'bad_json'
      | 'bad_request'
      | 'invalid_token'
      | 'token_expired'
      | 'unsupported_media_type'
      | 'validation_failed'
    ;
  };
  /** A user as others see it */
  show_user: {
    input: {
      user_id: Id;
    };
    answer: UserView;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'token_expired'
      | 'user_not_found'
      | 'validation_failed'
    ;
  };
  /** Logs in by name or e-mail address */
  login: {
    input: {
      body: LoginForm;
    };
    answer: TokenPair;
    code:
      | never
      | 'bad_credentials'
      | 'bad_json'
      | 'bad_request'
      | 'rate_limited'
      | 'unsupported_media_type'
      | 'validation_failed'
    ;
  };
  /** A new pair for a refresh token, which dies; to use one again revokes its whole family, but that a lost answer may be asked for again */
  refresh_token: {
    input: {
      body: RefreshRequest;
    };
    answer: TokenPair;
    code:
      | never
      | 'bad_json'
      | 'bad_request'
      | 'invalid_token'
      | 'rate_limited'
      | 'token_expired'
      | 'unsupported_media_type'
      | 'validation_failed'
    ;
  };
  /** Whose token this is, and how long it is good */
  check_token: {
    input: {
    };
    answer: TokenState;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'token_expired'
    ;
  };
  /** Revokes a refresh token and the access tokens that came with it; closes their sockets */
  revoke_token: {
    input: {
      body: RefreshRequest;
    };
    answer: void;
    code:
      | never
      | 'bad_json'
      | 'bad_request'
      | 'unsupported_media_type'
      | 'validation_failed'
    ;
  };
  /** Makes a room; the caller owns it */
  create_room: {
    input: {
      body: NewRoom;
    };
    answer: Room;
    code:
      | never
      | 'auth_required'
      | 'bad_json'
      | 'bad_request'
      | 'invalid_token'
      | 'token_expired'
      | 'unsupported_media_type'
      | 'validation_failed'
    ;
  };
  /** The caller's rooms, or all public ones */
  list_rooms: {
    input: {
      page?: PageNumber;
      size?: PageSize;
      scope?: RoomScope;
      search?: SearchText;
    };
    answer: RoomPage;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** Asks to join, as `POST /rooms/{room_id}/members` without a body */
  join_room: {
    input: {
      body: RoomReference;
    };
    answer: Joined | Pending;
    code:
      | never
      | 'already_member'
      | 'already_pending'
      | 'auth_required'
      | 'bad_json'
      | 'bad_request'
      | 'banned'
      | 'invalid_token'
      | 'invitation_declined'
      | 'invite_only'
      | 'not_a_member'
      | 'rate_limited'
      | 'room_not_found'
      | 'token_expired'
      | 'unsupported_media_type'
      | 'user_blocked'
      | 'validation_failed'
    ;
  };
  /** Leaves, as `DELETE /rooms/{room_id}/members/{user_id}` of oneself */
  leave_room: {
    input: {
      body: RoomReference;
    };
    answer: void;
    code:
      | never
      | 'auth_required'
      | 'bad_json'
      | 'bad_request'
      | 'invalid_token'
      | 'not_a_member'
      | 'owner_cannot_leave'
      | 'room_not_found'
      | 'token_expired'
      | 'unsupported_media_type'
      | 'validation_failed'
    ;
  };
  /** A room, to members, or to anybody where it is public */
  show_room: {
    input: {
      room_id: Id;
    };
    answer: Room;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'not_a_member'
      | 'room_not_found'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** Changes name and description (the owner) */
  change_room: {
    input: {
      room_id: Id;
      body: RoomChange;
    };
    answer: Room;
    code:
      | never
      | 'auth_required'
      | 'bad_json'
      | 'bad_request'
      | 'invalid_token'
      | 'not_a_member'
      | 'owner_only'
      | 'room_not_found'
      | 'token_expired'
      | 'unsupported_media_type'
      | 'validation_failed'
    ;
  };
  /** Dissolves the room (the owner) */
  delete_room: {
    input: {
      room_id: Id;
    };
    answer: void;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'not_a_member'
      | 'owner_only'
      | 'room_not_found'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** A room with its owner and members */
  show_room_details: {
    input: {
      room_id: Id;
    };
    answer: RoomDetails;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'not_a_member'
      | 'room_not_found'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** Changes any of the settings (the owner) */
  change_room_config: {
    input: {
      room_id: Id;
      body: ConfigChange;
    };
    answer: Room;
    code:
      | never
      | 'auth_required'
      | 'bad_json'
      | 'bad_request'
      | 'invalid_token'
      | 'not_a_member'
      | 'owner_only'
      | 'room_not_found'
      | 'token_expired'
      | 'unsupported_media_type'
      | 'validation_failed'
    ;
  };
  /** Invites a user (members), or asks to join (others) */
  add_member: {
    input: {
      room_id: Id;
      body?: MemberRequest;
    };
    answer: Joined | Pending;
    code:
      | never
      | 'already_member'
      | 'already_pending'
      | 'auth_required'
      | 'bad_json'
      | 'bad_request'
      | 'banned'
      | 'invalid_token'
      | 'invitation_declined'
      | 'invite_only'
      | 'not_a_member'
      | 'rate_limited'
      | 'room_not_found'
      | 'token_expired'
      | 'unsupported_media_type'
      | 'user_blocked'
      | 'user_not_found'
      | 'validation_failed'
    ;
  };
  /** Takes the caller's own request to join back; who answers it then is told 410 */
  withdraw_request: {
    input: {
      room_id: Id;
    };
    answer: void;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'notification_not_found'
      | 'room_not_found'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** Changes the role (the owner), or mutes (the owner, moderators); user 1 stands for all guests */
  change_member: {
    input: {
      room_id: Id;
      user_id: Id;
      body: MemberChange;
    };
    answer: MemberState;
    code:
      | never
      | 'auth_required'
      | 'bad_json'
      | 'bad_request'
      | 'invalid_token'
      | 'moderator_only'
      | 'not_a_member'
      | 'owner_only'
      | 'room_not_found'
      | 'token_expired'
      | 'unsupported_media_type'
      | 'user_not_found'
      | 'validation_failed'
    ;
  };
  /** Removes a member (the owner, moderators), or leaves */
  remove_member: {
    input: {
      room_id: Id;
      user_id: Id;
      ban?: Flag;
    };
    answer: void;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'moderator_only'
      | 'not_a_member'
      | 'owner_cannot_leave'
      | 'owner_only'
      | 'room_not_found'
      | 'token_expired'
      | 'user_not_found'
      | 'validation_failed'
    ;
  };
  /** Who is banned (the owner, moderators) */
  list_bans: {
    input: {
      room_id: Id;
      page?: PageNumber;
      size?: PageSize;
    };
    answer: UserBriefPage;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'moderator_only'
      | 'not_a_member'
      | 'room_not_found'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** Lifts a ban (the owner, moderators) */
  lift_ban: {
    input: {
      room_id: Id;
      user_id: Id;
    };
    answer: void;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'moderator_only'
      | 'not_a_member'
      | 'room_not_found'
      | 'token_expired'
      | 'user_not_found'
      | 'validation_failed'
    ;
  };
  /** Gives the room to another member (the owner) */
  transfer_room: {
    input: {
      room_id: Id;
      body: UserReference;
    };
    answer: Room;
    code:
      | never
      | 'auth_required'
      | 'bad_json'
      | 'bad_request'
      | 'invalid_token'
      | 'not_a_member'
      | 'owner_only'
      | 'room_not_found'
      | 'token_expired'
      | 'unsupported_media_type'
      | 'user_not_found'
      | 'validation_failed'
    ;
  };
  /** The caller's own, newest first */
  list_notifications: {
    input: {
      page?: PageNumber;
      size?: PageSize;
      status?: NotificationFilter;
    };
    answer: NotificationPage;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** Marks one as read or unread, until it is answered */
  mark_notification: {
    input: {
      notification_id: Id;
      body: NotificationMark;
    };
    answer: Notification;
    code:
      | never
      | 'already_answered'
      | 'auth_required'
      | 'bad_json'
      | 'bad_request'
      | 'gone'
      | 'invalid_token'
      | 'notification_not_found'
      | 'token_expired'
      | 'unsupported_media_type'
      | 'validation_failed'
    ;
  };
  /** Accepts or rejects an invitation or a request */
  respond_notification: {
    input: {
      notification_id: Id;
      body: NotificationAnswer;
    };
    answer: NotificationOutcome;
    code:
      | never
      | 'already_answered'
      | 'already_member'
      | 'already_pending'
      | 'auth_required'
      | 'bad_json'
      | 'bad_request'
      | 'bad_token'
      | 'banned'
      | 'gone'
      | 'invalid_token'
      | 'invitation_declined'
      | 'not_a_member'
      | 'notification_not_found'
      | 'owner_only'
      | 'token_expired'
      | 'unsupported_media_type'
      | 'user_blocked'
      | 'validation_failed'
    ;
  };
  /** Says something; answered once it is stored */
  post_message: {
    input: {
      room_id: Id;
      body: NewMessage;
    };
    answer: MessageReceipt;
    code:
      | never
      | 'auth_required'
      | 'bad_json'
      | 'bad_request'
      | 'client_msg_id_reused'
      | 'file_not_found'
      | 'invalid_token'
      | 'moderator_only'
      | 'muted'
      | 'not_a_member'
      | 'rate_limited'
      | 'room_not_found'
      | 'token_expired'
      | 'unsupported_media_type'
      | 'validation_failed'
    ;
  };
  /** The history, as far as the room shows it to the caller; the newest where no cursor is given */
  list_messages: {
    input: {
      room_id: Id;
      limit?: HistoryLimit;
      before_id?: Cursor;
      after_id?: Cursor;
    };
    answer: MessageHistory;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'not_a_member'
      | 'room_not_found'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** One message */
  show_message: {
    input: {
      message_id: Id;
    };
    answer: Message;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'message_not_found'
      | 'not_a_member'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** Changes what was said (the sender) */
  edit_message: {
    input: {
      message_id: Id;
      body: MessageEdit;
    };
    answer: Message;
    code:
      | never
      | 'auth_required'
      | 'bad_json'
      | 'bad_request'
      | 'gone'
      | 'invalid_token'
      | 'message_not_found'
      | 'muted'
      | 'not_a_member'
      | 'rate_limited'
      | 'sender_only'
      | 'token_expired'
      | 'unsupported_media_type'
      | 'validation_failed'
    ;
  };
  /** Takes back what was said (the sender, moderators, the owner) */
  delete_message: {
    input: {
      message_id: Id;
    };
    answer: void;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'message_not_found'
      | 'moderator_only'
      | 'not_a_member'
      | 'owner_only'
      | 'sender_only'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** Moves the caller's read mark up to the message, never down */
  mark_read: {
    input: {
      message_id: Id;
    };
    answer: ReadMark;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'message_not_found'
      | 'not_a_member'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** Who has read the message */
  list_readers: {
    input: {
      message_id: Id;
      page?: PageNumber;
      size?: PageSize;
    };
    answer: UserBriefPage;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'message_not_found'
      | 'not_a_member'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** Tells `/ws/realtime/{connection_id}` how a task does; who is first owns the id */
  publish_task: {
    input: {
      body: TaskReport;
    };
    answer: Delivered;
    code:
      | never
      | 'auth_required'
      | 'bad_json'
      | 'bad_request'
      | 'invalid_token'
      | 'not_task_owner'
      | 'token_expired'
      | 'unsupported_media_type'
      | 'validation_failed'
    ;
  };
  /** The caller's own tasks, the latest first */
  list_tasks: {
    input: {
      page?: PageNumber;
      size?: PageSize;
    };
    answer: TaskStatusPage;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** The last that was said of a task */
  show_task: {
    input: {
      connection_id: PathId;
    };
    answer: TaskStatus;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'task_not_found'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** The videos of a room */
  list_videos: {
    input: {
      room_id: Id;
      page?: PageNumber;
      size?: PageSize;
    };
    answer: VideoPage;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'not_a_member'
      | 'room_not_found'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** Stores a video, sent as it is, or a link to one */
  add_video: {
    input: {
      room_id: Id;
      title?: Text;
      body: VideoLink;
    };
    answer: Video;
    code:
      | never
      | 'auth_required'
      | 'bad_json'
      | 'bad_request'
      | 'invalid_token'
      | 'not_a_member'
      | 'room_not_found'
      | 'token_expired'
      | 'unsupported_media_type'
      | 'validation_failed'
    ;
  };
  /** Deletes a video (who uploaded it, moderators, the owner) */
  delete_video: {
    input: {
      video_id: Id;
    };
    answer: void;
    code:
      | never
      | 'auth_required'
      | 'invalid_token'
      | 'moderator_only'
      | 'not_a_member'
      | 'owner_only'
      | 'token_expired'
      | 'validation_failed'
      | 'video_not_found'
    ;
  };
  /** The bytes of a video, to members: by a token, or by the signed query of `Video.url` */
  show_video: {
    input: {
      video_id: Id;
    };
    answer: void;
    code:
      | never
      | 'auth_required'
      | 'bad_token'
      | 'forbidden'
      | 'invalid_token'
      | 'not_a_member'
      | 'range_not_satisfiable'
      | 'token_expired'
      | 'validation_failed'
      | 'video_not_found'
    ;
  };
  /** Stores a file, sent as it is, for a message of the room; it goes after 24 h without one. Pictures (JPEG, PNG, WebP, GIF) are checked and get a thumbnail */
  add_file: {
    input: {
      room_id: Id;
      name?: Text;
    };
    answer: File;
    code:
      | never
      | 'auth_required'
      | 'bad_image'
      | 'file_too_large'
      | 'invalid_token'
      | 'not_a_member'
      | 'payload_too_large'
      | 'rate_limited'
      | 'room_not_found'
      | 'token_expired'
      | 'unsupported_media_type'
      | 'validation_failed'
    ;
  };
  /** The bytes of a file, to who may see its message: by a token, or by the signed query of `File.url` */
  show_file: {
    input: {
      file_id: PathId;
    };
    answer: void;
    code:
      | never
      | 'auth_required'
      | 'file_not_found'
      | 'invalid_token'
      | 'not_a_member'
      | 'range_not_satisfiable'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** A picture made at most 512 pixels large: by a token, or by the signed query of `File.thumbnail_url` */
  show_thumbnail: {
    input: {
      file_id: PathId;
    };
    answer: void;
    code:
      | never
      | 'auth_required'
      | 'file_not_found'
      | 'invalid_token'
      | 'not_a_member'
      | 'range_not_satisfiable'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** Begins a resumable upload of a video or a file, or makes a whole of parts */
  create_upload: {
    input: {
      room_id: Id;
    };
    answer: void;
    code:
      | never
      | 'auth_required'
      | 'bad_image'
      | 'file_too_large'
      | 'invalid_token'
      | 'not_a_member'
      | 'not_found'
      | 'payload_too_large'
      | 'rate_limited'
      | 'room_not_found'
      | 'token_expired'
      | 'unsupported_media_type'
      | 'upload_conflict'
      | 'validation_failed'
    ;
  };
  /** Sends more of an upload (who began it) */
  append_upload: {
    input: {
      upload_id: PathId;
    };
    answer: void;
    code:
      | never
      | 'auth_required'
      | 'bad_image'
      | 'file_too_large'
      | 'forbidden'
      | 'gone'
      | 'invalid_token'
      | 'not_a_member'
      | 'not_found'
      | 'payload_too_large'
      | 'rate_limited'
      | 'room_not_found'
      | 'token_expired'
      | 'unsupported_media_type'
      | 'upload_conflict'
      | 'validation_failed'
    ;
  };
  /** Gives an upload up (who began it); of one that is complete, the video goes */
  delete_upload: {
    input: {
      upload_id: PathId;
    };
    answer: void;
    code:
      | never
      | 'auth_required'
      | 'forbidden'
      | 'gone'
      | 'invalid_token'
      | 'not_found'
      | 'token_expired'
      | 'upload_conflict'
      | 'validation_failed'
    ;
  };
  /** The picture of a user */
  show_avatar: {
    input: {
      file: PathId;
    };
    answer: void;
    code:
      | never
      | 'not_found'
      | 'validation_failed'
    ;
  };
  /** Numbers of this node, and which other nodes there are */
  show_status: {
    input: {
    };
    answer: ServerStatus;
    code:
      | never
    ;
  };
  /** Whether the process lives */
  show_health: {
    input: {
    };
    answer: Healthy;
    code:
      | never
    ;
  };
  /** Whether the node can serve */
  show_readiness: {
    input: {
    };
    answer: Ready;
    code:
      | never
    ;
  };
  /** Numbers for Prometheus */
  show_metrics: {
    input: {
    };
    answer: void;
    code:
      | never
    ;
  };
  /** What the node has done and is doing */
  show_overview: {
    input: {
    };
    answer: Overview;
    code:
      | never
      | 'admin_only'
      | 'auth_required'
      | 'invalid_token'
      | 'token_expired'
    ;
  };
  /** Live sockets of all nodes */
  list_connections: {
    input: {
      page?: PageNumber;
      size?: PageSize;
      user_id?: Id;
    };
    answer: ConnectionPage;
    code:
      | never
      | 'admin_only'
      | 'auth_required'
      | 'invalid_token'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** Closes a socket of any node with 4403 */
  close_connection: {
    input: {
      connection_id: PathId;
    };
    answer: void;
    code:
      | never
      | 'admin_only'
      | 'auth_required'
      | 'invalid_token'
      | 'not_found'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** Which sockets of all nodes were closed lately, and why */
  list_disconnects: {
    input: {
      page?: PageNumber;
      size?: PageSize;
      user_id?: Id;
    };
    answer: DisconnectPage;
    code:
      | never
      | 'admin_only'
      | 'auth_required'
      | 'invalid_token'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** Ends the node as SIGTERM does */
  drain_node: {
    input: {
    };
    answer: DrainBegun;
    code:
      | never
      | 'admin_only'
      | 'auth_required'
      | 'invalid_token'
      | 'token_expired'
    ;
  };
  /** Where events are posted, those of the configuration among them */
  list_webhooks: {
    input: {
      page?: PageNumber;
      size?: PageSize;
    };
    answer: WebhookPage;
    code:
      | never
      | 'admin_only'
      | 'auth_required'
      | 'invalid_token'
      | 'token_expired'
      | 'validation_failed'
    ;
  };
  /** Makes a webhook; no other answer shows its secret */
  create_webhook: {
    input: {
      body: NewWebhook;
    };
    answer: WebhookWithSecret;
    code:
      | never
      | 'admin_only'
      | 'auth_required'
      | 'bad_json'
      | 'bad_request'
      | 'invalid_token'
      | 'token_expired'
      | 'unsupported_media_type'
      | 'validation_failed'
    ;
  };
  /** A webhook, and how much waits for it */
  show_webhook: {
    input: {
      webhook_id: PathId;
    };
    answer: Webhook;
    code:
      | never
      | 'admin_only'
      | 'auth_required'
      | 'invalid_token'
      | 'token_expired'
      | 'validation_failed'
      | 'webhook_not_found'
    ;
  };
  /** Changes a webhook, which then may be told again what waits */
  change_webhook: {
    input: {
      webhook_id: PathId;
      body: WebhookPatch;
    };
    answer: Webhook;
    code:
      | never
      | 'admin_only'
      | 'auth_required'
      | 'bad_json'
      | 'bad_request'
      | 'invalid_token'
      | 'token_expired'
      | 'unsupported_media_type'
      | 'validation_failed'
      | 'webhook_configured'
      | 'webhook_not_found'
    ;
  };
  /** Removes a webhook with what waits for it */
  delete_webhook: {
    input: {
      webhook_id: PathId;
    };
    answer: void;
    code:
      | never
      | 'admin_only'
      | 'auth_required'
      | 'invalid_token'
      | 'token_expired'
      | 'validation_failed'
      | 'webhook_configured'
      | 'webhook_not_found'
    ;
  };
  /** Events that wait for a webhook, or were given up, oldest first */
  list_deliveries: {
    input: {
      webhook_id: PathId;
      page?: PageNumber;
      size?: PageSize;
      state?: DeliveryState;
    };
    answer: WebhookDeliveryPage;
    code:
      | never
      | 'admin_only'
      | 'auth_required'
      | 'invalid_token'
      | 'token_expired'
      | 'validation_failed'
      | 'webhook_not_found'
    ;
  };
  /** Sends an event once more, as soon as its room's turn comes */
  resend_delivery: {
    input: {
      webhook_id: PathId;
      delivery_id: PathId;
    };
    answer: WebhookDelivery;
    code:
      | never
      | 'admin_only'
      | 'auth_required'
      | 'invalid_token'
      | 'not_found'
      | 'token_expired'
      | 'validation_failed'
      | 'webhook_not_found'
    ;
  };
  /** Sends a webhook an event of the type webhook.test, whatever it is told otherwise */
  test_webhook: {
    input: {
      webhook_id: PathId;
    };
    answer: WebhookDelivery;
    code:
      | never
      | 'admin_only'
      | 'auth_required'
      | 'invalid_token'
      | 'token_expired'
      | 'validation_failed'
      | 'webhook_not_found'
    ;
  };
  /** The page at the door */
  show_home: {
    input: {
    };
    answer: void;
    code:
      | never
    ;
  };
  /** A page to read and try the API */
  show_docs: {
    input: {
    };
    answer: void;
    code:
      | never
    ;
  };
  /** The application: sign up, make a room and talk */
  show_app: {
    input: {
    };
    answer: void;
    code:
      | never
      | 'not_found'
    ;
  };
  /** The same page, for every address inside of the application */
  show_app_page: {
    input: {
      page: PathId;
    };
    answer: void;
    code:
      | never
      | 'not_found'
      | 'validation_failed'
    ;
  };
  /** The HTTP side of the API as OpenAPI 3.1: this document */
  show_openapi: {
    input: {
    };
    answer: AnyObject;
    code:
      | never
    ;
  };
  /** The WebSocket side of the API as AsyncAPI 3.0 */
  show_asyncapi: {
    input: {
    };
    answer: AnyObject;
    code:
      | never
    ;
  };
  /** A file of the pages */
  show_static: {
    input: {
      file: PathId;
    };
    answer: void;
    code:
      | never
      | 'not_found'
      | 'validation_failed'
    ;
  };
}

/** Method and path of each operation; how its body is written, if not as JSON. */
export const operations: Record<keyof Operations, readonly [method: string, path: string, body?: 'form']> = {
  register_user: ['POST', '/users/'],
  list_users: ['GET', '/users/'],
  show_profile: ['GET', '/users/me'],
  change_profile: ['PUT', '/users/me'],
  delete_profile: ['DELETE', '/users/me'],
  list_sessions: ['GET', '/users/me/sessions'],
  end_other_sessions: ['DELETE', '/users/me/sessions'],
  end_session: ['DELETE', '/users/me/sessions/{session_id}'],
  list_my_clients: ['GET', '/users/me/clients'],
  list_blocks: ['GET', '/users/me/blocks'],
  block_user: ['PUT', '/users/me/blocks/{user_id}'],
  unblock_user: ['DELETE', '/users/me/blocks/{user_id}'],
  push_to_user: ['POST', '/users/{user_id}/push'],
  push_to_client: ['POST', '/clients/{client_id}/messages'],
  show_user: ['GET', '/users/{user_id}'],
  login: ['POST', '/token', 'form'],
  refresh_token: ['POST', '/token/refresh', 'form'],
  check_token: ['GET', '/token/check'],
  revoke_token: ['POST', '/token/revoke', 'form'],
  create_room: ['POST', '/rooms/'],
  list_rooms: ['GET', '/rooms/'],
  join_room: ['POST', '/rooms/join'],
  leave_room: ['POST', '/rooms/leave'],
  show_room: ['GET', '/rooms/{room_id}'],
  change_room: ['PUT', '/rooms/{room_id}'],
  delete_room: ['DELETE', '/rooms/{room_id}'],
  show_room_details: ['GET', '/rooms/{room_id}/details'],
  change_room_config: ['PUT', '/rooms/{room_id}/config'],
  add_member: ['POST', '/rooms/{room_id}/members'],
  withdraw_request: ['DELETE', '/rooms/{room_id}/members/request'],
  change_member: ['PUT', '/rooms/{room_id}/members/{user_id}'],
  remove_member: ['DELETE', '/rooms/{room_id}/members/{user_id}'],
  list_bans: ['GET', '/rooms/{room_id}/bans'],
  lift_ban: ['DELETE', '/rooms/{room_id}/bans/{user_id}'],
  transfer_room: ['POST', '/rooms/{room_id}/transfer'],
  list_notifications: ['GET', '/notifications/'],
  mark_notification: ['PUT', '/notifications/{notification_id}'],
  respond_notification: ['POST', '/notifications/{notification_id}/respond'],
  post_message: ['POST', '/rooms/{room_id}/messages/'],
  list_messages: ['GET', '/rooms/{room_id}/messages/'],
  show_message: ['GET', '/messages/{message_id}'],
  edit_message: ['PUT', '/messages/{message_id}'],
  delete_message: ['DELETE', '/messages/{message_id}'],
  mark_read: ['POST', '/api/chat/messages/{message_id}/read/'],
  list_readers: ['GET', '/api/chat/messages/{message_id}/readers/'],
  publish_task: ['POST', '/realtime/tasks'],
  list_tasks: ['GET', '/realtime/tasks'],
  show_task: ['GET', '/realtime/tasks/{connection_id}'],
  list_videos: ['GET', '/rooms/{room_id}/videos'],
  add_video: ['POST', '/rooms/{room_id}/videos'],
  delete_video: ['DELETE', '/videos/{video_id}'],
  show_video: ['GET', '/videos/{video_id}/content'],
  add_file: ['POST', '/rooms/{room_id}/files'],
  show_file: ['GET', '/files/{file_id}/content'],
  show_thumbnail: ['GET', '/files/{file_id}/thumbnail'],
  create_upload: ['POST', '/rooms/{room_id}/uploads'],
  append_upload: ['PATCH', '/uploads/{upload_id}'],
  delete_upload: ['DELETE', '/uploads/{upload_id}'],
  show_avatar: ['GET', '/avatars/{file}'],
  show_status: ['GET', '/ws/status'],
  show_health: ['GET', '/healthz'],
  show_readiness: ['GET', '/readyz'],
  show_metrics: ['GET', '/metrics'],
  show_overview: ['GET', '/admin/overview'],
  list_connections: ['GET', '/admin/connections'],
  close_connection: ['POST', '/admin/connections/{connection_id}/close'],
  list_disconnects: ['GET', '/admin/disconnects'],
  drain_node: ['POST', '/admin/drain'],
  list_webhooks: ['GET', '/admin/webhooks'],
  create_webhook: ['POST', '/admin/webhooks'],
  show_webhook: ['GET', '/admin/webhooks/{webhook_id}'],
  change_webhook: ['PATCH', '/admin/webhooks/{webhook_id}'],
  delete_webhook: ['DELETE', '/admin/webhooks/{webhook_id}'],
  list_deliveries: ['GET', '/admin/webhooks/{webhook_id}/deliveries'],
  resend_delivery: ['POST', '/admin/webhooks/{webhook_id}/deliveries/{delivery_id}/resend'],
  test_webhook: ['POST', '/admin/webhooks/{webhook_id}/test'],
  show_home: ['GET', '/'],
  show_docs: ['GET', '/docs'],
  show_app: ['GET', '/app'],
  show_app_page: ['GET', '/app/{page}'],
  show_openapi: ['GET', '/openapi.json'],
  show_asyncapi: ['GET', '/asyncapi.json'],
  show_static: ['GET', '/static/{file}'],
};
