-- A recording: the log of a meeting's media that one server wrote. state: recording, stopped.
CREATE TABLE recordings (
    id TEXT PRIMARY KEY,
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    account_id TEXT NOT NULL,
    node TEXT NOT NULL,
    state TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    stopped_at BIGINT,
    duration_seconds DOUBLE PRECISION NOT NULL DEFAULT 0,
    is_whole BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX recordings_by_meeting ON recordings (meeting_id, started_at);
CREATE INDEX recordings_by_state ON recordings (node, state);

-- A file that is or will be made of a recording. state: waiting (for the recording to stop), queued, composing, ready, failed.
CREATE TABLE renditions (
    id TEXT PRIMARY KEY,
    recording_id TEXT NOT NULL REFERENCES recordings (id),
    layout TEXT NOT NULL,
    peer_id TEXT,
    state TEXT NOT NULL,
    reason TEXT,
    object_key TEXT NOT NULL,
    size BIGINT NOT NULL DEFAULT 0,
    attempts BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX renditions_by_recording ON renditions (recording_id, created_at);
CREATE INDEX renditions_by_state ON renditions (state, created_at);
