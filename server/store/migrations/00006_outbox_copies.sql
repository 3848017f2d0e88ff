-- +goose Up
-- A notice can wait for days, a code cannot. Copies are attempts that the other side may have taken; fate is how a message ended that
-- was not sent.
ALTER TABLE outbox ADD COLUMN notice INTEGER NOT NULL DEFAULT 0 CHECK (notice IN (0, 1));
ALTER TABLE outbox ADD COLUMN copies INTEGER NOT NULL DEFAULT 0 CHECK (copies >= 0);
ALTER TABLE outbox ADD COLUMN fate TEXT NOT NULL DEFAULT '' CHECK (fate IN ('', 'dropped', 'refused', 'uncertain'));
UPDATE outbox SET notice = 1 WHERE flow IS NULL;
UPDATE outbox SET fate = 'dropped' WHERE state = 'dropped';

-- +goose Down
ALTER TABLE outbox DROP COLUMN fate;
ALTER TABLE outbox DROP COLUMN copies;
ALTER TABLE outbox DROP COLUMN notice;
