-- A deleted meeting keeps nothing but its times, which usage is made of.
ALTER TABLE meetings ADD COLUMN deleted_at BIGINT;
