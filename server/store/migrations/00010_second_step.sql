-- +goose Up
-- Until when a browser needs no second step for the account. Those that were here before have shown who they are as it was asked then.
ALTER TABLE devices ADD COLUMN remembered_until INTEGER NOT NULL DEFAULT 0;
UPDATE devices SET remembered_until = used_at + 2592000000000; -- 30 days

-- SQLite changes no constraint of a table, so that it is written anew: a sign-in is a purpose as well.
CREATE TABLE flows_anew (
    token_index       BLOB    NOT NULL PRIMARY KEY CHECK (length(token_index) = 32),
    purpose           TEXT    NOT NULL CHECK (purpose IN ('reset', 'first', 'link', 'sign-in')),
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
    closed_at         INTEGER,
    finished_at       INTEGER,
    epoch             INTEGER,                                       -- of the account when the pair was right; NULL = there was no pair
    failures          INTEGER NOT NULL DEFAULT 0,                    -- in a row, before that pair
    shared            INTEGER NOT NULL DEFAULT 0 CHECK (shared IN (0, 1)) -- on a computer of several people
) STRICT, WITHOUT ROWID;
INSERT INTO flows_anew (token_index, purpose, asked, identifier_sealed, account_id, code_mac, key_version, code_sealed, sends, tries,
    last_send_at, created_at, expires_at, consumed_at, closed_at, finished_at)
SELECT token_index, purpose, asked, identifier_sealed, account_id, code_mac, key_version, code_sealed, sends, tries,
    last_send_at, created_at, expires_at, consumed_at, closed_at, finished_at FROM flows;
DROP TABLE flows;
ALTER TABLE flows_anew RENAME TO flows;
CREATE INDEX flows_account ON flows (account_id);
CREATE INDEX flows_created ON flows (created_at);

-- +goose Down
DELETE FROM flows WHERE purpose = 'sign-in';
ALTER TABLE flows DROP COLUMN shared;
ALTER TABLE flows DROP COLUMN failures;
ALTER TABLE flows DROP COLUMN epoch;
ALTER TABLE devices DROP COLUMN remembered_until;
