-- breaks: 0
-- Several servers on one database, and the home of each room that is live. PostgreSQL only.

-- `slot` is a server's among several, empty for one that is alone and for commands; the number of each of its connections
-- begins with it. `name` is then `node ` and the name that the operator gave. `state`: 0 joining, 1 up, 2 draining.
ALTER TABLE nodes ADD COLUMN slot SMALLINT CHECK (slot BETWEEN 1 AND 255);
ALTER TABLE nodes ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE nodes ADD COLUMN link_key TEXT NOT NULL DEFAULT '';
ALTER TABLE nodes ADD COLUMN secret_mark TEXT NOT NULL DEFAULT '';
ALTER TABLE nodes ADD COLUMN folder_mark TEXT NOT NULL DEFAULT '';
ALTER TABLE nodes ADD COLUMN state SMALLINT NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX nodes_by_slot ON nodes (slot);

-- One slot after another: what is still known of a server that died is not taken for its successor's.
CREATE SEQUENCE node_slots MINVALUE 1 MAXVALUE 255 CYCLE;

-- A server that is alone, which may be of a release that knows nothing of others, keeps them out, and they keep it out.
CREATE FUNCTION keep_kinds_of_servers_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.name <> 'server' AND NEW.slot IS NULL THEN
    RETURN NEW;
  END IF;
  PERFORM pg_advisory_xact_lock(7001, 0);
  IF NEW.name = 'server' AND EXISTS (SELECT 1 FROM nodes WHERE slot IS NOT NULL) THEN
    RAISE EXCEPTION 'nodes of a cluster serve this database: stop them first, or set cluster.enabled';
  END IF;
  IF NEW.slot IS NOT NULL AND EXISTS (SELECT 1 FROM nodes WHERE name = 'server') THEN
    RAISE EXCEPTION 'a server without cluster.enabled runs on this database: stop it first';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER nodes_of_one_kind BEFORE INSERT ON nodes FOR EACH ROW EXECUTE FUNCTION keep_kinds_of_servers_apart();

-- Where a room lives. The home's row in `nodes` may be gone: then it is dead, and the next who needs the room becomes its
-- home. `epoch` rises with each move.
CREATE SEQUENCE home_epochs;
CREATE TABLE room_homes (
  room_id BIGINT PRIMARY KEY REFERENCES rooms (id) ON DELETE CASCADE,
  node_id BIGINT NOT NULL,
  epoch BIGINT NOT NULL
);
CREATE INDEX room_homes_by_node ON room_homes (node_id);
