-- +goose Up
ALTER TABLE flows ADD COLUMN session TEXT; -- that began it, by its name; NULL = nobody was signed in

-- +goose Down
DELETE FROM flows WHERE session IS NOT NULL;
ALTER TABLE flows DROP COLUMN session;
