CREATE TABLE gold (
	batch  TEXT NOT NULL,
	key    TEXT NOT NULL,
	texts  TEXT NOT NULL,   -- JSON
	reason TEXT NOT NULL,
	cells  TEXT NOT NULL,   -- JSON, by index
	PRIMARY KEY (batch, key)
) WITHOUT ROWID;

-- Cells of rows of a file of results that show gold, by the submission's ID.
CREATE TABLE shown (
	batch      TEXT NOT NULL,
	submission TEXT NOT NULL,
	cells      TEXT NOT NULL,
	PRIMARY KEY (batch, submission)
) WITHOUT ROWID;
