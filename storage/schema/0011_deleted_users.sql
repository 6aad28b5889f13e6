-- A user who is no more keeps its row, for the messages that it said, under the name `deleted-` and its id; the conventions
-- are those of 0001.
ALTER TABLE users ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0 CHECK (deleted BETWEEN 0 AND 1);
