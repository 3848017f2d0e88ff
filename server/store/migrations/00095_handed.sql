-- +goose Up
-- How often a message was refused when the gateway had the whole of it, and whether it counted against the strangers' part of the SMS.
ALTER TABLE outbox ADD COLUMN handed INTEGER NOT NULL DEFAULT 0 CHECK (handed >= 0);
ALTER TABLE outbox ADD COLUMN others INTEGER NOT NULL DEFAULT 0 CHECK (others IN (0, 1));

-- +goose Down
ALTER TABLE outbox DROP COLUMN others;
ALTER TABLE outbox DROP COLUMN handed;
