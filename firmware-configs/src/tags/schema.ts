import { z } from 'zod';

/** Ink that a panel can show; white and black are always there. */
export const TagColour = z.enum(['white', 'black', 'red', 'yellow']);
export type TagColour = z.infer<typeof TagColour>;

/** A kind of electronic shelf label, as an access point names it by `hwType`. Sizes are what a picture must have, in pixels, label upright. */
export const TagType = z.strictObject({
  /** The number that the tag reports at check-in, 0-255; or one of ours beyond, for tags that report none. */
  hwType: z.number().int().min(0).max(0xffff),
  name: z.string().min(3).max(40),
  widthPx: z.number().int().min(64).max(2048),
  heightPx: z.number().int().min(64).max(2048),
  colours: z
    .array(TagColour)
    .min(2)
    .refine((colours) => colours.includes('white') && colours.includes('black'), 'white and black are needed'),
  /** Quarter turns, clockwise, between the upright picture and the order in which the panel takes its pixels. */
  panelQuarterTurns: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
});
export type TagType = z.infer<typeof TagType>;
