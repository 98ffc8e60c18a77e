-- A store as version 1 left it: every later version must read it. Never changed.
INSERT INTO tapescript.batch (id, body, tasks, general) VALUES ('old', '{"ID":"old","Name":"old tasks","Overlap":2,"Price":{"Amount":"0.05","Currency":"USD","Per":"task"}}', 2, 2);
INSERT INTO tapescript.backlog SELECT 1, g, 0 FROM generate_series(0, 15) g;
UPDATE tapescript.backlog SET open = 1 WHERE part IN (1, 2);
INSERT INTO tapescript.task (batch, hash, key, class, overlap, taken, priority, deadline, pay, line) VALUES
	(1, decode(substr(encode(sha256('\x6f6c6400312e6d7033'::bytea), 'hex'), 1, 32), 'hex'), '1.mp3', 0, 2, 1, 0, 9223372036854775807, -50000, 2),
	(1, decode(substr(encode(sha256('\x6f6c6400322e6d7033'::bytea), 'hex'), 1, 32), 'hex'), '2.mp3', 1, 0, 1, 0, 9223372036854775807, -50000, 3);
INSERT INTO tapescript.assignment (id, task, worker, token, state, started, until) VALUES
	('a1', 1, 'w', 't1', 'submitted', '2026-01-01', '2026-01-02'), ('a2', 2, 'w', 't2', 'leased', '2026-01-01', '2126-01-02');
INSERT INTO tapescript.submission (hash, id, task, worker, assignment, text, active, wall, length, at, late, status, decision, line) VALUES
	(decode(substr(encode(sha256('s1'), 'hex'), 1, 32), 'hex'), 's1', 1, 'w', 'a1', 'old words', 5, 6, 7, '2026-01-01', false, '', 'accepted', 0);
INSERT INTO tapescript.verdict (submission, body) VALUES (1, '{"Submission":"s1","Decision":"accepted","At":"2026-01-01T00:00:00Z"}');
INSERT INTO tapescript.ledger (key, worker, batch, task, submission, kind, "from", "to", amount, currency, at, note) VALUES
	('task/s1', 'w', 'old', 'old/1.mp3', 's1', 'task', '', 'pending', 50000, 'USD', '2026-01-01', ''),
	('verdict/s1/1', 'w', 'old', 'old/1.mp3', 's1', 'verdict', 'pending', 'approved', 50000, 'USD', '2026-01-01', '');
INSERT INTO tapescript_gold.gold VALUES ('old', '2.mp3', '["old gold"]', '', '{}');
