-- +goose Up
-- Password hashes are kept sealed from now on, bound to their account. password_hash says 'sealed' then; what else it holds is of an
-- earlier release, and `moncompte keys rotate` seals it: a migration has no keys.
ALTER TABLE accounts ADD COLUMN password_sealed BLOB;

-- +goose Down
ALTER TABLE accounts DROP COLUMN password_sealed;
