-- breaks: 0
-- What came from elsewhere, so that an import goes on where it stopped; the conventions are those of 0001.

-- `last_message` is theirs: those up to it are here, under their own ids and `message_shift`.
CREATE TABLE imports (
  source TEXT PRIMARY KEY,
  first_user TEXT NOT NULL,
  last_message BIGINT NOT NULL,
  message_shift BIGINT NOT NULL,
  begun_at BIGINT NOT NULL
);

-- Which of our ids a row of theirs has. `kind` is that of storage/intake.hpp.
CREATE TABLE imported_rows (
  source TEXT NOT NULL REFERENCES imports (source) ON DELETE CASCADE,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 5),
  their_id TEXT NOT NULL,
  our_id BIGINT NOT NULL,
  PRIMARY KEY (source, kind, their_id)
);
