import { type DecideError, decideError } from './errors.ts';
import { cumulativeShareFen } from './money.ts';
import type { Decision } from './schema/decision.ts';

/** Units of one line that come back. A weighed line is one unit. */
export interface ReturnedUnits {
  readonly lineId: string;
  readonly units: number;
}

export interface RefundLine {
  readonly lineId: string;
  readonly units: number;
  readonly refundFen: number;
}

export type RefundResult =
  | { readonly ok: true; readonly refundFen: number; readonly lines: readonly RefundLine[] }
  | { readonly ok: false; readonly errors: readonly DecideError[] };

function unitsByLine(returned: readonly ReturnedUnits[]): Map<string, number> {
  const units = new Map<string, number>();
  for (const one of returned) units.set(one.lineId, (units.get(one.lineId) ?? 0) + one.units);
  return units;
}

/**
 * What units of a past decision give back, in fen: their share of what their line was paid, savings of the whole basket included, so that
 * a threshold can't be bought, kept and returned below. Shares are cumulative: however the returns are split or ordered, the
 * refunds of the same units sum to the same amount, and those of a whole line to what was paid for it.
 */
export function refundFor(
  decision: Decision,
  returnedUnits: readonly ReturnedUnits[],
  alreadyReturned: readonly ReturnedUnits[],
): RefundResult {
  const sold = new Map(decision.lines.map((line) => [line.lineId, line]));
  const before = unitsByLine(alreadyReturned);
  const errors: DecideError[] = [];
  const lines: RefundLine[] = [];
  for (const one of [...returnedUnits, ...alreadyReturned]) {
    const path = `returned.${one.lineId}`;
    if (!sold.has(one.lineId)) errors.push(decideError('RETURN_LINE_UNKNOWN', path));
    else if (!Number.isSafeInteger(one.units) || one.units < 0) errors.push(decideError('RETURN_UNITS_INVALID', path));
  }
  if (errors.length > 0) return { ok: false, errors };
  for (const [lineId, units] of unitsByLine(returnedUnits)) {
    const line = sold.get(lineId);
    const earlier = before.get(lineId) ?? 0;
    if (!line || earlier + units > line.quantity) {
      errors.push(
        decideError('RETURN_EXCEEDS_SOLD', `returned.${lineId}`, `${earlier + units} of ${line?.quantity ?? 0} units.`),
      );
      continue;
    }
    const upTo = (count: number): number => cumulativeShareFen(line.payableFen, count, line.quantity);
    lines.push({ lineId, units, refundFen: upTo(earlier + units) - upTo(earlier) });
  }
  if (errors.length > 0) return { ok: false, errors };
  return { ok: true, refundFen: lines.reduce((sum, line) => sum + line.refundFen, 0), lines };
}
