-- +goose Up
CREATE TABLE accounts (
    id                TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 26),
    identifier_index  BLOB    NOT NULL UNIQUE CHECK (length(identifier_index) = 32), -- HMAC-SHA-256
    identifier_sealed BLOB    NOT NULL,                                             -- AES-256-GCM, like all *_sealed
    civil_sealed      BLOB    NOT NULL,
    email_sealed      BLOB,
    phone_sealed      BLOB,
    password_hash     TEXT,                                                         -- PHC string
    password_scheme   TEXT,                                                         -- what decides its cost, no salt
    session_epoch     INTEGER NOT NULL DEFAULT 1 CHECK (session_epoch > 0),
    disabled_at       INTEGER,                                                      -- times: microseconds since 1970, UTC
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    CHECK ((password_hash IS NULL) = (password_scheme IS NULL))
) STRICT;
CREATE INDEX accounts_password_scheme ON accounts (password_scheme);

CREATE TABLE sign_ins (
    account_id TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    at         INTEGER NOT NULL,
    method     TEXT    NOT NULL CHECK (method IN ('password', 'franceconnect')),
    device     BLOB    NOT NULL CHECK (length(device) = 32), -- as devices.token_index
    PRIMARY KEY (account_id, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
    token_index BLOB    NOT NULL CHECK (length(token_index) = 32),
    account_id  TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    used_at     INTEGER NOT NULL,
    PRIMARY KEY (token_index, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX devices_account ON devices (account_id, used_at);

CREATE TABLE buckets (
    subject    BLOB    NOT NULL PRIMARY KEY CHECK (length(subject) = 32), -- HMAC-SHA-256
    in_row     INTEGER NOT NULL DEFAULT 0 CHECK (in_row >= 0),
    recent     BLOB    NOT NULL DEFAULT x'' CHECK (length(recent) % 8 = 0),
    touched_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX buckets_touched ON buckets (touched_at);

CREATE TABLE sessions (
    token_hash   TEXT    NOT NULL PRIMARY KEY,
    account_id   TEXT    REFERENCES accounts (id) ON DELETE CASCADE,
    epoch        INTEGER NOT NULL DEFAULT 0,
    data         BLOB    NOT NULL,
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX sessions_expires ON sessions (expires_at);

-- +goose Down
DROP TABLE sessions;
DROP TABLE buckets;
DROP TABLE devices;
DROP TABLE sign_ins;
DROP TABLE accounts;
