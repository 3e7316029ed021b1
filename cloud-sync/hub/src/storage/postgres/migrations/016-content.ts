import type { Migration } from './migration.ts';

/** Cards and pictures for kiosks, as in SQLite (020-content there). */
export const content: Migration = {
  version: 16,
  name: 'content',
  sql: `
    CREATE TABLE content_draft (one integer PRIMARY KEY CHECK (one = 1), version bigint NOT NULL, at text NOT NULL, by text NOT NULL, cards text NOT NULL);
    CREATE TABLE content_pictures (
      sha256 text COLLATE "C" PRIMARY KEY, type text NOT NULL, width_px bigint NOT NULL, height_px bigint NOT NULL, length_bytes bigint NOT NULL,
      added_at text COLLATE "C" NOT NULL
    );
    CREATE INDEX content_pictures_by_age ON content_pictures (added_at);
    CREATE TABLE content_releases (
      id text PRIMARY KEY, published_at text COLLATE "C" NOT NULL, published_by text NOT NULL, length_bytes bigint NOT NULL, cards text NOT NULL
    );
    CREATE INDEX content_releases_by_age ON content_releases (published_at);
  `,
};
