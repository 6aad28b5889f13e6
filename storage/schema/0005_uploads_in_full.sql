-- What tus 1.0 keeps of an upload beyond its bytes: metadata as the client gave them, `partial` or `final;…` of a
-- concatenation, and the video that it has become. A `length` of -1 is not known yet.
ALTER TABLE uploads ADD COLUMN metadata TEXT NOT NULL DEFAULT '';
ALTER TABLE uploads ADD COLUMN concat TEXT NOT NULL DEFAULT '';
ALTER TABLE uploads ADD COLUMN video_id BIGINT REFERENCES videos (id) ON DELETE CASCADE;
CREATE INDEX uploads_by_video ON uploads (video_id);
