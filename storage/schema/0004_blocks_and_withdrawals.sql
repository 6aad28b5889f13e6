-- Who blocks whom, requests that were taken back, when an invitation was answered, rooms whose guests are muted.

CREATE TABLE blocks (
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  blocked_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  blocked_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, blocked_id)
);
CREATE INDEX blocks_by_blocked ON blocks (blocked_id);
CREATE INDEX blocks_by_time ON blocks (user_id, blocked_at, blocked_id);

-- A request that was withdrawn waits for no answer (its status is that of a rejected one), has no `answered_at`, and is
-- in nobody's list. What was answered before this migration has no `answered_at` either.
ALTER TABLE notifications ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn BETWEEN 0 AND 1);
ALTER TABLE notifications ADD COLUMN answered_at BIGINT;
CREATE INDEX notifications_rejected ON notifications (room_id, from_id, receiver_id, answered_at) WHERE status = 3;

-- Guests are no members: they are muted all together.
CREATE TABLE guest_mutes (
  room_id BIGINT PRIMARY KEY REFERENCES rooms (id) ON DELETE CASCADE,
  muted_until BIGINT NOT NULL
);
