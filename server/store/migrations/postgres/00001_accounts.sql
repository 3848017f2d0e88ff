-- +goose Up
CREATE TABLE accounts (
    id                TEXT   NOT NULL PRIMARY KEY CHECK (length(id) = 26),
    identifier_index  BYTEA  NOT NULL UNIQUE CHECK (length(identifier_index) = 32), -- HMAC-SHA-256
    identifier_sealed BYTEA  NOT NULL,                                             -- AES-256-GCM, like all *_sealed
    civil_sealed      BYTEA  NOT NULL,
    email_sealed      BYTEA,
    phone_sealed      BYTEA,
    password_hash     TEXT,                                                        -- PHC string
    password_scheme   TEXT,                                                        -- what decides its cost, no salt
    session_epoch     BIGINT NOT NULL DEFAULT 1 CHECK (session_epoch > 0),
    disabled_at       BIGINT,                                                      -- times: microseconds since 1970, UTC
    created_at        BIGINT NOT NULL,
    updated_at        BIGINT NOT NULL,
    CHECK ((password_hash IS NULL) = (password_scheme IS NULL))
);
CREATE INDEX accounts_password_scheme ON accounts (password_scheme);

CREATE TABLE sign_ins (
    account_id TEXT   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    at         BIGINT NOT NULL,
    method     TEXT   NOT NULL CHECK (method IN ('password', 'franceconnect')),
    device     BYTEA  NOT NULL CHECK (length(device) = 32), -- as devices.token_index
    PRIMARY KEY (account_id, at)
);

CREATE TABLE devices (
    token_index BYTEA  NOT NULL CHECK (length(token_index) = 32),
    account_id  TEXT   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    used_at     BIGINT NOT NULL,
    PRIMARY KEY (token_index, account_id)
);
CREATE INDEX devices_account ON devices (account_id, used_at);

CREATE TABLE buckets (
    subject    BYTEA  NOT NULL PRIMARY KEY CHECK (length(subject) = 32), -- HMAC-SHA-256
    in_row     BIGINT NOT NULL DEFAULT 0 CHECK (in_row >= 0),
    recent     BYTEA  NOT NULL DEFAULT '' CHECK (length(recent) % 8 = 0),
    touched_at BIGINT NOT NULL
);
CREATE INDEX buckets_touched ON buckets (touched_at);

CREATE TABLE sessions (
    token_hash   TEXT   NOT NULL PRIMARY KEY,
    account_id   TEXT   REFERENCES accounts (id) ON DELETE CASCADE,
    epoch        BIGINT NOT NULL DEFAULT 0,
    data         BYTEA  NOT NULL,
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX sessions_expires ON sessions (expires_at);

-- +goose Down
DROP TABLE sessions;
DROP TABLE buckets;
DROP TABLE devices;
DROP TABLE sign_ins;
DROP TABLE accounts;
