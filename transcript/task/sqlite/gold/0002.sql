-- What gold said before a review corrected it.
CREATE TABLE former (
	n     INTEGER PRIMARY KEY,
	batch TEXT NOT NULL,
	key   TEXT NOT NULL,
	texts TEXT NOT NULL,   -- JSON
	until INTEGER NOT NULL -- when something else took its place
);
CREATE INDEX former_gold ON former (batch, key);
