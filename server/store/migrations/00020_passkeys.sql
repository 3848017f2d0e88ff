-- +goose Up
-- The random name under which devices keep an account's passkeys. It stays when all of them are removed: under another one a device
-- would keep the new passkey beside the old one.
CREATE TABLE passkey_users (
    account_id TEXT    NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    handle     BLOB    NOT NULL CHECK (length(handle) = 32),
    offered_at INTEGER                                       -- when the person was shown that there are passkeys; once
) STRICT, WITHOUT ROWID;

CREATE TABLE passkeys (
    id               TEXT    NOT NULL PRIMARY KEY,
    account_id       TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    credential_index BLOB    NOT NULL UNIQUE CHECK (length(credential_index) = 32), -- SHA-256 of the id that the device gave it
    passkey_sealed   BLOB    NOT NULL,                                             -- whose it is, its public key, its name
    created_at       INTEGER NOT NULL,
    used_at          INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX passkeys_account ON passkeys (account_id);

CREATE TABLE passkey_challenges (
    challenge_index BLOB    NOT NULL PRIMARY KEY CHECK (length(challenge_index) = 32),
    browser_index   BLOB    NOT NULL CHECK (length(browser_index) = 32),
    account_id      TEXT    REFERENCES accounts (id) ON DELETE CASCADE, -- who adds a passkey; NULL for a sign-in
    session         BLOB    NOT NULL,                                   -- sealed under the token of the browser
    created_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX passkey_challenges_created ON passkey_challenges (created_at);

-- A passkey is one more way to sign in. SQLite changes no CHECK of a table that is there.
CREATE TABLE sign_ins_of_three (
    account_id TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    at         INTEGER NOT NULL,
    method     TEXT    NOT NULL CHECK (method IN ('password', 'franceconnect', 'passkey')),
    device     BLOB    NOT NULL CHECK (length(device) = 32), -- as devices.token_index
    PRIMARY KEY (account_id, at)
) STRICT, WITHOUT ROWID;
INSERT INTO sign_ins_of_three (account_id, at, method, device) SELECT account_id, at, method, device FROM sign_ins;
DROP TABLE sign_ins;
ALTER TABLE sign_ins_of_three RENAME TO sign_ins;

-- +goose Down
DELETE FROM sign_ins WHERE method = 'passkey';
DROP TABLE passkey_challenges;
DROP TABLE passkeys;
DROP TABLE passkey_users;
