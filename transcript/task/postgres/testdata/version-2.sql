-- What version 2 keeps besides: gold that was corrected. Never changed.
INSERT INTO tapescript_gold.former (batch, key, texts, until) VALUES ('old', '2.mp3', '["old gold"]', '2026-02-01');
UPDATE tapescript_gold.gold SET texts = '["mended gold"]' WHERE batch = 'old' AND key = '2.mp3';
