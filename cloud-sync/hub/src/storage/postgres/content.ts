import type { ContentPicture } from '@tillside/decide';
import { type ContentReleaseRecord, type ContentStore, type DraftRecord, readCards } from '../content-port.ts';
import { plain } from './copy.ts';
import type { Database } from './pool.ts';

type WithJson<T extends { readonly cards: unknown }> = Omit<T, 'cards'> & { cards: string };

/** The row as it is, or made where there is none; only the version before may be replaced. */
const PUT_DRAFT = `INSERT INTO content_draft SELECT 1, $1::bigint, $2, $3, $4 WHERE $1::bigint = 1 OR EXISTS (SELECT 1 FROM content_draft)
  ON CONFLICT (one) DO UPDATE SET version = excluded.version, at = excluded.at, by = excluded.by, cards = excluded.cards
  WHERE content_draft.version = excluded.version - 1 RETURNING version`;
const PUT_PICTURE = `INSERT INTO content_pictures VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (sha256) DO UPDATE SET added_at = excluded.added_at`;
const FORGET = `DELETE FROM content_pictures WHERE sha256 IN
  (SELECT sha256 FROM content_pictures ORDER BY added_at DESC, sha256 OFFSET $1)`;
const PICTURES = `SELECT sha256, type, width_px AS "widthPx", height_px AS "heightPx", length_bytes AS "lengthBytes" FROM content_pictures
  WHERE sha256 = ANY($1::text[])`;
const RELEASES = `SELECT id, published_at AS "publishedAt", published_by AS "publishedBy", length_bytes AS "lengthBytes", cards FROM content_releases
  ORDER BY published_at DESC, id LIMIT $1`;

export function createContent(db: Database): ContentStore {
  return {
    draft: async () => {
      const [row] = await db.rows<WithJson<DraftRecord>>('SELECT version, at, by, cards FROM content_draft');
      return row === undefined ? null : { ...row, cards: readCards(row.cards) };
    },
    putDraft: async ({ version, at, by, cards }) =>
      (await db.rows(PUT_DRAFT, [version, at, plain(by), JSON.stringify(cards)])).length === 1,
    putPicture: ({ sha256, type, widthPx, heightPx, lengthBytes }, at, most) =>
      db.transact(async (session) => {
        await session.query(PUT_PICTURE, [sha256, type, widthPx, heightPx, lengthBytes, at]);
        await session.query(FORGET, [most]);
      }),
    pictures: (hashes) => db.rows<ContentPicture>(PICTURES, [hashes]),
    putRelease: async ({ id, publishedAt, publishedBy, lengthBytes, cards }) => {
      const values = [id, publishedAt, plain(publishedBy), lengthBytes, JSON.stringify(cards)];
      await db.rows('INSERT INTO content_releases VALUES ($1, $2, $3, $4, $5)', values);
    },
    releases: async (limit) => {
      const rows = await db.rows<WithJson<ContentReleaseRecord>>(RELEASES, [limit]);
      return rows.map((row) => ({ ...row, cards: readCards(row.cards) }));
    },
  };
}
