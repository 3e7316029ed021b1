import { type DecideError, decideError } from '../errors.ts';
import { campaignIdsOf } from './campaigns.ts';
import type { PastDecision, PastSale, Returned } from './types.ts';

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/** Sums what came back by key. */
function summed(entries: readonly (readonly [key: string, count: number])[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [key, count] of entries) sums.set(key, (sums.get(key) ?? 0) + count);
  return sums;
}

export const unitsOf = ({ units }: Returned): Map<string, number> =>
  summed(units.map((one) => [one.lineId, one.units]));

export const piecesOf = ({ gifts }: Returned): Map<string, number> =>
  summed(gifts.map((one) => [one.campaignId, one.pieces]));

/** RETURN_LINE_UNKNOWN, RETURN_UNITS_INVALID, RETURN_EXCEEDS_SOLD. */
export function unitErrors(decision: PastDecision, before: Returned, now: Returned): DecideError[] {
  const sold = new Map(decision.lines.map((line) => [line.lineId, line.quantity]));
  const errors: DecideError[] = [];
  for (const { lineId, units } of [...before.units, ...now.units]) {
    const path = `returned.${lineId}`;
    if (!sold.has(lineId)) errors.push(decideError('RETURN_LINE_UNKNOWN', path));
    else if (!isCount(units)) errors.push(decideError('RETURN_UNITS_INVALID', path));
  }
  if (errors.length > 0) return errors;
  const earlier = unitsOf(before);
  for (const [lineId, units] of unitsOf(now)) {
    const all = units + (earlier.get(lineId) ?? 0);
    const quantity = sold.get(lineId) ?? 0;
    if (all <= quantity) continue;
    errors.push(decideError('RETURN_EXCEEDS_SOLD', `returned.${lineId}`, `${all} of ${quantity} units.`));
  }
  return errors;
}

/** RETURN_GIFT_UNKNOWN, RETURN_UNITS_INVALID, RETURN_EXCEEDS_GIVEN. */
export function giftErrors(decision: PastDecision, before: Returned, now: Returned): DecideError[] {
  const given = new Map((decision.gifts ?? []).map((gift) => [gift.campaignId, gift.chosen.quantity]));
  const errors: DecideError[] = [];
  const all = [...before.gifts, ...now.gifts];
  for (const { campaignId, pieces } of all) {
    const path = `gifts.${campaignId}`;
    if (!given.has(campaignId)) errors.push(decideError('RETURN_GIFT_UNKNOWN', path));
    else if (!isCount(pieces)) errors.push(decideError('RETURN_UNITS_INVALID', path));
  }
  if (errors.length > 0) return errors;
  for (const [campaignId, pieces] of piecesOf({ units: [], gifts: all })) {
    const quantity = given.get(campaignId) ?? 0;
    if (pieces <= quantity) continue;
    errors.push(decideError('RETURN_EXCEEDS_GIVEN', `gifts.${campaignId}`, `${pieces} of ${quantity} pieces.`));
  }
  return errors;
}

/** RETURN_FACTS_MISSING, RETURN_ROUNDING_INVALID. */
export function saleErrors({ decision, lines, campaigns, roundingFen }: PastSale): DecideError[] {
  const errors: DecideError[] = [];
  const lineIds = new Set(lines.map((line) => line.lineId));
  for (const { lineId } of decision.lines)
    if (!lineIds.has(lineId)) errors.push(decideError('RETURN_FACTS_MISSING', `lines.${lineId}`));
  for (const id of campaignIdsOf(decision))
    if (!campaigns.byId.has(id)) errors.push(decideError('RETURN_FACTS_MISSING', `campaigns.${id}`));
  const totalFen = decision.totalFen ?? decision.payableFen;
  if (!Number.isSafeInteger(roundingFen) || totalFen + roundingFen < 0 || (totalFen === 0 && roundingFen > 0))
    errors.push(decideError('RETURN_ROUNDING_INVALID', 'roundingFen'));
  return errors;
}
