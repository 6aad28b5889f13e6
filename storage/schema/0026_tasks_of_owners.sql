-- breaks: 0
-- A page of somebody's tasks, the latest first, reads no others of them.
DROP INDEX tasks_by_owner;
CREATE INDEX tasks_by_owner ON tasks (owner_id, updated_at, connection);
