-- What is unread is counted on an index alone, from the read mark on; a profile's rooms are found by what the user is in
-- them; the conventions are those of 0001.
DROP INDEX messages_by_room;
CREATE INDEX messages_by_room ON messages (room_id, id, sender_id, deleted);
CREATE INDEX members_by_role ON members (user_id, role, room_id);

-- Pages of notifications are counted without their rows.
DROP INDEX notifications_by_receiver;
DROP INDEX notifications_by_status;
CREATE INDEX notifications_by_receiver ON notifications (receiver_id, withdrawn, id);
CREATE INDEX notifications_by_status ON notifications (receiver_id, status, withdrawn, id);

-- How many of a room's messages were ever deleted: while it stands still, what was counted once is right.
ALTER TABLE rooms ADD COLUMN messages_deleted BIGINT NOT NULL DEFAULT 0;
