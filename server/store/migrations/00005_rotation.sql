-- +goose Up
-- What is found by a token of a browser is now found by the token's plain hash, which no change of keys touches. The rows that were
-- found by a keyed one are not found any more: most live for an hour, and a browser is known again at its next sign-in.
DELETE FROM devices;
DELETE FROM flows;
DELETE FROM visits;
DELETE FROM linkings;

-- What the index is of, so that a change of keys can compute it anew; NULL until the next use of a row that was there before. Who
-- holds the keys could find it from the index as well, by trying all identifiers and addresses.
ALTER TABLE links ADD COLUMN subject_sealed BLOB;
ALTER TABLE buckets ADD COLUMN subject_sealed BLOB;

-- +goose Down
ALTER TABLE buckets DROP COLUMN subject_sealed;
ALTER TABLE links DROP COLUMN subject_sealed;
