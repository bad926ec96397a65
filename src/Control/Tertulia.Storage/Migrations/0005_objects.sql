-- Secrets that this deployment made for itself, such as the key of signed links.
CREATE TABLE server_secrets (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Files that meetings left behind. state: announced, local (in the folder of node), stored (in the bucket), failed, deleting.
-- What is local while there is a bucket, and what is deleting, is work to be done at next_attempt_at.
CREATE TABLE objects (
    key TEXT PRIMARY KEY,
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    content_type TEXT NOT NULL,
    file_name TEXT NOT NULL,
    state TEXT NOT NULL,
    node TEXT NOT NULL,
    size BIGINT NOT NULL DEFAULT 0,
    sha256 TEXT,
    created_at BIGINT NOT NULL,
    upload_id TEXT,
    attempts BIGINT NOT NULL DEFAULT 0,
    next_attempt_at BIGINT,
    error TEXT
);
CREATE INDEX objects_by_meeting ON objects (meeting_id, key);
CREATE INDEX objects_by_work ON objects (next_attempt_at);
