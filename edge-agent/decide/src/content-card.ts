import { z } from 'zod';

/** What HQ may show on a kiosk. A card is read in passing: its words fit a screen at two metres in both languages. */
export const CONTENT_LIMITS = {
  /** Of one store at a time. */
  cards: 24,
  pictures: 48,
  pictureBytes: 1024 * 1024,
  /** Of all pictures of one store together. */
  picturesBytes: 32 * 1024 * 1024,
  manifestBytes: 256 * 1024,
  /** A side: less is blurred on a kiosk, more is only weight. */
  minSidePx: 320,
  maxSidePx: 4096,
  /** A picture is unpacked to four bytes a pixel. */
  maxPixels: 6_000_000,
  titleChars: { zh: 20, en: 40 },
  textChars: { zh: 60, en: 120 },
  altChars: { zh: 80, en: 160 },
} as const;

/** What a picture is cut to: the stall of a standing screen and of a lying one. */
export const PICTURE_SIZES = {
  portrait: { widthPx: 1080, heightPx: 1350 },
  landscape: { widthPx: 1600, heightPx: 900 },
} as const;

export const PICTURE_TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const;
export const PictureType = z.enum(PICTURE_TYPES);
export type PictureType = z.infer<typeof PictureType>;
export const PICTURE_EXTENSIONS: Readonly<Record<PictureType, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
};

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const pixels = z.number().int().min(CONTENT_LIMITS.minSidePx).max(CONTENT_LIMITS.maxSidePx);

/** One picture, named by what is in it. */
export const ContentPicture = z.strictObject({
  sha256: Sha256,
  type: PictureType,
  widthPx: pixels,
  heightPx: pixels,
  lengthBytes: z.number().int().positive().max(CONTENT_LIMITS.pictureBytes),
});
export type ContentPicture = z.infer<typeof ContentPicture>;

/** One line of words: no control characters, nothing that turns the direction of what stands beside it. */
const line = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]*$/u, 'one line, without control characters');
const words = ({ zh, en }: { readonly zh: number; readonly en: number }) =>
  z.strictObject({ zh: line(zh), en: line(en) });

export const CONTENT_PLACES = ['attract', 'home'] as const;
export const ContentPlace = z.enum(CONTENT_PLACES);

/** `until` is the first instant at which the card is no longer shown. `campaignId`: shown only while that campaign acts in the store, with the price of its best item. */
export const ContentCard = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens, at most 40'),
    campaignId: z.string().min(1).max(64).optional(),
    title: words(CONTENT_LIMITS.titleChars),
    text: words(CONTENT_LIMITS.textChars),
    from: z.iso.datetime({ offset: true }),
    until: z.iso.datetime({ offset: true }),
    places: z.array(ContentPlace).min(1).max(CONTENT_PLACES.length),
    /** The higher, the earlier. */
    priority: z.number().int().min(0).max(100),
    /** By their hashes; `alt` says what is on both. */
    picture: z.strictObject({ portrait: Sha256, landscape: Sha256, alt: words(CONTENT_LIMITS.altChars) }).optional(),
  })
  .refine(({ from, until }) => Date.parse(from) < Date.parse(until), {
    path: ['until'],
    message: 'ends before it begins',
  })
  .refine(({ places }) => new Set(places).size === places.length, { path: ['places'], message: 'a place twice' });
export type ContentCard = z.infer<typeof ContentCard>;

/** Is the card to be shown at that time? Epoch milliseconds of the store's clock. */
export const isCardDue = ({ from, until }: Pick<ContentCard, 'from' | 'until'>, nowMs: number): boolean =>
  Date.parse(from) <= nowMs && nowMs < Date.parse(until);
