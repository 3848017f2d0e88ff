-- +goose Up
-- What a code was for, or 'notice'; and what the gateway said of a message after it had taken it.
ALTER TABLE outbox ADD COLUMN purpose TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN report TEXT NOT NULL DEFAULT '';
UPDATE outbox SET purpose = 'notice' WHERE notice = 1;
CREATE INDEX outbox_receipt ON outbox (receipt);

-- +goose Down
DROP INDEX outbox_receipt;
ALTER TABLE outbox DROP COLUMN report;
ALTER TABLE outbox DROP COLUMN purpose;
