-- +goose Up
-- Whether a flow was begun by « ce n'était pas moi »: its messages have a share of their own.
ALTER TABLE flows ADD COLUMN disowned INTEGER NOT NULL DEFAULT 0 CHECK (disowned IN (0, 1));

-- A token that was used is kept for the second of two clicks.
ALTER TABLE disownings ADD COLUMN used_at INTEGER;

-- +goose Down
DELETE FROM disownings WHERE used_at IS NOT NULL;
ALTER TABLE disownings DROP COLUMN used_at;
ALTER TABLE flows DROP COLUMN disowned;
