-- +goose Up
-- When a flow set its password; NULL for one that was closed otherwise. A second click is then known from a stale page.
ALTER TABLE flows ADD COLUMN finished_at INTEGER;

-- +goose Down
ALTER TABLE flows DROP COLUMN finished_at;
