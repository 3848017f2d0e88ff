-- +goose Up
ALTER TABLE links ADD COLUMN owner_sealed BLOB; -- its account; NULL = made by an earlier release, which says nothing of it
-- NULL in flows of an earlier release: their people ask for another code.
ALTER TABLE flows ADD COLUMN bond_sealed BLOB;  -- what the flow was begun for, and with whose account
ALTER TABLE flows ADD COLUMN given_sealed BLOB; -- when its code was given

-- +goose Down
ALTER TABLE flows DROP COLUMN given_sealed;
ALTER TABLE flows DROP COLUMN bond_sealed;
ALTER TABLE links DROP COLUMN owner_sealed;
