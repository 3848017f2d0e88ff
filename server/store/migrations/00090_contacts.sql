-- +goose Up
ALTER TABLE flows ADD COLUMN contact_sealed BLOB; -- the address that a change of contacts is to; NULL = the flow is none

CREATE TABLE former_contacts (
    id             TEXT    NOT NULL PRIMARY KEY,
    account_id     TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    channel        TEXT    NOT NULL CHECK (channel IN ('sms', 'email')),
    address_sealed BLOB    NOT NULL, -- with the account whose it was; an empty one = there was none
    replaced_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX former_contacts_account ON former_contacts (account_id);
CREATE INDEX former_contacts_replaced ON former_contacts (replaced_at);

-- +goose Down
DROP TABLE former_contacts;
DELETE FROM flows WHERE contact_sealed IS NOT NULL;
ALTER TABLE flows DROP COLUMN contact_sealed;
