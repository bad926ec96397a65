-- The number of the meeting's last event: events count from 1 without gaps.
ALTER TABLE meetings ADD COLUMN event_sequence BIGINT NOT NULL DEFAULT 0;

-- body is the JSON text that webhooks are sent.
CREATE TABLE meeting_events (
    position {{identity}},
    id TEXT NOT NULL UNIQUE,
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    sequence BIGINT NOT NULL,
    type TEXT NOT NULL,
    happened_at BIGINT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (meeting_id, sequence)
);

-- events: ' meeting.started meeting.ended ', or empty for all. state: enabled, disabled (by its owner), failed (by this server).
CREATE TABLE webhooks (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    url TEXT NOT NULL,
    description TEXT NOT NULL,
    events TEXT NOT NULL,
    secret TEXT NOT NULL,
    state TEXT NOT NULL,
    state_reason TEXT,
    created_at BIGINT NOT NULL,
    failing_since BIGINT
);
CREATE INDEX webhooks_by_account ON webhooks (account_id, created_at, id);

-- The outbox and, once delivered or given up, the log. state: pending, delivered, failed. leased_until: a server is at it.
CREATE TABLE webhook_deliveries (
    position {{identity}},
    id TEXT NOT NULL UNIQUE,
    webhook_id TEXT NOT NULL REFERENCES webhooks (id),
    event_id TEXT NOT NULL,
    event_type TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    give_up_at BIGINT NOT NULL,
    next_attempt_at BIGINT,
    leased_until BIGINT NOT NULL DEFAULT 0,
    settled_at BIGINT
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (state, next_attempt_at);
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, position);
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at);

CREATE TABLE webhook_attempts (
    position {{identity}},
    delivery_id TEXT NOT NULL REFERENCES webhook_deliveries (id),
    attempted_at BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL,
    status BIGINT,
    error TEXT,
    answer TEXT
);
CREATE INDEX webhook_attempts_by_delivery ON webhook_attempts (delivery_id, position);
