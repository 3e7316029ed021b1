import type { ContentPicture } from '@tillside/decide';
import { type ContentReleaseRecord, type ContentStore, type DraftRecord, readCards } from '../content-port.ts';
import type { Sqlite } from './open.ts';
import type { Transact } from './transact.ts';

type WithJson<T extends { readonly cards: unknown }> = Omit<T, 'cards'> & { cards: string };

const PUT_DRAFT = `INSERT INTO content_draft VALUES (1, @version, @at, @by, @cards)
  ON CONFLICT (one) DO UPDATE SET version = excluded.version, at = excluded.at, by = excluded.by, cards = excluded.cards`;
const PUT_PICTURE =
  'INSERT OR REPLACE INTO content_pictures VALUES (@sha256, @type, @widthPx, @heightPx, @lengthBytes, @at)';
const FORGET = `DELETE FROM content_pictures WHERE sha256 IN
  (SELECT sha256 FROM content_pictures ORDER BY added_at DESC, sha256 LIMIT -1 OFFSET ?)`;
const PICTURES = `SELECT sha256, type, width_px AS widthPx, height_px AS heightPx, length_bytes AS lengthBytes FROM content_pictures
  WHERE sha256 IN (SELECT value FROM json_each(?))`;
const RELEASES = `SELECT id, published_at AS publishedAt, published_by AS publishedBy, length_bytes AS lengthBytes, cards FROM content_releases
  ORDER BY published_at DESC, id LIMIT ?`;

export function createContent(db: Sqlite, transact: Transact): ContentStore {
  const draft = db.prepare<[], WithJson<DraftRecord>>('SELECT version, at, by, cards FROM content_draft');
  const putDraft = db.prepare(PUT_DRAFT);
  const putPicture = db.prepare(PUT_PICTURE);
  const forget = db.prepare(FORGET);
  const pictures = db.prepare<[string], ContentPicture>(PICTURES);
  const putRelease = db.prepare('INSERT INTO content_releases VALUES (?, ?, ?, ?, ?)');
  const releases = db.prepare<[number], WithJson<ContentReleaseRecord>>(RELEASES);
  return {
    draft: async () => {
      const row = draft.get();
      return row === undefined ? null : { ...row, cards: readCards(row.cards) };
    },
    putDraft: (next) =>
      transact(() => {
        if ((draft.get()?.version ?? 0) !== next.version - 1) return false;
        putDraft.run({ ...next, cards: JSON.stringify(next.cards) });
        return true;
      }),
    putPicture: (picture, at, most) =>
      transact(() => {
        putPicture.run({ ...picture, at });
        forget.run(most);
      }),
    pictures: async (hashes) => pictures.all(JSON.stringify(hashes)),
    putRelease: ({ id, publishedAt, publishedBy, lengthBytes, cards }) =>
      transact(() => {
        putRelease.run(id, publishedAt, publishedBy, lengthBytes, JSON.stringify(cards));
      }),
    releases: async (limit) => releases.all(limit).map((row) => ({ ...row, cards: readCards(row.cards) })),
  };
}
