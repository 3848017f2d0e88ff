-- +goose Up
CREATE TABLE flows (
    token_index       BLOB    NOT NULL PRIMARY KEY CHECK (length(token_index) = 32),
    purpose           TEXT    NOT NULL CHECK (purpose IN ('reset', 'first', 'link')),
    asked             TEXT    NOT NULL CHECK (asked IN ('sms', 'email')),
    identifier_sealed BLOB    NOT NULL,
    account_id        TEXT    REFERENCES accounts (id) ON DELETE CASCADE,
    code_mac          BLOB    NOT NULL CHECK (length(code_mac) = 32), -- HMAC-SHA-256 of the flow and the code
    key_version       INTEGER NOT NULL,                              -- of code_mac
    code_sealed       BLOB    NOT NULL,                              -- to send the same code again
    sends             INTEGER NOT NULL DEFAULT 1 CHECK (sends BETWEEN 1 AND 3),
    tries             INTEGER NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND 5),
    last_send_at      INTEGER NOT NULL,
    created_at        INTEGER NOT NULL,
    expires_at        INTEGER NOT NULL,                              -- of the code
    consumed_at       INTEGER,
    closed_at         INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX flows_account ON flows (account_id);
CREATE INDEX flows_created ON flows (created_at);

CREATE TABLE outbox (
    id          TEXT    NOT NULL PRIMARY KEY,
    channel     TEXT    NOT NULL CHECK (channel IN ('sms', 'email')),
    state       TEXT    NOT NULL CHECK (state IN ('open', 'void', 'sent', 'dropped')), -- void: nobody to send it to
    flow        BLOB    CHECK (length(flow) = 32),                                     -- as flows.token_index; NULL for a notice
    body_sealed BLOB,                                                                  -- address and content, NULL once closed
    attempts    INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    due_at      INTEGER NOT NULL,
    lease_until INTEGER NOT NULL DEFAULT 0,
    expires_at  INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    closed_at   INTEGER,
    receipt     TEXT    NOT NULL DEFAULT '',
    reason      TEXT    NOT NULL DEFAULT '',
    CHECK (state IN ('open', 'void') OR body_sealed IS NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox (state, channel, due_at);
CREATE INDEX outbox_flow ON outbox (flow);
CREATE INDEX outbox_created ON outbox (created_at);

-- +goose Down
DROP TABLE outbox;
DROP TABLE flows;
