-- +goose Up
-- What a sweep deletes is found without reading what stays, which is more with each account.
CREATE INDEX sign_ins_at ON sign_ins (at);
CREATE INDEX devices_used ON devices (used_at);
CREATE INDEX links_ended ON links (ended_at);

-- What gives the budget its SMS back is asked for at each start of a recovery, and there are many messages in an hour.
CREATE INDEX outbox_untaken ON outbox (state, channel, created_at) WHERE flow IS NOT NULL AND fate IN ('dropped', 'refused');

-- +goose Down
DROP INDEX outbox_untaken;
DROP INDEX links_ended;
DROP INDEX devices_used;
DROP INDEX sign_ins_at;
