-- Notifications, tasks, videos and what is watched; the conventions are those of 0001.

-- A notification outlives its room, whose name it keeps. `candidate_id` is who becomes a member where it is accepted:
-- at most one that waits for an answer (status unread or read) stands for each candidate of a room.
CREATE TABLE notifications (
  id {{identity}},
  receiver_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  from_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  candidate_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),
  status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 3),
  room_id BIGINT NOT NULL,
  room_name TEXT NOT NULL,
  token TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX notifications_pending ON notifications (room_id, candidate_id) WHERE status < 2;
CREATE INDEX notifications_by_receiver ON notifications (receiver_id, id);
CREATE INDEX notifications_by_status ON notifications (receiver_id, status, id);
CREATE INDEX notifications_by_sender ON notifications (from_id);
CREATE INDEX notifications_by_candidate ON notifications (candidate_id);

-- The last status of each task. `data` is JSON text.
CREATE TABLE tasks (
  connection TEXT PRIMARY KEY,
  owner_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  status TEXT NOT NULL,
  progress DOUBLE PRECISION,
  message TEXT NOT NULL,
  data TEXT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX tasks_by_owner ON tasks (owner_id);

-- A file has its name in the videos folder, a link has its address; the other column is empty.
CREATE TABLE videos (
  id {{identity}},
  room_id BIGINT NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 1),
  url TEXT NOT NULL,
  file TEXT NOT NULL,
  size BIGINT,
  content_type TEXT,
  uploaded_by BIGINT NOT NULL REFERENCES users (id),
  created_at BIGINT NOT NULL
);
CREATE INDEX videos_by_room ON videos (room_id, id);
CREATE INDEX videos_by_uploader ON videos (uploaded_by);
CREATE INDEX videos_with_file ON videos (file) WHERE file <> '';

-- Uploads that are not complete. `id` is the name of the file as well, and the size of that is the offset.
CREATE TABLE uploads (
  id TEXT PRIMARY KEY,
  room_id BIGINT NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  content_type TEXT NOT NULL,
  length BIGINT NOT NULL,
  touched_at BIGINT NOT NULL
);
CREATE INDEX uploads_by_room ON uploads (room_id);
CREATE INDEX uploads_by_user ON uploads (user_id);
CREATE INDEX uploads_by_age ON uploads (touched_at);

-- Where a room's player stood last.
CREATE TABLE playback (
  room_id BIGINT PRIMARY KEY REFERENCES rooms (id) ON DELETE CASCADE,
  version BIGINT NOT NULL,
  video_id BIGINT REFERENCES videos (id) ON DELETE SET NULL,
  position_s DOUBLE PRECISION NOT NULL,
  rate DOUBLE PRECISION NOT NULL,
  changed_by BIGINT REFERENCES users (id) ON DELETE SET NULL
);
CREATE INDEX playback_by_video ON playback (video_id);
CREATE INDEX playback_by_user ON playback (changed_by);

CREATE INDEX bans_by_time ON bans (room_id, banned_at, user_id);
