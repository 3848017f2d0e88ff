-- +goose Up
ALTER TABLE outbox ADD COLUMN tries INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0); -- attempts so far, whatever became of them
UPDATE outbox SET tries = attempts + CASE WHEN state = 'sent' THEN 1 ELSE 0 END;

-- +goose Down
ALTER TABLE outbox DROP COLUMN tries;
