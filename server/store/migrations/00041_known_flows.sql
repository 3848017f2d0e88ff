-- +goose Up
-- Whether a flow was begun in a browser that was known for the identifier: its messages have a share of their own.
ALTER TABLE flows ADD COLUMN known INTEGER NOT NULL DEFAULT 0 CHECK (known IN (0, 1));

-- +goose Down
ALTER TABLE flows DROP COLUMN known;
