import type { Migration } from './migration.ts';

/** Cards and pictures for kiosks: the draft, pictures by their hash, and what was published. */
export const content: Migration = {
  version: 20,
  name: 'content',
  sql: `
    CREATE TABLE content_draft (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, cards TEXT NOT NULL) STRICT;
    CREATE TABLE content_pictures (
      sha256 TEXT PRIMARY KEY, type TEXT NOT NULL, width_px INTEGER NOT NULL, height_px INTEGER NOT NULL, length_bytes INTEGER NOT NULL, added_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX content_pictures_by_age ON content_pictures (added_at);
    CREATE TABLE content_releases (
      id TEXT PRIMARY KEY, published_at TEXT NOT NULL, published_by TEXT NOT NULL, length_bytes INTEGER NOT NULL, cards TEXT NOT NULL
    ) STRICT;
    CREATE INDEX content_releases_by_age ON content_releases (published_at);
  `,
};
