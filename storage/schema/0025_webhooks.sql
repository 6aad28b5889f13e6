-- breaks: 0
-- Webhooks and the outbox of their events (docs/adr/0073); the conventions are those of 0001.

-- `kinds` are names of events and `rooms` their ids, with a space between them; empty: all. `node_id` is the server that
-- sends its events, where several serve the database.
CREATE TABLE webhooks (
  id {{identity}},
  url TEXT NOT NULL,
  secret TEXT NOT NULL,
  kinds TEXT NOT NULL,
  rooms TEXT NOT NULL,
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  disabled_because TEXT NOT NULL DEFAULT '',
  is_configured INTEGER NOT NULL CHECK (is_configured IN (0, 1)),
  created_at BIGINT NOT NULL,
  node_id BIGINT NOT NULL DEFAULT 0
);

-- `state`: 0 it waits, 1 it was given up. `kind` is that of protocol/webhook.hpp, `room_id` 0 for none. `message_id` is the
-- message whose content the payload may have: it goes from there when the message is deleted. No foreign key: a webhook that
-- another server removes at the same moment must not make a message fail. What is left of it goes at the next start.
CREATE TABLE webhook_events (
  id {{identity}},
  webhook_id BIGINT NOT NULL,
  event TEXT NOT NULL,
  kind INTEGER NOT NULL,
  room_id BIGINT NOT NULL,
  message_id BIGINT NOT NULL,
  payload TEXT NOT NULL,
  state INTEGER NOT NULL DEFAULT 0 CHECK (state IN (0, 1)),
  attempts BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  last_error TEXT NOT NULL DEFAULT ''
);
CREATE INDEX webhook_events_by_hook ON webhook_events (webhook_id, state, id);
CREATE INDEX webhook_events_that_wait ON webhook_events (webhook_id, next_at) WHERE state = 0 AND attempts > 0;
CREATE INDEX webhook_events_by_message ON webhook_events (message_id) WHERE message_id > 0;
CREATE INDEX webhook_events_given_up ON webhook_events (room_id) WHERE state = 1;
