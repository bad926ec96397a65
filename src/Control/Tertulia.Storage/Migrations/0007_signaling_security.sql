-- What protected the signaling of a stay; null where nobody could tell.
ALTER TABLE attendance ADD COLUMN tls TEXT;
ALTER TABLE attendance ADD COLUMN key_exchange TEXT;
