-- +goose Up
-- The versions of the keys file that protect something here. The keys themselves are never in the database.
CREATE TABLE key_versions (
    version    INTEGER NOT NULL PRIMARY KEY CHECK (version > 0),
    mark       BLOB    NOT NULL CHECK (length(mark) = 32), -- tells the key from any other of that number
    used_since INTEGER                                     -- NULL while it is announced and protects nothing
) STRICT, WITHOUT ROWID;

-- The programs that are running, which say now and then what they know.
CREATE TABLE instances (
    id      TEXT    NOT NULL PRIMARY KEY,
    knows   INTEGER NOT NULL, -- the last version of key_versions that is in its keys file
    uses    INTEGER NOT NULL, -- the version that protects what it writes
    beats   INTEGER NOT NULL, -- how often it has said so: it runs while this grows
    seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE instances;
DROP TABLE key_versions;
