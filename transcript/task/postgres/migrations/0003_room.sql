-- Room on each page for what is about to change there: a row that changes in its
-- own page leaves the indexes as they are, and what it was before goes without a
-- vacuum. These are written at each claim.
ALTER TABLE tapescript.task SET (fillfactor = 90);
ALTER TABLE tapescript.assignment SET (fillfactor = 80);
ALTER TABLE tapescript.cursor SET (fillfactor = 50);
ALTER TABLE tapescript.given SET (fillfactor = 50);
ALTER TABLE tapescript.backlog SET (fillfactor = 20);
