-- How many members a room has: told with every room, and asked where the room speaks to all of them. Whatever makes or
-- removes members keeps it.
ALTER TABLE rooms ADD COLUMN member_count BIGINT NOT NULL DEFAULT 0;
UPDATE rooms SET member_count = (SELECT COUNT(*) FROM members m WHERE m.room_id = rooms.id);
