CREATE TABLE meetings (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    title TEXT NOT NULL,
    settings TEXT NOT NULL,
    max_participants BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT,
    end_reason TEXT
);
CREATE INDEX meetings_by_account ON meetings (account_id, created_at, id);

CREATE TABLE chat_messages (
    position {{identity}},
    id TEXT NOT NULL UNIQUE,
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    peer_id TEXT NOT NULL,
    display_name TEXT NOT NULL,
    to_peer_id TEXT,
    text TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    offset_seconds DOUBLE PRECISION NOT NULL
);
CREATE INDEX chat_messages_by_meeting ON chat_messages (meeting_id, position);

-- One row per stay; a participant who comes back opens another.
CREATE TABLE attendance (
    position {{identity}},
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    peer_id TEXT NOT NULL,
    display_name TEXT NOT NULL,
    role TEXT NOT NULL,
    joined_at BIGINT NOT NULL,
    left_at BIGINT,
    reason TEXT
);
CREATE INDEX attendance_by_meeting ON attendance (meeting_id, position);
CREATE INDEX attendance_open ON attendance (left_at, meeting_id);

-- When this server was last known to be alive: what was still open after a crash is closed as of then.
CREATE TABLE heartbeats (
    node TEXT PRIMARY KEY,
    beat_at BIGINT NOT NULL
);
