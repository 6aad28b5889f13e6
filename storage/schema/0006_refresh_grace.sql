-- When a refresh token was exchanged, and by which Idempotency-Key (its hexadecimal SHA-256): the same request gets the
-- same answer again for a while. None where an earlier version exchanged it.
ALTER TABLE refresh_tokens ADD COLUMN used_at BIGINT;
ALTER TABLE refresh_tokens ADD COLUMN used_key TEXT NOT NULL DEFAULT '';
