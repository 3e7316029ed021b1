import { mulDivHalfUp, percentOfFen } from './money.ts';
import type { CampaignPolicy, CashRounding, Funding } from './schema/campaign.ts';

/** Tax of a line, half-up: within its amount where prices include it, on top of it where it is added. */
export function taxFen(payableFen: number, rateBp: number, tax: CampaignPolicy['tax']): number {
  if (tax === 'added') return percentOfFen(payableFen, rateBp);
  return mulDivHalfUp(payableFen, rateBp, 10_000 + rateBp);
}

/** What cash pays, and the difference: negative where it is in the shopper's favour. */
export function roundCash(totalFen: number, rounding: CashRounding): { totalFen: number; roundingFen: number } {
  const { toFen, mode } = rounding;
  const down = totalFen - (totalFen % toFen);
  const up = mode === 'half-up' && 2 * (totalFen - down) >= toFen;
  const rounded = up ? down + toFen : down;
  return { totalFen: rounded, roundingFen: rounded - totalFen };
}

/** Who pays for a saving: the brand's share half-up, the store the rest. */
export function fundingOf(amountFen: number, fundedBy: Funding): { storeFen: number; brandFen: number } {
  const brandBp = fundedBy === 'store' ? 0 : fundedBy === 'brand' ? 10_000 : fundedBy.brandBp;
  const brandFen = percentOfFen(amountFen, brandBp);
  return { storeFen: amountFen - brandFen, brandFen };
}
