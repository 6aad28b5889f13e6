-- Who writes, what each of them has committed, and messages without foreign keys. PostgreSQL only; the conventions are
-- those of 0001.

-- An incarnation of a server, or of a command; its id is never given out again. Whoever declares one dead deletes its row.
-- Each transaction that writes locks its own row (FOR KEY SHARE), so that from then on it cannot commit. `name` is `server`
-- for the one that serves. `beats` is counted up while it lives.
CREATE TABLE nodes (
  id {{identity}},
  name TEXT NOT NULL,
  host TEXT NOT NULL,
  process BIGINT NOT NULL,
  version TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  beats BIGINT NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
CREATE UNIQUE INDEX nodes_by_name ON nodes (name);

-- A transaction by the name that its writer gave it: where the answer to its COMMIT is lost, this row tells. `ids` has the
-- messages of a batch that was one statement, as pairs of the draft's number and the message's id.
CREATE TABLE commits (
  node_id BIGINT NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
  batch BIGINT NOT NULL,
  ids BIGINT[],
  PRIMARY KEY (node_id, batch)
);

-- The statement that stores messages joins their rooms, and users are never deleted: two look-ups a message less.
ALTER TABLE messages DROP CONSTRAINT messages_room_id_fkey;
ALTER TABLE messages DROP CONSTRAINT messages_sender_id_fkey;

-- So a room takes its messages along by this trigger: some at once, more in pieces by `erase`.
CREATE TABLE dissolved_rooms (
  room_id BIGINT PRIMARY KEY
);
CREATE FUNCTION take_messages_along() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE room_id = OLD.id LIMIT 5000);
  IF EXISTS (SELECT 1 FROM messages WHERE room_id = OLD.id) THEN
    INSERT INTO dissolved_rooms (room_id) VALUES (OLD.id) ON CONFLICT DO NOTHING;
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER rooms_take_messages_along AFTER DELETE ON rooms FOR EACH ROW EXECUTE FUNCTION take_messages_along();
