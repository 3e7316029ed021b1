import type { Reader, Tx } from '../journal/index.ts';

/** Pictures that are remembered of one tag: older ones are not kept by any access point. */
const KEPT_PICTURES = 8;

/** A picture that an access point took for a tag. */
export interface HandedOver {
  tagId: string;
  imageHash: string;
  priceFen: number;
  atMs: number;
}

export function notePicture(tx: Tx, { tagId, imageHash, priceFen, atMs }: HandedOver): void {
  tx.run(
    `INSERT INTO label_picture (tag_id, image_hash, price_fen, at_ms) VALUES (?, ?, ?, ?)
     ON CONFLICT (tag_id, image_hash) DO UPDATE SET price_fen = excluded.price_fen, at_ms = excluded.at_ms`,
    tagId,
    imageHash,
    priceFen,
    atMs,
  );
  tx.run(
    `DELETE FROM label_picture WHERE tag_id = ? AND image_hash NOT IN
      (SELECT image_hash FROM label_picture WHERE tag_id = ? ORDER BY at_ms DESC, image_hash LIMIT ?)`,
    tagId,
    tagId,
    KEPT_PICTURES,
  );
}

/** The tag is for another product now, or for none. */
export function forgetPictures(tx: Tx, tagId: string): void {
  tx.run('DELETE FROM label_picture WHERE tag_id = ?', tagId);
}

/** Price that a picture of the tag names; without a name that is known, the lowest of all that it may be. Undefined when it was given none. */
export function pictureFen(reader: Reader, tagId: string, imageHash: string | undefined): number | undefined {
  const known = reader.get<{ fen: number }>(
    'SELECT price_fen AS fen FROM label_picture WHERE tag_id = ? AND image_hash = ?',
    tagId,
    imageHash ?? '',
  );
  if (known !== undefined) return known.fen;
  const lowest = reader.get<{ fen: number | null }>(
    'SELECT min(price_fen) AS fen FROM label_picture WHERE tag_id = ?',
    tagId,
  );
  return lowest?.fen ?? undefined;
}
