import type { ContentCard } from '@tillside/decide';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ContentManifest, packContent, readContentPack } from './content-pack.ts';
import { contentCard, describePicture, pngOf } from './testing/pictures.ts';

const [tall, wide] = [pngOf(320, 400, 10), pngOf(640, 360, 20)];
const described = [describePicture(tall), describePicture(wide)] as const;
const [portrait, landscape] = described.map(({ sha256 }) => sha256) as [string, string];
const bytes = new Map([
  [portrait, tall],
  [landscape, wide],
]);
const alt = { zh: '一篮桃子', en: 'A basket of peaches' };
const card = contentCard({ picture: { portrait, landscape, alt } });
const manifest: ContentManifest = { format: 1, cards: [card], pictures: [...described] };
const packed = packContent(manifest, bytes);

/** What `packContent` would not write. */
function forged(json: unknown, pictures: readonly Buffer[] = [tall, wide]): Buffer {
  const text = Buffer.from(typeof json === 'string' ? json : JSON.stringify(json));
  const head = Buffer.from('TILLCNT1\0\0\0\0', 'latin1');
  head.writeUInt32LE(text.length, 8);
  return Buffer.concat([head, text, ...pictures]);
}
const withCard = (change: Partial<Record<keyof ContentCard, unknown>>) => ({
  ...manifest,
  cards: [{ ...card, ...change }],
});

describe('a content pack', () => {
  it('comes back as it was packed, and the same gives the same bytes', () => {
    expect(readContentPack(packed)).toEqual({ manifest, pictures: bytes });
    expect(packContent(manifest, bytes)).toEqual(packed);
    expect(readContentPack(forged({ format: 1, cards: [], pictures: [] }, []))).toMatchObject({
      manifest: { cards: [] },
    });
  });

  it.each([
    ['other bytes', Buffer.from('PK\u0003\u0004'), 'not a content pack'],
    ['no JSON', forged('{'), 'not JSON'],
    ['another format', forged({ ...manifest, format: 2 }), 'format'],
    ['words on two lines', forged(withCard({ title: { zh: '上\n下', en: 'x' } })), 'cards.0.title.zh'],
    [
      'words that turn what stands beside them',
      forged(withCard({ text: { zh: '桃', en: '\u202ehcaep' } })),
      'cards.0.text.en',
    ],
    ['a language missing', forged(withCard({ title: { zh: '桃', en: ' ' } })), 'cards.0.title.en'],
    ['a card that ends before it begins', forged(withCard({ until: card.from })), 'cards.0.until'],
    ['a key that nobody knows', forged(withCard({ html: '<b>' } as never)), 'html'],
    ['two cards with one id', forged({ ...manifest, cards: [card, card] }), 'one id'],
    ['a picture that is not there', forged({ ...manifest, pictures: [described[0]] }, [tall]), 'not there'],
    ['a picture on no card', forged(withCard({ picture: undefined })), 'on no card'],
    ['a picture of another hash', forged(manifest, [tall, pngOf(640, 360, 21)]), 'another hash'],
    [
      'a picture that is none',
      forged({ ...manifest, pictures: [described[0], { ...described[1], type: 'image/jpeg' }] }),
      'described',
    ],
    ['too little', packed.subarray(0, -1), 'cut short'],
    ['too much', Buffer.concat([packed, Buffer.from('x')]), 'bytes instead of'],
  ])('with %s is refused, and says why', (_, content, why) => {
    expect(readContentPack(content)).toEqual(expect.stringContaining(why));
  });

  it('spoilt anywhere is read without an exception, and never as another picture', () => {
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const spoilt = Buffer.from(packed);
        spoilt[at] = (spoilt[at] ?? 0) ^ by;
        const read = readContentPack(spoilt);
        if (typeof read !== 'string') expect([...read.pictures]).toEqual([...bytes]);
      }),
      { numRuns: 1000 },
    );
  });
});
