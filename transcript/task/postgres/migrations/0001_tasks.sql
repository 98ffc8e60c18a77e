-- Durations are nanoseconds, money millionths. The queue's order is ascending:
-- priority and pay are kept negated, deadlines are nanoseconds since 1970.
-- Texts of strangers may hold what a text here may not (NUL, what is not UTF-8):
-- such a character is written as ESC and a code.

CREATE TABLE tapescript.batch (
	n       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	id      text NOT NULL UNIQUE,
	body    json NOT NULL,
	tasks   bigint NOT NULL DEFAULT 0,
	general bigint NOT NULL DEFAULT 0,   -- at the last import, to spread control tasks among them
	control bigint NOT NULL DEFAULT 0,
	purged  timestamptz
);

-- How many tasks are open. In parts, so that workers who take tasks of one batch
-- do not wait for each other: the part is the task's number modulo 16.
CREATE TABLE tapescript.backlog (
	batch bigint NOT NULL,
	part  smallint NOT NULL,
	open  bigint NOT NULL,
	PRIMARY KEY (batch, part)
);

CREATE TABLE tapescript.task (
	n        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	batch    bigint NOT NULL,
	hash     bytea NOT NULL,                  -- of batch and key, 128 bits
	key      text NOT NULL,
	class    smallint NOT NULL,               -- 0 general 1 control 2 training 3 exam
	state    smallint NOT NULL DEFAULT 0,     -- 0 open 1 full
	returned boolean NOT NULL DEFAULT false,  -- was given back: workers' cursors may have passed it
	overlap  integer NOT NULL,
	taken    integer NOT NULL DEFAULT 0,      -- leases and submissions that count
	priority bigint NOT NULL,
	deadline bigint NOT NULL,
	pay      bigint NOT NULL,
	ref      text,                            -- NULL: the key
	audio    json,                            -- what else is known of the recording
	draft    text,
	price    json,                            -- NULL: the batch's
	line     bigint NOT NULL,
	cells    bytea
);
CREATE UNIQUE INDEX task_hash ON tapescript.task (hash);
CREATE INDEX task_batch ON tapescript.task (batch, n);
CREATE INDEX task_queue ON tapescript.task (batch, class, priority, deadline, pay, n) WHERE state = 0;
CREATE INDEX task_returned ON tapescript.task (batch, class, priority, deadline, pay, n) WHERE state = 0 AND returned;

-- How far a worker has come in a batch's queue, and how many tasks it was given.
CREATE TABLE tapescript.cursor (
	worker text NOT NULL, batch bigint NOT NULL, class smallint NOT NULL,
	priority bigint NOT NULL, deadline bigint NOT NULL, pay bigint NOT NULL, n bigint NOT NULL,
	PRIMARY KEY (worker, batch, class)
);
CREATE TABLE tapescript.given (
	worker text NOT NULL, batch bigint NOT NULL, tasks bigint NOT NULL,
	PRIMARY KEY (worker, batch)
);

CREATE TABLE tapescript.assignment (
	n       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	id      text NOT NULL UNIQUE,
	task    bigint NOT NULL,
	worker  text NOT NULL,
	token   text NOT NULL,
	state   text NOT NULL,                    -- leased submitted skipped expired
	started timestamptz NOT NULL,
	until   timestamptz NOT NULL,
	skipped text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX assignment_worker ON tapescript.assignment (worker, task);
CREATE INDEX assignment_task ON tapescript.assignment (task);
CREATE INDEX assignment_held ON tapescript.assignment (worker) WHERE state = 'leased';
CREATE INDEX assignment_until ON tapescript.assignment (until) WHERE state = 'leased';

CREATE TABLE tapescript.submission (
	n          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	hash       bytea NOT NULL,                -- of the ID, 128 bits
	id         text NOT NULL,
	task       bigint NOT NULL,
	worker     text NOT NULL,
	assignment text NOT NULL,
	text       text NOT NULL,
	transcript bytea,
	active     bigint NOT NULL,
	wall       bigint NOT NULL,
	length     bigint NOT NULL,
	at         timestamptz,
	late       boolean NOT NULL,
	status     text NOT NULL,
	decision   text NOT NULL,                 -- of the last verdict
	line       bigint NOT NULL,
	cells      bytea,
	extras     json
);
CREATE UNIQUE INDEX submission_hash ON tapescript.submission (hash);
CREATE INDEX submission_task ON tapescript.submission (task, worker);
CREATE INDEX submission_worker ON tapescript.submission (worker, task);

CREATE TABLE tapescript.verdict (
	n          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	submission bigint NOT NULL,
	body       json NOT NULL
);
CREATE INDEX verdict_submission ON tapescript.verdict (submission);

CREATE TABLE tapescript.appeal (
	submission text PRIMARY KEY,
	body       json NOT NULL
);

CREATE TABLE tapescript.ledger (
	n          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	key        text NOT NULL UNIQUE,
	worker     text NOT NULL,
	batch      text NOT NULL,
	task       text NOT NULL,
	submission text NOT NULL,
	kind       text NOT NULL,
	"from"     text NOT NULL,
	"to"       text NOT NULL,
	amount     bigint NOT NULL CHECK (amount >= 0),
	currency   text NOT NULL,
	at         timestamptz NOT NULL,
	note       text NOT NULL
);
CREATE INDEX ledger_submission ON tapescript.ledger (submission) WHERE submission <> '';
CREATE INDEX ledger_worker ON tapescript.ledger (worker);
CREATE FUNCTION tapescript.ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'the ledger only grows';
END $$;
CREATE TRIGGER ledger_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON tapescript.ledger
	FOR EACH STATEMENT EXECUTE FUNCTION tapescript.ledger_only_grows();

CREATE TABLE tapescript.qualification (
	n      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	id     text NOT NULL UNIQUE,
	worker text NOT NULL,
	body   json NOT NULL
);
CREATE INDEX qualification_worker ON tapescript.qualification (worker);
CREATE TABLE tapescript.measure (
	n      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	key    text NOT NULL UNIQUE,
	worker text NOT NULL,
	body   json NOT NULL
);
CREATE INDEX measure_worker ON tapescript.measure (worker);

-- Gold has a schema of its own: who gives tasks out and takes answers in needs
-- no right to it.
CREATE TABLE tapescript_gold.gold (
	batch  text NOT NULL,
	key    text NOT NULL,
	texts  json NOT NULL,
	reason text NOT NULL,
	cells  json NOT NULL,                     -- by index
	PRIMARY KEY (batch, key)
);
-- Cells of rows of a file of results that show gold, by the submission's ID.
CREATE TABLE tapescript_gold.shown (
	batch      text NOT NULL,
	submission text NOT NULL,
	cells      json NOT NULL,
	PRIMARY KEY (batch, submission)
);
