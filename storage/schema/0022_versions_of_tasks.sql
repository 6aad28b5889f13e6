-- breaks: 0
-- How often a task's status was saved, so that whoever hears of several knows which is the later one.
ALTER TABLE tasks ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
