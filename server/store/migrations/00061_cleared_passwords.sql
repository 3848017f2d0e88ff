-- +goose Up
-- When the account's owner said that somebody else has the password: an import must not bring it back. NULL = there is one, or never was.
ALTER TABLE accounts ADD COLUMN password_cleared_at INTEGER;

-- +goose Down
ALTER TABLE accounts DROP COLUMN password_cleared_at;
