-- +goose Up
-- Each notice brings a token, by which its reader says that it was somebody else. It opens nothing: it ends what is open, once.
CREATE TABLE disownings (
    token_index BLOB    NOT NULL PRIMARY KEY CHECK (length(token_index) = 32), -- SHA-256 of the token
    account_id  TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    channel     TEXT    NOT NULL CHECK (channel IN ('sms', 'email')),         -- of the notice
    created_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX disownings_account ON disownings (account_id);
CREATE INDEX disownings_created ON disownings (created_at);

-- +goose Down
DROP TABLE disownings;
