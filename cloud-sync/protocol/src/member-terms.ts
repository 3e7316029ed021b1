import { ConsentTexts, PointsRules } from '@tillside/decide';
import { z } from 'zod';

/** `terms.json`: how the chain keeps points, what it lets be spent offline, and what people are asked to agree to. HQ signs it for each store whenever it changes, and for each new store. */
export const MemberTerms = z.strictObject({
  format: z.literal(1),
  points: PointsRules,
  /** Absent: those of the store's own configuration. */
  consentTexts: ConsentTexts.optional(),
});
export type MemberTerms = z.infer<typeof MemberTerms>;
