import type { EventBody, FoundSale, ReturnClaim } from '@tillside/protocol';

/** Of one sale, as many as are looked at; nobody makes more of them. */
export const MAX_RETURNS = 500;

type Sale = EventBody<'tillside.sale.completed.v1'>;
type Units = FoundSale['returned'];

/** A claim as storages keep it; `lines` is JSON. */
export interface HeldClaim {
  readonly claimedBy: string;
  readonly saleStore: string;
  readonly saleId: string;
  readonly lines: string;
}

function sumUnits(lists: readonly Units[]): Units {
  const units = new Map<string, number>();
  for (const { lineId, quantity } of lists.flat()) units.set(lineId, (units.get(lineId) ?? 0) + quantity);
  return [...units].map(([lineId, quantity]) => ({ lineId, quantity }));
}

/** A sale with what came back of it: in its own store, and by claims of others (their `lines`). */
export function foundSale(
  store: string,
  sale: Sale,
  own: readonly EventBody<'tillside.sale.returned.v1'>[],
  claims: readonly string[],
): FoundSale {
  const ours = own.map(({ lines }) => lines.map(({ lineId, quantity }) => ({ lineId, quantity })));
  return { store, sale, returned: sumUnits([...ours, ...claims.map((lines) => JSON.parse(lines) as Units)]) };
}

/**
 * Whether units may be given out, so that none is twice: `give` them; `known`: this very claim has them; `taken`: the id is of another claim; `too-many`: not so many
 * are left. `answer` is without this claim. Pure; call it under a lock of sale and claim.
 */
export function judgeClaim(
  answer: FoundSale,
  held: HeldClaim | undefined,
  claim: ReturnClaim,
  claimedBy: string,
): 'give' | 'known' | 'taken' | 'too-many' {
  if (held !== undefined) {
    const isSame =
      held.claimedBy === claimedBy &&
      held.saleStore === claim.store &&
      held.saleId === claim.saleId &&
      held.lines === JSON.stringify(claim.lines);
    return isSame ? 'known' : 'taken';
  }
  const sold = new Map(answer.sale.lines.map(({ lineId, quantity }) => [lineId, quantity]));
  const after = sumUnits([answer.returned, claim.lines]);
  return after.some(({ lineId, quantity }) => quantity > (sold.get(lineId) ?? 0)) ? 'too-many' : 'give';
}
