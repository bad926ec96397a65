-- What was said, line by line; offsets from the meeting's start in milliseconds. search_text is the text in lower case.
-- spoken_as: the name under which it was spoken, once that was corrected. confidence NULL: not known (imported lines).
CREATE TABLE transcript_segments (
    position {{identity}},
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    segment_id TEXT NOT NULL,
    peer_id TEXT,
    speaker TEXT NOT NULL,
    spoken_as TEXT,
    start_ms BIGINT NOT NULL,
    end_ms BIGINT NOT NULL,
    spoken_at BIGINT NOT NULL,
    stored_at BIGINT NOT NULL,
    text TEXT NOT NULL,
    search_text TEXT NOT NULL,
    confidence DOUBLE PRECISION,
    language TEXT NOT NULL,
    revision BIGINT NOT NULL,
    UNIQUE (meeting_id, segment_id)
);
CREATE INDEX transcript_segments_by_time ON transcript_segments (meeting_id, start_ms, position);
CREATE INDEX transcript_segments_by_age ON transcript_segments (stored_at);

-- The revision grows with every change, so that a summary can be told from one of an earlier text.
CREATE TABLE transcripts (
    meeting_id TEXT PRIMARY KEY REFERENCES meetings (id),
    revision BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    deleted_at BIGINT
);

-- A participant whose name was corrected for the whole meeting: holds for lines still to come.
CREATE TABLE transcript_speakers (
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    peer_id TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (meeting_id, peer_id)
);

-- Versions of a meeting's summary, never overwritten. Quotes stand in evidence alone, which goes when the transcript does.
CREATE TABLE summaries (
    position {{identity}},
    id TEXT NOT NULL UNIQUE,
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    version BIGINT NOT NULL,
    origin TEXT NOT NULL,
    engine TEXT NOT NULL,
    transcript_revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    content TEXT NOT NULL,
    evidence TEXT,
    UNIQUE (meeting_id, version)
);
