-- Times are nanoseconds since 1970, durations nanoseconds, money millionths.

CREATE TABLE batch (
	n       INTEGER PRIMARY KEY,
	id      TEXT NOT NULL UNIQUE,
	body    TEXT NOT NULL,               -- the batch as JSON
	tasks   INTEGER NOT NULL DEFAULT 0,
	open    INTEGER NOT NULL DEFAULT 0,
	control INTEGER NOT NULL DEFAULT 0,  -- control tasks, to spread them
	general INTEGER NOT NULL DEFAULT 0,
	purged  INTEGER NOT NULL DEFAULT 0
);

-- The queue's order is ascending: priority and pay are kept negated.
CREATE TABLE task (
	n        INTEGER PRIMARY KEY,
	batch    INTEGER NOT NULL,
	hash     BLOB NOT NULL,              -- of batch and key, 128 bits
	key      TEXT NOT NULL,
	class    INTEGER NOT NULL,           -- 0 general 1 control 2 training 3 exam
	state    INTEGER NOT NULL,           -- 0 open 1 full
	returned INTEGER NOT NULL DEFAULT 0, -- was given back: workers' cursors may have passed it
	overlap  INTEGER NOT NULL,
	taken    INTEGER NOT NULL DEFAULT 0, -- leases and submissions that count
	priority INTEGER NOT NULL,
	deadline INTEGER NOT NULL,
	pay      INTEGER NOT NULL,
	ref      TEXT,                       -- NULL: the key
	audio    TEXT,                       -- what else is known of the recording, as JSON
	draft    TEXT,
	price    TEXT,                       -- NULL: the batch's
	line     INTEGER NOT NULL,
	cells    BLOB
);
CREATE UNIQUE INDEX task_hash ON task (hash);
CREATE INDEX task_queue ON task (batch, class, priority, deadline, pay, n) WHERE state = 0;
CREATE INDEX task_returned ON task (batch, class, priority, deadline, pay, n) WHERE state = 0 AND returned = 1;

-- How far a worker has come in a batch's queue, and how many tasks it was given.
CREATE TABLE cursor (
	worker TEXT NOT NULL, batch INTEGER NOT NULL, class INTEGER NOT NULL,
	priority INTEGER NOT NULL, deadline INTEGER NOT NULL, pay INTEGER NOT NULL, n INTEGER NOT NULL,
	PRIMARY KEY (worker, batch, class)
) WITHOUT ROWID;
CREATE TABLE given (
	worker TEXT NOT NULL, batch INTEGER NOT NULL, tasks INTEGER NOT NULL,
	PRIMARY KEY (worker, batch)
) WITHOUT ROWID;

CREATE TABLE assignment (
	n       INTEGER PRIMARY KEY,
	id      TEXT NOT NULL UNIQUE,
	task    INTEGER NOT NULL,
	worker  TEXT NOT NULL,
	token   TEXT NOT NULL,
	state   TEXT NOT NULL,
	started INTEGER NOT NULL,
	until   INTEGER NOT NULL,
	skipped TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX assignment_worker ON assignment (worker, task);
CREATE INDEX assignment_until ON assignment (until) WHERE state = 'leased';

CREATE TABLE submission (
	n          INTEGER PRIMARY KEY,
	hash       BLOB NOT NULL,            -- of the ID, 128 bits
	id         TEXT NOT NULL,
	task       INTEGER NOT NULL,
	worker     TEXT NOT NULL,
	assignment TEXT NOT NULL,
	text       TEXT NOT NULL,
	transcript BLOB,
	active     INTEGER NOT NULL,
	wall       INTEGER NOT NULL,
	length     INTEGER NOT NULL,
	at         INTEGER NOT NULL,
	late       INTEGER NOT NULL,
	status     TEXT NOT NULL,
	decision   TEXT NOT NULL,            -- of the last verdict
	line       INTEGER NOT NULL,
	cells      BLOB,
	extras     TEXT
);
CREATE UNIQUE INDEX submission_hash ON submission (hash);
CREATE INDEX submission_task ON submission (task, worker);

CREATE TABLE verdict (
	n          INTEGER PRIMARY KEY,
	submission INTEGER NOT NULL,
	body       TEXT NOT NULL
);
CREATE INDEX verdict_submission ON verdict (submission);

CREATE TABLE appeal (
	submission TEXT PRIMARY KEY,
	body       TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE ledger (
	n          INTEGER PRIMARY KEY,
	key        TEXT NOT NULL UNIQUE,
	worker     TEXT NOT NULL,
	batch      TEXT NOT NULL,
	task       TEXT NOT NULL,
	submission TEXT NOT NULL,
	kind       TEXT NOT NULL,
	"from"     TEXT NOT NULL,
	"to"       TEXT NOT NULL,
	amount     INTEGER NOT NULL CHECK (amount >= 0),
	currency   TEXT NOT NULL,
	at         INTEGER NOT NULL,
	note       TEXT NOT NULL
);
CREATE INDEX ledger_submission ON ledger (submission) WHERE submission <> '';
CREATE INDEX ledger_worker ON ledger (worker);
CREATE TRIGGER ledger_only_grows_1 BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
CREATE TRIGGER ledger_only_grows_2 BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;

CREATE TABLE qualification (id TEXT PRIMARY KEY, worker TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX qualification_worker ON qualification (worker);
CREATE TABLE measure (n INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, worker TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX measure_worker ON measure (worker);
