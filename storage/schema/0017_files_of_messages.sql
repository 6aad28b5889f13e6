-- breaks: 0
-- Files of rooms that messages have; the conventions are those of 0001.

-- `file` is the name in the folder of files; `width` and `height` are those of a picture, which has a thumbnail beside it.
-- Without a message the file waits to be used; `place` is its place among those of its message.
CREATE TABLE files (
  id {{identity}},
  room_id BIGINT NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  uploaded_by BIGINT NOT NULL REFERENCES users (id),
  file TEXT NOT NULL,
  name TEXT NOT NULL,
  content_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  width BIGINT,
  height BIGINT,
  created_at BIGINT NOT NULL,
  message_id BIGINT,
  place INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX files_by_name ON files (file);
CREATE INDEX files_by_message ON files (room_id, message_id, place);
CREATE INDEX files_unused ON files (created_at, id) WHERE message_id IS NULL;
CREATE INDEX files_unused_by_user ON files (uploaded_by) WHERE message_id IS NULL;

-- How many a message has: who reads messages without any asks no more than before.
ALTER TABLE messages ADD COLUMN file_count INTEGER NOT NULL DEFAULT 0;

-- What a resumable upload becomes: 0 a video, 1 a file; and the file that it has become.
ALTER TABLE uploads ADD COLUMN purpose INTEGER NOT NULL DEFAULT 0 CHECK (purpose BETWEEN 0 AND 1);
ALTER TABLE uploads ADD COLUMN file_id BIGINT REFERENCES files (id) ON DELETE CASCADE;
CREATE INDEX uploads_by_file ON uploads (file_id);
