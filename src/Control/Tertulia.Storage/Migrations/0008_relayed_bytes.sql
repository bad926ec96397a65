-- What TURN carried for a stay, both ways.
ALTER TABLE attendance ADD COLUMN relayed_bytes BIGINT NOT NULL DEFAULT 0;
