-- Whose a client's own id of a message is, and what it was first said with; the conventions are those of 0001.

-- Guests are all user 1: what tells one from another is the connection, by a name that no other ever has. Empty for users.
ALTER TABLE messages ADD COLUMN guest TEXT NOT NULL DEFAULT '';

-- Of a message with a client_msg_id that was edited or deleted: a keyed hash of what it said first, and the key's name,
-- so that a repetition can be told from another message. NULL where it says that still, and for messages that were
-- changed before this column was there.
ALTER TABLE messages ADD COLUMN first_said TEXT;

DROP INDEX messages_by_client_id;
CREATE INDEX messages_by_client_id ON messages (room_id, sender_id, client_msg_id, guest)
  WHERE client_msg_id IS NOT NULL;
