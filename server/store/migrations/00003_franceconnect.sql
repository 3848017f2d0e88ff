-- +goose Up
-- NULL for accounts imported before: importing them again fills it.
ALTER TABLE accounts ADD COLUMN pivot_index BLOB CHECK (length(pivot_index) = 32); -- HMAC-SHA-256 of birth date and birth name
CREATE INDEX accounts_pivot ON accounts (pivot_index);

CREATE TABLE links (
    id            TEXT    NOT NULL PRIMARY KEY,
    account_id    TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    issuer        TEXT    NOT NULL,
    subject_index BLOB    NOT NULL CHECK (length(subject_index) = 32), -- HMAC-SHA-256 of issuer and subject
    acr           TEXT    NOT NULL,                                    -- of the last use
    linked_at     INTEGER NOT NULL,
    last_used_at  INTEGER NOT NULL,
    ended_at      INTEGER,                                             -- an ended link stays, for the audit
    end_reason    TEXT    CHECK (end_reason IN ('unlinked', 'replaced')),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX links_account ON links (account_id, issuer) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX links_subject ON links (subject_index) WHERE ended_at IS NULL;
CREATE INDEX links_owner ON links (account_id);

CREATE TABLE visits (
    state_index   BLOB    NOT NULL PRIMARY KEY CHECK (length(state_index) = 32),
    browser_index BLOB    NOT NULL CHECK (length(browser_index) = 32),
    way           TEXT    NOT NULL CHECK (way IN ('sign-in', 'sign-out')),
    visit_sealed  BLOB    NOT NULL, -- state, nonce, id_token
    created_at    INTEGER NOT NULL,
    used_at       INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX visits_browser ON visits (browser_index);
CREATE INDEX visits_created ON visits (created_at);

CREATE TABLE linkings (
    token_index     BLOB    NOT NULL PRIMARY KEY CHECK (length(token_index) = 32),
    identity_sealed BLOB    NOT NULL,
    created_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX linkings_created ON linkings (created_at);

-- +goose Down
DROP TABLE linkings;
DROP TABLE visits;
DROP TABLE links;
DROP INDEX accounts_pivot;
ALTER TABLE accounts DROP COLUMN pivot_index;
