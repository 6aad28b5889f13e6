-- Logins that a user can see and end; the conventions are those of 0001.

-- One for each family of refresh tokens; it ends with it. `expires_at` is that of its last refresh token, `address` and
-- `user_agent` are those of the request that got it; empty for what began before this migration.
CREATE TABLE sessions (
  id {{identity}},
  family TEXT NOT NULL,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL
);
CREATE UNIQUE INDEX sessions_by_family ON sessions (family);
CREATE INDEX sessions_by_user ON sessions (user_id, expires_at, id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
INSERT INTO sessions (family, user_id, created_at, last_used_at, expires_at, address, user_agent)
  SELECT family, user_id, {{now}}, {{now}}, MAX(expires_at), '', '' FROM refresh_tokens WHERE used = 0
  GROUP BY family, user_id;
