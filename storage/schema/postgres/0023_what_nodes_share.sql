-- breaks: 0
-- What several servers tell each other beside their rooms. PostgreSQL only.

-- WebSockets of a node, as it last said.
ALTER TABLE nodes ADD COLUMN connections BIGINT NOT NULL DEFAULT 0;

-- Who tries what is limited over all nodes together, and until when what it did counts, in milliseconds of the database's
-- clock. A crash of PostgreSQL may take it.
CREATE UNLOGGED TABLE attempts (
  what TEXT NOT NULL,
  who TEXT NOT NULL,
  full_at BIGINT NOT NULL,
  PRIMARY KEY (what, who)
);
CREATE INDEX attempts_by_end ON attempts (full_at);

-- Which node writes to a resumable upload. The node's row may be gone: then it is dead, and the upload is free.
CREATE TABLE held_uploads (
  upload TEXT PRIMARY KEY,
  node_id BIGINT NOT NULL
);
