-- +goose Up
-- What is counted for the whole service, by hour, and so that many may count at once: a row for each of several shards.
CREATE TABLE tallies (
    what  TEXT    NOT NULL,
    hour  INTEGER NOT NULL, -- since 1970, UTC
    shard INTEGER NOT NULL,
    n     INTEGER NOT NULL,
    PRIMARY KEY (what, hour, shard)
) STRICT, WITHOUT ROWID;
CREATE INDEX tallies_hour ON tallies (hour);

ALTER TABLE flows ADD COLUMN digits INTEGER NOT NULL DEFAULT 6 CHECK (digits BETWEEN 6 AND 12); -- of the code

-- A bucket is kept as long as its limit looks back, and no longer.
DROP INDEX buckets_touched;
ALTER TABLE buckets RENAME COLUMN touched_at TO forget_at;
UPDATE buckets SET forget_at = forget_at + 86400000000;
CREATE INDEX buckets_forget ON buckets (forget_at);

-- +goose Down
DROP INDEX buckets_forget;
UPDATE buckets SET forget_at = forget_at - 86400000000;
ALTER TABLE buckets RENAME COLUMN forget_at TO touched_at;
CREATE INDEX buckets_touched ON buckets (touched_at);
ALTER TABLE flows DROP COLUMN digits;
DROP INDEX tallies_hour;
DROP TABLE tallies;
