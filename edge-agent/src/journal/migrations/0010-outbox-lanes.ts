/**
 * The events are the outbox: a row for each stream says what the hub holds, what was given up and what it does not take, instead of a row for each event that
 * it does not hold. `total` counts the bytes of a stream up to an event, so that any part of it is measured by two of them.
 */
export const migration0010 = {
  version: 10,
  sql: `
CREATE TABLE outbox_lane (
  epoch TEXT NOT NULL, stream TEXT NOT NULL, held INTEGER NOT NULL, ranges TEXT NOT NULL, opened INTEGER NOT NULL,
  shed TEXT NOT NULL DEFAULT '[]', aside TEXT NOT NULL DEFAULT '[]',
  fork INTEGER, doubt TEXT NOT NULL DEFAULT '[]', moved TEXT NOT NULL DEFAULT '[]', PRIMARY KEY (epoch, stream)
) STRICT, WITHOUT ROWID;
INSERT INTO outbox_lane (epoch, stream, held, ranges, opened)
  SELECT epoch, stream,
    coalesce((SELECT min(o.seq) - 1 FROM outbox o WHERE o.epoch = e.epoch AND o.stream = e.stream), max(e.seq)), '[]',
    row_number() OVER (ORDER BY min(e.time), e.stream)
  FROM event e GROUP BY epoch, stream;
DROP TABLE outbox;
ALTER TABLE event ADD COLUMN total INTEGER NOT NULL DEFAULT 0;
`,
} as const;
