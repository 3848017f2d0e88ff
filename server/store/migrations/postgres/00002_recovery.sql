-- +goose Up
CREATE TABLE flows (
    token_index       BYTEA   NOT NULL PRIMARY KEY CHECK (length(token_index) = 32),
    purpose           TEXT    NOT NULL CHECK (purpose IN ('reset', 'first', 'link')),
    asked             TEXT    NOT NULL CHECK (asked IN ('sms', 'email')),
    identifier_sealed BYTEA   NOT NULL,
    account_id        TEXT    REFERENCES accounts (id) ON DELETE CASCADE,
    code_mac          BYTEA   NOT NULL CHECK (length(code_mac) = 32), -- HMAC-SHA-256 of the flow and the code
    key_version       BIGINT  NOT NULL,                              -- of code_mac
    code_sealed       BYTEA   NOT NULL,                              -- to send the same code again
    sends             BIGINT  NOT NULL DEFAULT 1 CHECK (sends BETWEEN 1 AND 3),
    tries             BIGINT  NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND 5),
    last_send_at      BIGINT  NOT NULL,
    created_at        BIGINT  NOT NULL,
    expires_at        BIGINT  NOT NULL,                              -- of the code
    consumed_at       BIGINT,
    closed_at         BIGINT
);
CREATE INDEX flows_account ON flows (account_id);
CREATE INDEX flows_created ON flows (created_at);

CREATE TABLE outbox (
    id          TEXT    NOT NULL PRIMARY KEY,
    channel     TEXT    NOT NULL CHECK (channel IN ('sms', 'email')),
    state       TEXT    NOT NULL CHECK (state IN ('open', 'void', 'sent', 'dropped')), -- void: nobody to send it to
    flow        BYTEA   CHECK (length(flow) = 32),                                     -- as flows.token_index; NULL for a notice
    body_sealed BYTEA,                                                                 -- address and content, NULL once closed
    attempts    BIGINT  NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    due_at      BIGINT  NOT NULL,
    lease_until BIGINT  NOT NULL DEFAULT 0,
    expires_at  BIGINT  NOT NULL,
    created_at  BIGINT  NOT NULL,
    closed_at   BIGINT,
    receipt     TEXT    NOT NULL DEFAULT '',
    reason      TEXT    NOT NULL DEFAULT '',
    CHECK (state IN ('open', 'void') OR body_sealed IS NULL)
);
CREATE INDEX outbox_due ON outbox (state, channel, due_at);
CREATE INDEX outbox_flow ON outbox (flow);
CREATE INDEX outbox_created ON outbox (created_at);

-- +goose Down
DROP TABLE outbox;
DROP TABLE flows;
