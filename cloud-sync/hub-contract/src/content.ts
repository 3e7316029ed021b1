import { CONTENT_LIMITS, ContentCard, ContentPicture } from '@tillside/decide';
import { z } from 'zod';
import type { HubRoute } from './routes.ts';
import { StoreState, StoreTargets } from './state.ts';
import { Count, Instant } from './text.ts';

/** Pictures that the hub offers for cards; beyond it the one that was uploaded the longest ago is forgotten. */
export const MAX_HELD_PICTURES = 2000;
/** Cards of a draft: some are written for later, or for other stores. */
export const MAX_DRAFT_CARDS = 200;

/** The cards that HQ works on. Saved is not published. */
export const ContentDraft = z.strictObject({
  /** 0: nobody has saved any. */
  version: Count,
  at: Instant.nullable(),
  by: z.string().nullable(),
  cards: z.array(ContentCard).max(MAX_DRAFT_CARDS),
});
export type ContentDraft = z.infer<typeof ContentDraft>;

export const ContentRelease = z.strictObject({
  id: z.uuid(),
  publishedAt: Instant,
  publishedBy: z.string(),
  cards: z.array(ContentCard).max(CONTENT_LIMITS.cards),
  /** Of the artifact. */
  lengthBytes: Count,
  stores: z.array(StoreState),
});
export type ContentRelease = z.infer<typeof ContentRelease>;

/** Where a picture's bytes are, for operators: GET, with the type that it has. */
export const PICTURE_PATH = '/v1/content/pictures/:sha256';

/** What HQ shows on kiosks. */
export const contentRoutes = {
  content: {
    method: 'GET',
    path: '/v1/content',
    auth: 'operator',
    response: z.strictObject({ draft: ContentDraft, releases: z.array(ContentRelease) }),
    summary: 'Cards for kiosks: the draft, and what was published, newest first',
  },
  saveContent: {
    method: 'POST',
    path: '/v1/content',
    auth: 'operator',
    /** `was`: the version that was read. Who changes one that somebody else has changed since is refused. */
    body: z.strictObject({ was: Count, cards: z.array(z.unknown()).max(MAX_DRAFT_CARDS) }),
    response: ContentDraft,
    summary: 'Save the draft of the cards, as a whole',
  },
  addPicture: {
    method: 'POST',
    path: '/v1/content/pictures',
    auth: 'operator',
    body: z.instanceof(Uint8Array),
    bodyType: 'application/octet-stream',
    response: ContentPicture,
    summary: 'Check a picture (JPEG, PNG or WebP, still, without metadata) and keep it for cards',
  },
  pushContent: {
    method: 'POST',
    path: '/v1/content/push',
    auth: 'operator',
    /** `was`: the version of the draft that was looked at. `cards`: which of it, by id; all when it is left out, none to clear the kiosks. */
    body: z.strictObject({
      stores: StoreTargets,
      was: Count,
      cards: z.array(z.string()).max(CONTENT_LIMITS.cards).optional(),
    }),
    response: ContentRelease,
    summary: 'Sign and publish cards of the draft, with their pictures, to stores',
  },
} as const satisfies Record<string, HubRoute>;
