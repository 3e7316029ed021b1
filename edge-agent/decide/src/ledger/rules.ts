import { z } from 'zod';

/** How a chain keeps points. HQ signs them for its stores; a store without HQ has them in its own configuration. */
export const PointsRules = z.strictObject({
  /** Days until earned points may be spent: the return window. 0: at once. */
  pendingDays: z.int().min(0).max(366).default(0),
  /** Months that a lot of points lives; absent: for ever. It ends with the last day of its month, by the chain's zone. */
  expiryMonths: z.int().min(1).max(120).optional(),
  /** More spent, or taken back, than there was: owed and paid by what is earned next, or borne by the chain. */
  negative: z.enum(['owe', 'absorb']).default('owe'),
  /** Points that come back from a return live at least so long again. */
  giveBackDays: z.int().min(0).max(366).default(30),
  /** Of a member that HQ keeps, a store that is offline lets no more be spent than this until it has heard of HQ again. */
  offlineBurnPoints: z.int().min(0).max(1_000_000).default(500),
  /** Who showed a printed card or told a number spends no more than this a day in a store. */
  cardBurnPoints: z.int().min(0).max(1_000_000).default(500),
});
export type PointsRules = z.infer<typeof PointsRules>;
