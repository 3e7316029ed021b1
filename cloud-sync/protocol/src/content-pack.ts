import { createHash } from 'node:crypto';
import { CONTENT_LIMITS, ContentCard, ContentPicture } from '@tillside/decide';
import { z } from 'zod';
import { MAX_TARGET_BYTES } from './desired.ts';
import { readPicture } from './picture.ts';
import { firstIssue } from './read-body.ts';

/**
 * `content.tillcontent`: what HQ shows on a store's kiosks. 8 bytes of magic, the manifest's length as uint32 little-endian, the manifest (JSON, UTF-8), then each picture of
 * `pictures` in that order, nothing between and nothing behind: it is read from front to end, and each length is known before.
 */
const MAGIC = Buffer.from('TILLCNT1', 'latin1');
const HEAD_BYTES = MAGIC.length + 4;

export const ContentManifest = z
  .strictObject({
    format: z.literal(1),
    cards: z.array(ContentCard).max(CONTENT_LIMITS.cards),
    pictures: z.array(ContentPicture).max(CONTENT_LIMITS.pictures),
  })
  .superRefine(({ cards, pictures }, context) => {
    const fault = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    const held = new Set(pictures.map(({ sha256 }) => sha256));
    const used = new Set(cards.flatMap(({ picture }) => (picture ? [picture.portrait, picture.landscape] : [])));
    if (new Set(cards.map(({ id }) => id)).size !== cards.length) fault('cards', 'two cards with one id');
    if (held.size !== pictures.length) fault('pictures', 'a picture twice');
    if ([...used].some((sha256) => !held.has(sha256))) fault('cards', 'a picture that is not there');
    if ([...held].some((sha256) => !used.has(sha256))) fault('pictures', 'a picture on no card');
    const bytes = pictures.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
    if (bytes > CONTENT_LIMITS.picturesBytes) fault('pictures', `${bytes} bytes together`);
  });
export type ContentManifest = z.infer<typeof ContentManifest>;

export interface ContentPack {
  readonly manifest: ContentManifest;
  /** By SHA-256. */
  readonly pictures: ReadonlyMap<string, Buffer>;
}

/** The same cards and pictures give the same bytes. Throws TypeError for a picture that is missing or is not what the manifest says. */
export function packContent(manifest: ContentManifest, pictures: ReadonlyMap<string, Uint8Array>): Buffer {
  const json = Buffer.from(JSON.stringify(ContentManifest.parse(manifest)));
  const head = Buffer.alloc(HEAD_BYTES);
  MAGIC.copy(head);
  head.writeUInt32LE(json.length, MAGIC.length);
  const parts = manifest.pictures.map(({ sha256, lengthBytes }) => {
    const bytes = pictures.get(sha256);
    if (bytes?.byteLength !== lengthBytes) throw new TypeError(`picture ${sha256}`);
    return bytes;
  });
  return Buffer.concat([head, json, ...parts]);
}

/** A pack that was checked as a whole, each picture too; or what is wrong with it. Never throws. */
export function readContentPack(bytes: Buffer): ContentPack | string {
  if (bytes.length > MAX_TARGET_BYTES.content) return `${bytes.length} bytes`;
  if (bytes.length < HEAD_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return 'not a content pack';
  const manifestBytes = bytes.readUInt32LE(MAGIC.length);
  if (manifestBytes > CONTENT_LIMITS.manifestBytes) return `a manifest of ${manifestBytes} bytes`;
  const manifest = readContentManifest(bytes.toString('utf8', HEAD_BYTES, HEAD_BYTES + manifestBytes));
  if (typeof manifest === 'string') return manifest;
  const pictures = new Map<string, Buffer>();
  let at = HEAD_BYTES + manifestBytes;
  for (const picture of manifest.pictures) {
    const content = bytes.subarray(at, at + picture.lengthBytes);
    const problem = pictureFault(picture, content);
    if (problem !== null) return `picture ${picture.sha256.slice(0, 12)}: ${problem}`;
    pictures.set(picture.sha256, content);
    at += picture.lengthBytes;
  }
  return at === bytes.length ? { manifest, pictures } : `${bytes.length} bytes instead of ${at}`;
}

/** The manifest, or what is wrong with it. */
export function readContentManifest(json: string): ContentManifest | string {
  try {
    const read = ContentManifest.safeParse(JSON.parse(json));
    return read.success ? read.data : firstIssue(read.error);
  } catch {
    return 'a manifest that is not JSON';
  }
}

/** Null where the bytes are what the manifest says of them. */
function pictureFault(said: ContentPicture, content: Buffer): string | null {
  if (content.length !== said.lengthBytes) return 'cut short';
  if (createHash('sha256').update(content).digest('hex') !== said.sha256) return 'another hash';
  const facts = readPicture(content);
  if (typeof facts === 'string') return facts;
  const { type, widthPx, heightPx } = facts;
  return type === said.type && widthPx === said.widthPx && heightPx === said.heightPx ? null : 'not as it is described';
}
