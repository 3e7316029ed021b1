import { z } from 'zod';

const px = z.number().int().min(1).max(400);

/**
 * How a label is laid out at a reference size; a tag of another size of the same shape scales it. The price is always the largest thing
 * on the label: shelf prices are read at 1.5 m, which asks for digits of about 7 mm or more.
 */
export const LabelTemplate = z
  .strictObject({
    name: z.enum(['strip', 'square', 'panel']),
    referenceWidthPx: px.max(1024),
    referenceHeightPx: px,
    paddingPx: px,
    /** Height of the promotion band; it takes no room when there is no promotion. */
    bandPx: px,
    bandTextPx: px,
    nameZhPx: px,
    /** With a promotion band, and without. */
    nameZhLines: z.tuple([z.number().int().min(1).max(3), z.number().int().min(1).max(3)]),
    nameEnPx: px,
    priceYuanPx: px,
    smallPx: px,
    /** Pixels of one QR module, or 0 for no code. */
    qrModulePx: z.number().int().min(0).max(8),
    /** Where the unit price and the was-price stand: beside the price, or on a line beneath it. */
    details: z.enum(['beside', 'beneath']),
  })
  .refine((template) => template.priceYuanPx > 2 * template.nameZhPx, 'the price must be the largest thing');
export type LabelTemplate = z.infer<typeof LabelTemplate>;

export const LABEL_TEMPLATES: readonly LabelTemplate[] = [
  {
    name: 'strip' as const,
    referenceWidthPx: 296,
    referenceHeightPx: 128,
    paddingPx: 6,
    bandPx: 25,
    bandTextPx: 17,
    nameZhPx: 20,
    nameZhLines: [1, 1] as [number, number],
    nameEnPx: 12,
    priceYuanPx: 62,
    smallPx: 13,
    qrModulePx: 2,
    details: 'beside' as const,
  },
  {
    name: 'square' as const,
    referenceWidthPx: 152,
    referenceHeightPx: 152,
    paddingPx: 6,
    bandPx: 24,
    bandTextPx: 15,
    nameZhPx: 18,
    nameZhLines: [1, 2] as [number, number],
    nameEnPx: 11,
    priceYuanPx: 54,
    smallPx: 12,
    qrModulePx: 0,
    details: 'beneath' as const,
  },
  {
    name: 'panel' as const,
    referenceWidthPx: 400,
    referenceHeightPx: 300,
    paddingPx: 14,
    bandPx: 50,
    bandTextPx: 32,
    nameZhPx: 34,
    nameZhLines: [1, 2] as [number, number],
    nameEnPx: 18,
    priceYuanPx: 124,
    smallPx: 22,
    qrModulePx: 3,
    details: 'beneath' as const,
  },
].map((template) => LabelTemplate.parse(template));

/** The template whose shape is nearest to the tag's (by the ratio of width to height). */
export function labelTemplateFor(size: { readonly widthPx: number; readonly heightPx: number }): LabelTemplate {
  const shape = Math.log(size.widthPx / size.heightPx);
  const distance = (template: LabelTemplate) =>
    Math.abs(Math.log(template.referenceWidthPx / template.referenceHeightPx) - shape);
  return LABEL_TEMPLATES.reduce((best, template) => (distance(template) < distance(best) ? template : best));
}
