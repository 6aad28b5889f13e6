-- Users, tokens, rooms, members and messages.
--
-- One text serves every dialect: only {{identity}} (a 64-bit primary key that the database counts up and never gives
-- out twice) and {{now}} (when the migration runs) are filled in. Times are milliseconds since the Unix epoch, UTC.
-- Enumerations are the numbers of protocol/model.hpp. A *_key column is the folded form that comparisons use.

CREATE TABLE users (
  id {{identity}},
  username TEXT NOT NULL,
  username_key TEXT NOT NULL,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  avatar_url TEXT,
  role INTEGER NOT NULL CHECK (role BETWEEN 0 AND 1),
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX users_by_username ON users (username_key);
CREATE UNIQUE INDEX users_by_email ON users (email_key);

-- The reserved user of unauthenticated clients gets id 1; without a password hash nobody can log in as it.
INSERT INTO users (username, username_key, email, email_key, password_hash, role, created_at)
VALUES ('anonymous', 'anonymous', 'anonymous@parley.invalid', 'anonymous@parley.invalid', '', 0, {{now}});

-- A refresh token is known by the hexadecimal SHA-256 of its text. A used one stays until it expires, so that a
-- second use can be told from a wrong token.
CREATE TABLE refresh_tokens (
  token_hash TEXT PRIMARY KEY,
  family TEXT NOT NULL,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  expires_at BIGINT NOT NULL,
  used INTEGER NOT NULL DEFAULT 0 CHECK (used BETWEEN 0 AND 1)
);
CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family);
CREATE INDEX refresh_tokens_by_user ON refresh_tokens (user_id);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);

CREATE TABLE revoked_families (
  family TEXT PRIMARY KEY,
  forget_at BIGINT NOT NULL
);
CREATE INDEX revoked_families_by_end ON revoked_families (forget_at);

CREATE TABLE revoked_users (
  user_id BIGINT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  cutoff BIGINT NOT NULL,
  forget_at BIGINT NOT NULL
);
CREATE INDEX revoked_users_by_end ON revoked_users (forget_at);

CREATE TABLE rooms (
  id {{identity}},
  owner_id BIGINT NOT NULL REFERENCES users (id),
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  description TEXT NOT NULL,
  is_public INTEGER NOT NULL CHECK (is_public BETWEEN 0 AND 1),
  join_policy INTEGER NOT NULL CHECK (join_policy BETWEEN 0 AND 2),
  history INTEGER NOT NULL CHECK (history BETWEEN 0 AND 2),
  allow_guests INTEGER NOT NULL CHECK (allow_guests BETWEEN 0 AND 1),
  sync_mode INTEGER NOT NULL CHECK (sync_mode BETWEEN 0 AND 2),
  is_active INTEGER NOT NULL DEFAULT 0 CHECK (is_active BETWEEN 0 AND 1),
  created_at BIGINT NOT NULL
);
CREATE INDEX rooms_by_owner ON rooms (owner_id);
CREATE INDEX rooms_listed ON rooms (id) WHERE is_public = 1;
CREATE INDEX rooms_active ON rooms (id) WHERE is_active = 1;

-- `id` is the order of joining; two members may join in the same millisecond.
CREATE TABLE members (
  id {{identity}},
  room_id BIGINT NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role INTEGER NOT NULL CHECK (role BETWEEN 0 AND 2),
  muted_until BIGINT,
  joined_at BIGINT NOT NULL,
  joined_after BIGINT NOT NULL
);
CREATE UNIQUE INDEX members_by_room ON members (room_id, user_id);
CREATE INDEX members_by_user ON members (user_id, room_id);

CREATE TABLE bans (
  room_id BIGINT NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  banned_at BIGINT NOT NULL,
  PRIMARY KEY (room_id, user_id)
);
CREATE INDEX bans_by_user ON bans (user_id);

CREATE TABLE messages (
  id {{identity}},
  room_id BIGINT NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  sender_id BIGINT NOT NULL REFERENCES users (id),
  content TEXT NOT NULL,
  type INTEGER NOT NULL CHECK (type BETWEEN 0 AND 3),
  sent_at BIGINT NOT NULL,
  edited_at BIGINT,
  deleted INTEGER NOT NULL DEFAULT 0 CHECK (deleted BETWEEN 0 AND 1),
  client_msg_id TEXT
);
CREATE INDEX messages_by_room ON messages (room_id, id);
CREATE INDEX messages_by_client_id ON messages (room_id, sender_id, client_msg_id)
  WHERE client_msg_id IS NOT NULL;

CREATE TABLE read_marks (
  room_id BIGINT NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  last_read_id BIGINT NOT NULL,
  PRIMARY KEY (room_id, user_id)
);
CREATE INDEX read_marks_by_user ON read_marks (user_id);
