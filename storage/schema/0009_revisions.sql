-- How often messages of a room were edited or deleted, and for each message which of those changes was its latest: who was
-- away asks for those since. What was changed before this migration counts as it stands.
ALTER TABLE rooms ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN changed BIGINT NOT NULL DEFAULT 0;
CREATE INDEX messages_changed ON messages (room_id, changed) WHERE changed > 0;
