-- +goose Up
CREATE TABLE audit_keys (
    id         TEXT    NOT NULL PRIMARY KEY,
    version    INTEGER NOT NULL UNIQUE, -- of the keys file when it was made
    key_sealed BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    seq     INTEGER NOT NULL PRIMARY KEY CHECK (seq > 0), -- without a gap
    at      INTEGER NOT NULL,
    key_id  TEXT    NOT NULL REFERENCES audit_keys (id),
    kind    TEXT    NOT NULL,
    what    TEXT    NOT NULL,
    who     BLOB    CHECK (length(who) = 32),     -- HMAC-SHA-256 of the account's id; NULL = nobody's
    network BLOB    CHECK (length(network) = 32), -- HMAC-SHA-256 of the /24 or /48; NULL = not known
    details TEXT    NOT NULL,                     -- JSON
    mac     BLOB    NOT NULL CHECK (length(mac) = 32) -- of all this and of the MAC before it
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_who ON audit (who);

CREATE TABLE audit_ends (
    name   TEXT    NOT NULL PRIMARY KEY CHECK (name IN ('erased', 'last')), -- the newest entry that was erased, and the newest
    seq    INTEGER NOT NULL,
    mac    BLOB    NOT NULL CHECK (length(mac) = 32), -- of that entry
    key_id TEXT    NOT NULL REFERENCES audit_keys (id),
    proof  BLOB    NOT NULL CHECK (length(proof) = 32) -- HMAC-SHA-256 of the row
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE audit_ends;
DROP TABLE audit;
DROP TABLE audit_keys;
