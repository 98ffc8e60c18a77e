-- What gold said before a review corrected it: of two reviewers who correct the
-- same at once, neither overwrites the other for good.
CREATE TABLE tapescript_gold.former (
	n     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	batch text NOT NULL,
	key   text NOT NULL,
	texts json NOT NULL,
	until timestamptz NOT NULL               -- when something else took its place
);
CREATE INDEX former_gold ON tapescript_gold.former (batch, key);
