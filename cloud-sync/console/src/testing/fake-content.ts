import { createHash, randomUUID } from 'node:crypto';
import type { ContentCard, ContentPicture } from '@tillside/decide';
import type { ContentDraft, ContentRelease, HubRouteName } from '@tillside/hub-contract';
import type { World } from './world.ts';

/** Of the extended file format: RIFF's head, the chunk's and its flags come before the size. */
const WEBP_SIZE_AT = 24;

/** The hub's cards and pictures for kiosks. */
export class FakeContent {
  draft: ContentDraft = { version: 0, at: null, by: null, cards: [] };
  releases: ContentRelease[] = [];
  readonly uploads: ContentPicture[] = [];
  readonly #bytes = new Map<string, Buffer>();

  /** Null for a route that is not of content. */
  answer(name: HubRouteName, body: unknown, world: World): unknown {
    switch (name) {
      case 'content':
        return { draft: this.draft, releases: this.releases };
      case 'saveContent': {
        const { was, cards } = body as { was: number; cards: ContentCard[] };
        this.draft = { version: was + 1, at: new Date().toISOString(), by: 'Lin', cards };
        return this.draft;
      }
      case 'addPicture':
        return this.#keep(Buffer.from(body as Uint8Array));
      case 'pushContent': {
        const { cards } = body as { cards: string[] };
        const release = {
          id: randomUUID(),
          publishedAt: new Date().toISOString(),
          publishedBy: 'Lin',
          cards: this.draft.cards.filter(({ id }) => cards.includes(id)),
          lengthBytes: 81_920,
          stores: world.stores.flatMap(({ content }) => (content === null ? [] : [content])),
        };
        this.releases.unshift(release);
        return release;
      }
      default:
        return null;
    }
  }

  picture(sha256: string): Buffer | undefined {
    return this.#bytes.get(sha256);
  }

  /** What the hub itself checks in full (protocol's readPicture): a WebP as Chromium writes it, with no word of a camera. */
  #keep(bytes: Buffer): ContentPicture {
    if (bytes.toString('latin1', 8, 16) !== 'WEBPVP8X' || bytes.includes('EXIF') || bytes.includes('XMP '))
      throw new Error('not a WebP of pixels alone');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const picture = {
      sha256,
      type: 'image/webp' as const,
      widthPx: bytes.readUIntLE(WEBP_SIZE_AT, 3) + 1,
      heightPx: bytes.readUIntLE(WEBP_SIZE_AT + 3, 3) + 1,
      lengthBytes: bytes.length,
    };
    this.uploads.push(picture);
    this.#bytes.set(sha256, bytes);
    return picture;
  }
}
