import { ContentCard, ContentPicture } from '@tillside/decide';
import { z } from 'zod';

const { widthPx, heightPx } = ContentPicture.shape;

/** Where the agent serves a campaign picture, and how large it is, so that its place is kept before it comes. `url` is a path on the agent. */
const ServedPicture = z.strictObject({
  url: z.string().regex(/^\/content\/[0-9a-f]{64}\.(jpg|png|webp)$/),
  widthPx,
  heightPx,
});

const { id, campaignId, title, text, places, until } = ContentCard.shape;

/** A card of HQ's that is to be shown now; its campaign, where it names one, acts in this store. */
export const KioskCard = z.strictObject({
  id,
  campaignId,
  title,
  text,
  places,
  until,
  picture: z
    .strictObject({
      portrait: ServedPicture,
      landscape: ServedPicture,
      alt: z.strictObject({ zh: z.string(), en: z.string() }),
    })
    .optional(),
});
export type KioskCard = z.infer<typeof KioskCard>;
